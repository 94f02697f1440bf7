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
# mypy uses one core only: it runs beside the rest
mkdir -p build
"$bin/mypy" >build/types.txt 2>&1 &
types=$!
trap 'kill "$types" 2>/dev/null || true' EXIT
"$bin/lint-imports"
# compiles the tests once, for all workers; what is wrong with them is reported below
unset PYTHONDONTWRITEBYTECODE
"$bin/pytest" --collect-only -q "$@" >/dev/null 2>&1 || true
# the record of results is what `carlendar audit --evidence` reads
# much of the time is spent waiting for processes: three times as many workers as cores
status=0
if ! "$bin/pytest" -n "$(($(nproc) * 3))" --dist loadfile -q --junitxml "$root/build/test-results.xml" "$@"; then
    # What waits for real processes can be late on a busy machine: the files with a test that failed run once more, one
    # at a time. Whole files, for the tests of a drive follow one another.
    printf 'test: running what failed once more, alone\n' >&2
    "$bin/python" -c 'import json, os
failed = json.load(open("build/pytest-cache/v/cache/lastfailed"))
files = {name.partition("::")[0] for name in failed}
print(*sorted(filter(os.path.exists, files)), sep="\n", end="")' >build/failed-files.txt
    if [ -s build/failed-files.txt ]; then
        xargs "$bin/pytest" -q "$@" <build/failed-files.txt || status=$?
    else
        status=1
    fi
fi
wait "$types" || status=1
trap - EXIT
cat build/types.txt
exit "$status"
