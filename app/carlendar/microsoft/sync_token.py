"""Where the synchronisation of one calendar stands, as the opaque text that the store keeps.

A delta token is good for the window that it was made for (its reach), which is wider than what is
listed, so that it lives through several midnights. What another version of Carlendar wrote is no
position.
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
"""How far a token reaches back beyond the window that is listed: a journey east begins the day earlier."""
AHEAD = timedelta(days=6)
"""And ahead: a token lives for so many midnights."""
ATTEMPTS = 2
"""Failures in a row after which a window's changes are not followed any more, but listed each time."""


class SyncToken(Value, frozen=True):
    """`delta` is Graph's link to what has changed since; empty while there is none.

    `start` and `end` are what was listed last, `since` and `until` the token's window; all in UTC as
    Graph takes them. `failures` counts tokens in a row that could not be had or were lost at once.
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
        """What was listed last."""
        return Timespan(_read(self.start), _read(self.end))

    @property
    def reach(self) -> Timespan:
        """The windows for which this position can be handed back lie in here."""
        return Timespan(_read(self.since), _read(self.until))

    @property
    def followed(self) -> bool:
        """Whether changes are followed, or are to be from now on."""
        return self.failures < ATTEMPTS


def begun(start: datetime, end: datetime, failures: int = 0) -> SyncToken:
    """The position of a window that nothing is known of; where nothing can be, the next window is tried again."""
    if failures >= ATTEMPTS:
        return SyncToken(written(start), written(end), written(start), written(end), failures=failures)
    return SyncToken(written(start), written(end), written(start - BEFORE), written(end + AHEAD), failures=failures)


def position_from(text: str, start: datetime, end: datetime) -> SyncToken | None:
    """The position of `text` when it is good for this window and of this version, else None."""
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
    """A moment as Graph takes it, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
