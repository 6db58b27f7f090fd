"""The database: engine, tables, migrations, ledger, and the one Store that speaks the domain."""
