"""Events that a service gave new ids while it moved them: which new one is which old one.

What names a meeting whatever its id is the iCalendar UID (Graph's iCalUId). A calendar file's occurrences
are told apart by where their rule puts them, so they are all new ones when the whole series moves; some
services give new ids as well. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from carlendar.domain.base import Value

Key = tuple[str, str]
"""Account, and event id."""

_WEEK = 7 * 86_400.0
_MOST = 50
"""Occurrences of a series that are compared, the earliest: only what is near is ever said."""
_EXCHANGE = re.compile(r"(040000008200E00074C5B7101A82E008)[0-9A-F]{8}", re.IGNORECASE)
"""How Exchange's ids begin; then comes the day of an occurrence (MS-OXOCAL, section 2.2.1.27)."""


class Seen(Value, frozen=True):
    """An event as it was, or is, in the calendar; `starts` in Unix seconds."""

    key: Key
    uid: str
    starts: float
    in_series: bool = False


def meeting_uid(uid: str) -> str:
    """The UID without the day that Exchange writes into that of each occurrence."""
    return _EXCHANGE.sub(r"\g<1>00000000", uid, count=1)


def renamed(gone: Iterable[Seen], arrived: Iterable[Seen], staying: Iterable[Seen]) -> dict[Key, Key]:
    """The old key by the new one, of what vanished and came together under one UID: the nearest in time first.

    Where other occurrences of the series stay as they are, it did not move: one is gone, and another has come.
    An occurrence of a series is not looked for a week or more away, where the next one may stand.
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
