"""The synchronisation position of one calendar, as the opaque text in the store.

A delta token is valid for the window it was requested for (its reach). That is wider than the listed window, so that it
remains usable for several days. Positions written by other versions of Carlendar are ignored.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from msgspec.structs import asdict

from carlendar.domain.base import Value
from carlendar.domain.bounded import from_json
from carlendar.domain.timespan import Timespan

VERSION = 2
BEFORE = timedelta(days=1)
"""How far a token reaches back beyond the listed window: travelling east, the day begins earlier."""
AHEAD = timedelta(days=6)
"""How far it reaches ahead: the number of days for which a token remains usable."""
ATTEMPTS = 2
"""Number of successive failures after which a window is always listed instead of using delta."""


class SyncToken(Value, frozen=True):
    """`delta` is Graph's link to the changes since; empty while there is none.

    `start` and `end` are the window listed last, `since` and `until` the token's window; all in UTC as Graph accepts
    them. `failures` counts successive tokens that could not be obtained or expired at once.
    """

    start: str
    end: str
    since: str
    until: str
    delta: str = ""
    failures: int = 0
    version: int = VERSION

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def listed(self) -> Timespan:
        """The window listed last."""
        return Timespan(_read(self.start), _read(self.end))

    @property
    def reach(self) -> Timespan:
        """The position is valid for windows within this span."""
        return Timespan(_read(self.since), _read(self.until))

    @property
    def followed(self) -> bool:
        """Whether delta is used, or is to be used from now on."""
        return self.failures < ATTEMPTS


def begun(start: datetime, end: datetime, failures: int = 0) -> SyncToken:
    """Return the position of a new window; after repeated failures the next window is tried again."""
    if failures >= ATTEMPTS:
        return SyncToken(written(start), written(end), written(start), written(end), failures=failures)
    return SyncToken(written(start), written(end), written(start - BEFORE), written(end + AHEAD), failures=failures)


def position_from(text: str, start: datetime, end: datetime) -> SyncToken | None:
    """Return the position in `text` if it is valid for this window and of this version, else None."""
    try:
        given: dict[str, object] = from_json(text)
        if not isinstance(given.get("delta", ""), str) or not isinstance(given.get("failures", 0), int):
            return None
        kept = SyncToken(**given)  # type: ignore[arg-type]  # the others fail when they are read
        reach, listed = kept.reach, kept.listed
    except (ValueError, TypeError, AttributeError):
        return None
    inside = reach.start <= start and end <= reach.end and listed.overlaps(Timespan(start, end))
    return kept if inside and kept.version == VERSION else None


def written(moment: datetime) -> str:
    """Return a time as Graph accepts it, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
