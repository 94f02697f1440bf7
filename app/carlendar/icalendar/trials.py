"""How often the reading of one content of a calendar went wrong, and when that content is not read any more.

Counted by content: as soon as the calendar's bytes change they are read again. An attempt is counted before it begins,
because the whole service may end with it; it is taken back once the reading has ended in any orderly way.
"""

from __future__ import annotations

from typing import Protocol

from carlendar.domain.base import Value
from carlendar.errors import FeedError

MOST_OVERRUNS = 2
"""Times that a content may exceed the limits of the process that reads it."""
MOST_UNFINISHED = 4
"""Times that the service may end during the reading, which may have other reasons: the ignition is turned off."""


class Trial(Value, frozen=True):
    """What is known of one content: its digest, what proves that it is still the same, and what came of reading it."""

    content: str = ""
    glance: str = ""
    etag: str = ""
    modified: str = ""
    overruns: int = 0
    unfinished: int = 0

    @property
    def quarantined(self) -> bool:
        """Whether this content is not read any more."""
        return self.overruns >= MOST_OVERRUNS or self.unfinished >= MOST_UNFINISHED


class Trials(Protocol):
    """Keeps the trial of one calendar, over restarts. Both raise VaultError."""

    def load(self) -> Trial:
        """The last one; an empty one where there is none."""

    def save(self, trial: Trial) -> None:
        """Keep it."""


class TrialsInMemory:
    """`Trials` that last as long as the object."""

    def __init__(self) -> None:
        self._trial = Trial()

    def load(self) -> Trial:
        """See `Trials`."""
        return self._trial

    def save(self, trial: Trial) -> None:
        """See `Trials`."""
        self._trial = trial


def quarantine() -> FeedError:
    """The refusal of a calendar whose content is not read any more."""
    return FeedError("the calendar exceeded its limits twice and is not read until it changes", key="feed_quarantined")
