"""What a round of Graph's delta says, boiled down to what has to be looked at again.

A round is never taken for the calendar itself: occurrences come as stubs, a deleted one is not named
at all, what left the window comes as removed, and anything may come twice. It only names events and
series; those are then asked for by name. Sources: event-delta of Graph v1.0, and what people report
of it (microsoft-graph-docs 7632, 2963, 6599).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta
from typing import Any

from carlendar.domain.base import Value
from carlendar.domain.event import Event
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.microsoft.items import read_item
from carlendar.microsoft.wire import clean_text

Item = Mapping[str, Any]


class DeltaSummary(Value, frozen=True):
    """Ids of what is to be asked for again; `removed` need not be asked for.

    `certain` is false when something in the round made no sense: then only a whole listing tells.
    """

    singles: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    certain: bool = True

    @property
    def ids(self) -> frozenset[str]:
        """All of them."""
        return self.singles | self.series | self.removed

    def __len__(self) -> int:
        return len(self.singles) + len(self.series)


def changed(items: Iterable[Item]) -> DeltaSummary:
    """What a later round touches: whatever it names."""
    singles, series, removed = set[str](), set[str](), set[str]()
    certain = True
    for item in items:
        identifier, master, kind = _word(item, "id"), _word(item, "seriesMasterId"), _word(item, "type").lower()
        if not identifier or (kind in ("occurrence", "exception") and not master and "@removed" not in item):
            certain = False
        elif "@removed" in item:
            removed.add(identifier)
        elif master or kind == "seriesmaster":
            series.add(master or identifier)
        else:
            singles.add(identifier)
    # Removed and there again, in whatever order: to ask tells.
    return DeltaSummary(frozenset(singles - series), frozenset(series), frozenset(removed - singles - series), certain)


def differing(items: Iterable[Item], listed: Mapping[str, Event], window: Timespan) -> DeltaSummary:
    """What a first round, which names everything, tells other than the listing before it.

    Compared is by version; of what lies outside the window nothing is known, nor wanted.
    """
    odd: list[Item] = []
    met: set[str] = set()
    for item in items:
        identifier = _word(item, "id")
        known = listed.get(identifier)
        met.add(identifier)
        if "@removed" in item:
            if known is not None:
                odd.append(item)
        elif _word(item, "type").lower() == "seriesmaster":
            continue  # its occurrences are named one by one
        elif known is None or known.version != _version(item):
            event = read_item(item, "")
            if known is not None or event is None or touches(event, window):
                odd.append(item)
    found = changed(odd)
    missing = [event for identifier, event in listed.items() if identifier not in met]
    return DeltaSummary(
        found.singles | {event.id for event in missing if not event.series_id},
        found.series | {event.series_id for event in missing if event.series_id},
        found.removed,
        found.certain,
    )


def touches(event: Event, window: Timespan) -> bool:
    """Whether it shows in the window; whole days are taken in every zone at once."""
    span = event.span
    if isinstance(span, DateSpan):
        days = span.in_zone(UTC)
        return Timespan(days.start - timedelta(hours=14), days.end + timedelta(hours=12)).overlaps(window)
    return span.overlaps(window) or (span.start == span.end and window.start <= span.start < window.end)


def _version(item: Item) -> str:
    return _word(item, "@odata.etag") or _word(item, "changeKey")


def _word(item: Item, name: str) -> str:
    value = item.get(name)
    return clean_text(value) if isinstance(value, str) else ""
