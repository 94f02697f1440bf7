"""Travel times from Routino's router, a program of its own, over a database in a folder.

The database is made of an OpenStreetMap extract by Routino's planetsplitter. The router knows no traffic.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from carlendar.domain.place import Position
from carlendar.domain.ports import WallClock
from carlendar.domain.travel import TravelSource, TravelTime
from carlendar.errors import ServiceError, SettingsError
from carlendar.platform.limited_program import ProgramLimits, run

PROGRAM = "routino-router"
_NODES = "-nodes.mem"
_BESIDE = 1024 * 1024 * 1024
"""Bytes of address space beside the files of the database, which the router maps into memory."""
_TYPE, _KILOMETRES, _MINUTES = 3, 6, 7
"""Columns of the last line of `--output-text-all`: the kind of point, and the totals up to it."""


class RoutinoTimes:
    """`TravelTimes` by Routino. `folder` has one database, and the profiles beside it unless the package's serve.

    Raises SettingsError if it does not.
    """

    def __init__(self, folder: Path, wall: WallClock) -> None:
        found = sorted(folder.glob(f"*{_NODES}"))
        if len(found) != 1:
            why = "several databases" if found else "no database"
            text = f"navigation.routino_folder: {folder} has {why} of Routino. Make one with planetsplitter."
            raise SettingsError(text)
        self._folder, self._wall = folder, wall
        self._prefix = found[0].name.removesuffix(_NODES)
        size = sum(each.stat().st_size for each in folder.glob(f"{self._prefix}-*.mem"))
        self._limits = ProgramLimits(memory=size + _BESIDE)

    def travel(self, start: Position, to: Position) -> TravelTime | None:
        """Return the quickest way by car; None if there is none. Blocks for 15 seconds at most; raises ServiceError."""
        command = (
            PROGRAM, f"--dir={self._folder}", f"--prefix={self._prefix}", "--profile=motorcar", "--quickest",
            f"--lat1={start.latitude:.6f}", f"--lon1={start.longitude:.6f}",
            f"--lat2={to.latitude:.6f}", f"--lon2={to.longitude:.6f}",
            "--output-text-all", "--output-stdout",
        )  # fmt: skip
        done = run(command, self._folder, self._limits)
        if done.code:
            if done.errors.startswith(b"Error:"):  # no road nearby, or no way between the two
                return None
            raise ServiceError("Routino cannot use its database.", detail=f"exit code {done.code}")
        kilometres, minutes = _totals(done.output)
        return travel_time(kilometres, minutes, self._wall.now())


def travel_time(kilometres: float, minutes: float, now: datetime) -> TravelTime:
    """Return the travel time of a way that was computed at `now`; the router knows no traffic."""
    return TravelTime(minutes * 60, kilometres * 1000, live_traffic=False, source=TravelSource.ROUTING, computed_at=now)


def _totals(output: bytes) -> tuple[float, float]:
    """Kilometres and minutes of the whole way. Raises ServiceError."""
    columns = output.rstrip(b"\n").rpartition(b"\n")[2].split(b"\t")
    try:
        last, kilometres, minutes = columns[_TYPE].strip(), float(columns[_KILOMETRES]), float(columns[_MINUTES])
    except (IndexError, ValueError) as error:
        raise ServiceError("Routino answered with something unreadable.", detail=type(error).__name__) from error
    if not last.startswith(b"Waypt"):
        raise ServiceError("Routino answered with something unreadable.", detail="no destination")
    return kilometres, minutes
