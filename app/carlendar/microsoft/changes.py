"""Reduces a round of Graph's delta query to what has to be fetched again.

The items of a round are not used as events: occurrences come as stubs, a deleted one is not named at all, what left the
window comes as removed, and anything may come twice. They only name events and series to fetch. Sources: event-delta of
Graph v1.0, and user reports (microsoft-graph-docs 7632, 2963, 6599).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta

from msgspec import UNSET

from carlendar.domain.base import Value
from carlendar.domain.event import Event
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.microsoft.graph_types import GraphChange
from carlendar.microsoft.items import read_change, read_item


class DeltaSummary(Value, frozen=True):
    """Ids of what has to be fetched again; those in `removed` need not be.

    `certain` is false if something in the round is inconsistent: then only a full listing helps.
    """

    singles: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    certain: bool = True

    @property
    def ids(self) -> frozenset[str]:
        """All ids."""
        return self.singles | self.series | self.removed

    def __len__(self) -> int:
        return len(self.singles) + len(self.series)


def changed(elements: Iterable[object]) -> DeltaSummary:
    """Return what a later round affects: everything it names."""
    return _summary(map(read_change, elements))


def _summary(changes: Iterable[GraphChange]) -> DeltaSummary:
    singles, series, removed = set[str](), set[str](), set[str]()
    certain = True
    for change in changes:
        kind, gone = change.type.lower(), change.removed is not UNSET
        if not change.id or (kind in ("occurrence", "exception") and not change.series_master_id and not gone):
            certain = False
        elif gone:
            removed.add(change.id)
        elif change.series_master_id or kind == "seriesmaster":
            series.add(change.series_master_id or change.id)
        else:
            singles.add(change.id)
    # Removed and restored, in unknown order: fetching it decides.
    return DeltaSummary(frozenset(singles - series), frozenset(series), frozenset(removed - singles - series), certain)


def differing(elements: Iterable[object], listed: Mapping[str, Event], window: Timespan) -> DeltaSummary:
    """Return how a first round, which names everything, differs from the listing before it.

    Versions are compared. Events outside the window are ignored.
    """
    odd: list[GraphChange] = []
    met: set[str] = set()
    for element in elements:
        change = read_change(element)
        known = listed.get(change.id)
        met.add(change.id)
        if change.removed is not UNSET:
            if known is not None:
                odd.append(change)
        elif change.type.lower() == "seriesmaster":
            continue  # its occurrences are named individually
        elif known is None or known.version != change.version:
            event = read_item(element, "")
            if known is not None or event is None or touches(event, window):
                odd.append(change)
    found = _summary(odd)
    missing = [event for identifier, event in listed.items() if identifier not in met]
    return DeltaSummary(
        found.singles | {event.id for event in missing if not event.series_id},
        found.series | {event.series_id for event in missing if event.series_id},
        found.removed,
        found.certain,
    )


def touches(event: Event, window: Timespan) -> bool:
    """Whether it overlaps the window; all-day events are extended to cover every time zone."""
    span = event.span
    if isinstance(span, DateSpan):
        days = span.in_zone(UTC)
        return Timespan(days.start - timedelta(hours=14), days.end + timedelta(hours=12)).overlaps(window)
    return span.overlaps(window) or (span.start == span.end and window.start <= span.start < window.end)
