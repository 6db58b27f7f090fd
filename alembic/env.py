"""How alembic reaches the database: over the connection that `tracker.store.migrate` hands it.

The connection's transaction is already open (version read, DDL and version write are one), so
nothing is begun or committed here.
"""

from alembic import context
from tracker.store.tables import whole_metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=whole_metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
