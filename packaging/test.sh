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
# much of the time is spent waiting for processes: twice as many workers as cores
if "$bin/pytest" -n "$(($(nproc) * 2))" --dist loadfile -q --junitxml "$root/build/test-results.xml" "$@"; then exit 0; fi
# What waits for real processes can be late on a busy machine: the tests that failed run once more, one at a time.
printf 'test: running what failed once more, alone\n' >&2
exec "$bin/pytest" --last-failed --last-failed-no-failures none -q "$@"
