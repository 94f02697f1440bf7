"""The car's time zone, from the operating system's setting.

Uses the standard library only, because it runs before the first frame. The zone is `TZ`, else the name that
`/etc/localtime` links to, else that file's own rules (localtime(5)).
"""

from __future__ import annotations

import os
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCALTIME = Path("/etc/localtime")


class SystemZone:
    """Callable that returns the current zone; a changed link (the car crossed a border) is noticed at the next call."""

    def __init__(self, path: Path = LOCALTIME, environ: Mapping[str, str] | None = None) -> None:
        self._path = path
        self._environ = os.environ if environ is None else environ
        self._seen: tuple[int, int, str] | None = None
        self._zone: tzinfo = UTC

    def __call__(self) -> tzinfo:
        """Return the zone; UTC if the system has no usable setting."""
        if (seen := self._signature()) != self._seen:
            self._seen = seen
            self._zone = self._read()
        return self._zone

    def _signature(self) -> tuple[int, int, str]:
        named = self._environ.get("TZ", "")
        try:
            status = self._path.lstat()
        except OSError:
            return (0, 0, named)
        return (status.st_mtime_ns, status.st_ino, named)

    def _read(self) -> tzinfo:
        for name in (self._environ.get("TZ", "").removeprefix(":"), self._linked()):
            if name:
                try:
                    return ZoneInfo(name)
                except (ValueError, OSError, KeyError):
                    continue
        try:
            with self._path.open("rb") as file:
                return ZoneInfo.from_file(file)
        except (ValueError, OSError):
            return UTC

    def _linked(self) -> str:
        """Return `Europe/Berlin` for a link to `/usr/share/zoneinfo/Europe/Berlin`."""
        try:
            target = str(self._path.readlink())
        except OSError:
            return ""
        return target.partition("zoneinfo/")[2].removeprefix("posix/").removeprefix("right/")
