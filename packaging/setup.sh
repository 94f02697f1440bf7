#!/bin/sh
# Sets Carlendar up in this tree; safe to repeat, and quick when there is nothing to do.
#   setup.sh          what the car and the emulator need
#   setup.sh fleet    what the fleet back end needs besides
#   setup.sh test     what the tests need besides these
# Debian packages are installed where that is allowed (root, or sudo without a password). What cannot be
# installed is named with what needs it, and the rest goes on without. Python packages go into .venv with the
# exact, hashed versions of packaging/requirements*.txt. PYTHON names the interpreter to use.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
what=${1:-run}
case $what in
    run) parts= fleet= ;;
    fleet) parts=-fleet fleet=$root/packaging/fleet ;;
    test) parts="-fleet -test" fleet=$root/packaging/fleet ;;
    *) printf 'setup: %s is none of run, fleet and test\n' "$what" >&2; exit 2 ;;
esac
venv=$root/.venv
say() { printf 'setup: %s\n' "$*" >&2; }

# Says now and then that it goes on: installing what was fetched is silent for long.
ticking() {
    trap 'kill "$pause" 2>/dev/null; exit' TERM
    seconds=0
    while :; do
        sleep 10 >/dev/null 2>&1 &
        pause=$!
        wait "$pause" || exit
        seconds=$((seconds + 10))
        say "  … $seconds s"
    done
}

# Runs a command that takes long; shows what it is at, keeps the rest in $log, and returns its exit status.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
followed() {
    ticking &
    ticker=$!
    { "$@" 2>&1 && printf 'status 0\n' || printf 'status %s\n' "$?"; } | {
        status=1 count=0
        while IFS= read -r line; do
            case $line in
                'status '*) status=${line#status }; continue ;;
                Collecting\ *)
                    count=$((count + 1)) name=${line#Collecting }
                    say "  ${name%%[ ;]*} ($count of $total)" ;;
                Installing\ * | Get:* | Setting\ up\ *) printf 'setup:   %.72s\n' "$line" >&2 ;;
            esac
            printf '%s\n' "$line" >>"$log"
        done
        return "$status"
    } && status=0 || status=$?
    kill "$ticker" 2>/dev/null || true
    return "$status"
}

# Lines of the lists that name a package which is not installed: the missing names, a tab, what needs them.
missing_packages() {
    for part in "" $parts; do
        while read -r line; do
            names=
            for name in ${line%%#*}; do
                dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || names="$names $name"
            done
            if [ -n "$names" ]; then printf '%s\t%s\n' "${names# }" "${line#*# }"; fi
        done <"$here/debian-packages$part.txt"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt_install() {
    followed as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

install_packages() {
    command -v dpkg-query >/dev/null 2>&1 || { say "not a Debian system: the packages of packaging/debian-packages.txt are yours to provide"; return; }
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    names=$(printf '%s\n' "$missing" | cut -f 1 | tr '\n' ' ')
    if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
        say "installing Debian packages: $names"
        # shellcheck disable=SC2086  # lists of words are meant
        if ! { followed as_root apt-get update && apt_install $names; }; then
            # one that does not exist in this release keeps apt from installing any
            for name in $names; do apt_install "$name" || say "$name could not be installed"; done
        fi
        missing=$(missing_packages)
        [ -n "$missing" ] || return 0
        names=$(printf '%s\n' "$missing" | cut -f 1 | tr '\n' ' ')
    fi
    say "these Debian packages are missing; it goes on without them:"
    tab=$(printf '\t')
    printf '%s\n' "$missing" | while IFS=$tab read -r name use; do
        say "    $name: $use"
    done
    say "they can be installed at any time:"
    printf '    sudo apt-get update && sudo apt-get install --no-install-recommends %s\n' "$names" >&2
}

# The tests of the emulator's page need a Chromium that can read a folder of theirs, which a snap cannot.
check_browser() {
    browser=$(command -v "${CHROMIUM:-chromium}" || true)
    driver=$(command -v "${CHROMEDRIVER:-chromedriver}" || true)
    if [ -z "$browser" ] || [ -z "$driver" ]; then
        say "no Chromium with its chromedriver: the tests of the emulator's page are skipped."
    elif readlink -f "$browser" "$driver" | grep -q snap; then
        say "this Chromium is a snap, which cannot be driven here: the tests of the emulator's page are skipped."
    else
        return 0
    fi
    say "to run them, install the packages chromium and chromium-driver of Debian, or set CHROMIUM and CHROMEDRIVER"
    say "to the paths of another build, such as Google's Chrome for Testing."
}

# Kivy has no ready-made build for Python 3.14: pip would try to compile it. An explicit PYTHON is used as it is.
python_of_choice() {
    if [ -n "${PYTHON:-}" ]; then
        if why=$("$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>&1); then
            command -v "$PYTHON" && return
        fi
        why=$(printf '%s' "$why" | tail -n 1)  # empty for a Python that is only too old
        say "PYTHON=$PYTHON is no Python 3.11 or newer${why:+: $why}"
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

list=$here/requirements${parts##* }.txt
stamp=$venv/.carlendar-$what
now=$(cat "$list" "$root/pyproject.toml" "$here/devtools/pyproject.toml" "$here/fleet/pyproject.toml" "$root/app/carlendar/__init__.py" | cksum)-$root

installed() { "$venv/bin/python" -c "" 2>/dev/null && [ -x "$venv/bin/carlendar" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; }

pip() {
    # unbuffered, since its progress is read from a pipe
    followed "$venv/bin/python" -u -I -m pip "$@" --disable-pip-version-check --progress-bar off
}

install_python() {
    total=$(grep -c '^[a-z].*==' "$list" || true)
    say "installing $total Python packages; this takes about a minute"
    if ! {
        pip install --require-hashes --requirement "$list" && say "installing Carlendar itself" &&
            pip install --no-deps --no-build-isolation --editable "$root" --editable "$here/devtools" \
                ${fleet:+--editable "$fleet"}
    }; then
        tail -n 20 "$log" >&2
        say "the Python packages could not be installed (see above); a second run goes on from here"
        exit 3
    fi
    say "compiling"
    "$venv/bin/python" -I -m compileall -q "$root/app"
    printf '%s' "$now" >"$stamp"
}

# Fetching takes most of the time of both: side by side, unless Debian's packages bring what Python needs.
beside=
if ! installed && python3 -I -c 'import ensurepip' 2>/dev/null; then
    (
        trap - EXIT
        log=$log.packages
        install_packages
        rm -f "$log"
    ) &
    beside=$!
    trap 'wait "$beside" || true; rm -f "$log"' EXIT
else
    install_packages
fi
if ! installed; then
    make_venv
    install_python
    if [ -n "$beside" ]; then wait "$beside"; fi
    say "ready"
fi
if [ "$what" = test ]; then check_browser; fi
