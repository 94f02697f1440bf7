"""Where the synchronisation of one calendar stands, as the opaque text that the store keeps.

A delta token holds for the window that it was made for; one of another window, or written by another
version of Carlendar, is no position.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

VERSION = 1


@dataclass(frozen=True, slots=True)
class Position:
    """`delta` is Graph's link to what has changed since; empty before there is one.

    `tracked` is false when this calendar's changes could not be followed within this window.
    """

    start: str
    end: str
    delta: str = ""
    tracked: bool = True
    version: int = VERSION

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def window(start: datetime, end: datetime) -> tuple[str, str]:
    """The two moments as Graph takes them, in UTC."""
    return _written(start), _written(end)


def position_from(text: str, start: datetime, end: datetime) -> Position | None:
    """The position of `text` when it is of this window and version, else None."""
    try:
        kept = Position(**json.loads(text))
    except (ValueError, TypeError):
        return None
    return kept if (kept.start, kept.end) == window(start, end) and kept.version == VERSION else None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
