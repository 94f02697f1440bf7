#!/bin/sh
# Sets up what the tests need, then checks style, types, import contracts and behaviour.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
sh "$here/setup.sh" test
cd "$root"
bin=$root/.venv/bin
"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/mypy"
"$bin/lint-imports"
# the record of results is what `carlendar audit --evidence` reads
exec "$bin/pytest" -n "$(nproc)" --dist loadfile -q --junitxml "$root/build/test-results.xml" "$@"
