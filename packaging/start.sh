#!/bin/sh
# Sets everything up and starts Carlendar against an emulated car, phone and Microsoft cloud.
# Without a display every screen is rendered into ./pictures (once), and with a terminal the emulator goes on in
# the browser. Arguments are handed on to `carlendar emulator`.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
sh "$here/setup.sh"
carlendar=$root/.venv/bin/carlendar
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ $# -gt 0 ]; then
    exec "$carlendar" emulator "$@"
fi
done=$root/pictures/.rendered
if [ -f "$done" ] && [ -z "$(find "$root/app" "$root/kv" "$root/assets" -type f ! -name '*.pyc' -newer "$done" | head -n 1)" ]; then
    printf 'There is no display here. Every screen is in %s\n' "$root/pictures"
else
    printf 'There is no display here: rendering every screen into %s\n' "$root/pictures"
    "$carlendar" emulator --headless "$root/pictures"
    touch "$done"
fi
if [ -t 1 ]; then
    exec "$carlendar" emulator --browser
fi
printf 'To drive it in a browser: %s emulator --browser\n' "$carlendar"
