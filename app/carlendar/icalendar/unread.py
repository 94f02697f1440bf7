"""Counts the unreadable parts of a calendar, which are left out and reported."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TypeVar

from carlendar.errors import FeedError

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Unread:
    """Counts events that are left out. `endless` is the error of the first one that is too expensive to expand."""

    def __init__(self) -> None:
        self.count = 0
        self.endless: FeedError | None = None

    def add(self, error: Exception, events: int = 1) -> None:
        """Count these events with their error. Re-raises MemoryError, which does not concern a single event."""
        if isinstance(error, MemoryError):
            raise error
        self.count += events
        if isinstance(error, FeedError):
            self.endless = self.endless or error

    def report(self) -> None:
        """Log the number of events, without their content."""
        if self.count:
            _log.warning("%d events of a calendar are left out: they cannot be read", self.count)


def bounded(groups: Sequence[list[_T]], unread: Unread, most: int) -> list[list[_T]]:
    """Limit groups to `most` members in all by emptying the largest first.

    Raises FeedError if groups of one are too many.
    """
    kept, room = list(groups), most - sum(map(len, groups))
    for at in sorted(range(len(groups)), key=lambda at: len(groups[at]), reverse=True):
        if room >= 0:
            break
        refusal = FeedError(f"the calendar has more than {most} occurrences in this time", key="feed_endless")
        if len(groups[at]) <= 1:
            raise refusal
        unread.add(refusal)
        room += len(groups[at])
        kept[at] = []
    return kept
