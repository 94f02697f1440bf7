#!/bin/sh
# Writes the hashed requirement files anew from the lower bounds of pyproject.toml (needs uv).
set -eu
cd "$(dirname -- "$0")/.."
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
    --extra vehicle --extra emulator --extra build pyproject.toml -o packaging/requirements.txt
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
    --all-extras --constraint packaging/requirements.txt pyproject.toml -o packaging/requirements-test.txt
