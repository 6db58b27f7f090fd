#!/bin/sh
# Writes the locked requirements: every version, every hash, no index and no host.
set -eu
uv() { ${UV:-.venv-dev/bin/uv} pip compile -q --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links --no-annotate --upgrade "$@"; }
uv requirements/build.in -o requirements/build.txt
uv pyproject.toml -o requirements/run.txt
uv pyproject.toml --all-extras --group test --group lint --group lock -c requirements/run.txt -o requirements/dev.txt
