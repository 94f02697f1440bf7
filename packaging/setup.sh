#!/bin/sh
# Sets Carlendar up in this tree; safe to repeat, and quick when there is nothing to do.
#   setup.sh          what running needs
#   setup.sh test     what the tests need besides
# Debian packages are installed where that is allowed (root, or sudo without a password); else the
# exact line to run is printed. Python packages go into .venv with the exact, hashed versions of
# packaging/requirements*.txt.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
what=${1:-run}
venv=$root/.venv
say() { printf 'setup: %s\n' "$*" >&2; }

packages() {
    cat "$here/debian-packages.txt"
    if [ "$what" = test ]; then cat "$here/debian-packages-test.txt"; fi
}

missing_packages() {
    packages | sed 's/#.*//' | tr -s ' \t' '\n' | while read -r name; do
        [ -n "$name" ] || continue
        dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || printf '%s ' "$name"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_packages() {
    command -v dpkg-query >/dev/null 2>&1 || { say "not a Debian system: the packages of packaging/debian-packages.txt are yours to provide"; return; }
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
        say "installing $missing"
        log=$(mktemp)
        # shellcheck disable=SC2086  # a list of words is meant
        if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            say "the packages could not be installed"
            exit 3
        fi
        rm -f "$log"
    else
        say "these packages are missing; please run this line, then start again:"
        printf '    sudo apt-get update && sudo apt-get install --no-install-recommends %s\n' "$missing" >&2
        exit 3
    fi
}

# Kivy has no ready-made build for Python 3.14: pip would try to compile it. Whoever sets PYTHON means it.
python_of_choice() {
    if [ -n "${PYTHON:-}" ]; then
        "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$PYTHON" && return
        say "PYTHON=$PYTHON is no Python 3.11 or newer"
        exit 3
    fi
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "Python 3.11, 3.12 or 3.13 is needed (set PYTHON to it), and there is $(python3 --version 2>&1 || echo none)"
    exit 3
}

make_venv() {
    if [ -x "$venv/bin/python" ] && "$venv/bin/python" -I -m pip --version >/dev/null 2>&1; then return; fi
    python=$(python_of_choice) || exit 3
    say "making a virtual environment with $("$python" --version)"
    rm -rf "$venv"
    if "$python" -I -m venv "$venv" >/dev/null 2>&1; then return; fi
    # python3-venv is missing and could not be installed: an environment without pip, filled by the system's pip
    rm -rf "$venv"
    if ! { "$python" -I -m venv --without-pip "$venv" && "$python" -P -m pip --python "$venv/bin/python" install --quiet pip; } >&2; then
        rm -rf "$venv"
        say "no way to make a virtual environment: please install python3-venv"
        exit 3
    fi
}

list=$here/requirements.txt
[ "$what" = test ] && list=$here/requirements-test.txt
stamp=$venv/.carlendar-$what
now=$(cat "$list" "$root/pyproject.toml" "$root/packaging/devtools/pyproject.toml" "$root/app/carlendar/__init__.py" | cksum)-$root

installed() { "$venv/bin/python" -c "" 2>/dev/null && [ -x "$venv/bin/carlendar" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; }

install_python() {
    say "installing Python packages"
    if ! {
        "$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$list" &&
            "$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable "$root" --editable "$root/packaging/devtools"
    }; then
        say "the Python packages could not be installed (see above); a second run goes on from here"
        exit 3
    fi
    "$venv/bin/python" -I -m compileall -q "$root/app"
    printf '%s' "$now" >"$stamp"
}

install_packages
if ! installed; then
    make_venv
    install_python
fi
