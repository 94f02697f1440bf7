#!/bin/sh
# Sets everything up and starts Carlendar against an emulated car, phone and Microsoft cloud.
# Without a display the emulator's page shows it in a browser; without a terminal either, a few screens are rendered
# into ./pictures. Arguments are passed to `carlendar emulator`.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
sh "$here/setup.sh"
carlendar=$root/.venv/bin/carlendar
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ $# -gt 0 ] || [ -t 1 ]; then
    exec "$carlendar" emulator "$@"
fi
printf 'There is neither a display nor a terminal here: rendering a few screens into %s\n' "$root/pictures"
"$carlendar" emulator --headless "$root/pictures" --few
printf 'To drive it in a browser: %s emulator --browser\n' "$carlendar"
printf 'To render every screen, which takes some minutes: %s emulator --headless %s\n' "$carlendar" "$root/pictures"
