#!/bin/sh
# Sets everything up and starts Carlendar against an emulated car, phone and Microsoft cloud.
# Without a display every screen is rendered into ./pictures, and with a terminal the emulator goes on in the browser.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
sh "$here/setup.sh"
carlendar=$root/.venv/bin/carlendar
if [ -n "${DISPLAY:-}" ] || [ $# -gt 0 ]; then
    exec "$carlendar" emulator "$@"
fi
printf 'There is no display here: rendering every screen into %s\n' "$root/pictures"
"$carlendar" emulator --headless "$root/pictures"
if [ -t 1 ]; then
    exec "$carlendar" emulator --browser
fi
printf 'To drive it in a browser: %s emulator --browser\n' "$carlendar"
