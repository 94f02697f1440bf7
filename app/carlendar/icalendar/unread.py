"""What of a calendar could not be read: counted, so that it costs only itself and is not passed over in silence."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TypeVar

from carlendar.errors import FeedError

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Unread:
    """Counts events that are left out. `endless` is the refusal of the first that is too much to work through."""

    def __init__(self) -> None:
        self.count = 0
        self.endless: FeedError | None = None

    def add(self, error: Exception, events: int = 1) -> None:
        """These events are left out for that reason. MemoryError is raised again: that is not one event's trouble."""
        if isinstance(error, MemoryError):
            raise error
        self.count += events
        if isinstance(error, FeedError):
            self.endless = self.endless or error

    def report(self) -> None:
        """Log how many there are, and nothing of them."""
        if self.count:
            _log.warning("%d events of a calendar are left out: they cannot be read", self.count)


def bounded(groups: Sequence[list[_T]], unread: Unread, most: int) -> list[list[_T]]:
    """Groups of no more than `most` members in all: those with the most members are left empty first.

    Raises FeedError where groups of one are too many.
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
