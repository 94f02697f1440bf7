"""Matching of moved events that got new ids, by their iCalendar UID (Graph's iCalUId). Pure.
Occurrences of a calendar file are identified by their recurrence date, so all of them are new when the whole series
moves; some services assign new ids as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from carlendar.domain.base import Value

Key = tuple[str, str]
"""Account, and event id."""

_WEEK = 7 * 86_400.0
_MOST = 50
"""Maximum number of occurrences of a series to compare, the earliest: later ones are not notified."""
_EXCHANGE = re.compile(r"(040000008200E00074C5B7101A82E008)[0-9A-F]{8}", re.IGNORECASE)
"""Prefix of Exchange's ids, followed by the day of an occurrence (MS-OXOCAL, section 2.2.1.27)."""


class Seen(Value, frozen=True):
    """A former or current event of the calendar; `starts` in Unix seconds."""

    key: Key
    uid: str
    starts: float
    in_series: bool = False


def meeting_uid(uid: str) -> str:
    """Return the UID without the day that Exchange inserts for each occurrence."""
    return _EXCHANGE.sub(r"\g<1>00000000", uid, count=1)


def renamed(gone: Iterable[Seen], arrived: Iterable[Seen], staying: Iterable[Seen]) -> dict[Key, Key]:
    """Return the old keys by new keys of events that disappeared and appeared under one UID, nearest in time first.

    If other occurrences of the series are unchanged, the series was not moved: one was deleted, another was added.
    Occurrences are not matched over a week or more, where the next one may be.
    """
    left, came, kept = _by_uid(gone), _by_uid(arrived), _by_uid(staying)
    found: dict[Key, Key] = {}
    for name in left.keys() & came.keys():
        old, new = left[name], came[name]
        first = min(each.starts for each in (*old, *new))
        copies = {each.starts for each in old}
        if any(each.starts >= first and each.starts not in copies for each in kept.get(name, ())):
            continue
        taken: set[Key] = set()
        for distance, after, before in _pairs(old, new):
            if after.key in found or before.key in taken or (after.in_series and distance >= _WEEK):
                continue
            found[after.key] = before.key
            taken.add(before.key)
    return found


def _pairs(old: list[Seen], new: list[Seen]) -> list[tuple[float, Seen, Seen]]:
    old, new = (sorted(seen, key=lambda each: each.starts)[:_MOST] for seen in (old, new))
    pairs = [(abs(after.starts - before.starts), after, before) for after in new for before in old]
    return sorted(pairs, key=lambda pair: (pair[0], pair[1].starts, pair[1].key, pair[2].key))


def _by_uid(seen: Iterable[Seen]) -> dict[tuple[str, str], list[Seen]]:
    found: dict[tuple[str, str], list[Seen]] = {}
    for each in seen:
        if each.uid:
            found.setdefault((each.key[0], each.uid), []).append(each)
    return found
