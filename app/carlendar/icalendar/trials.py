"""Counts failures of reading the same content of a calendar, and decides when it is no longer read.

Counted by content: when the calendar's bytes change it is read again. An attempt is counted before it begins, because
it may end the whole service, and removed once it has ended normally.
"""

from __future__ import annotations

from typing import Protocol

from carlendar.domain.base import Value
from carlendar.errors import FeedError

MOST_OVERRUNS = 2
"""How often a content may exceed the limits of the reading process."""
MOST_UNFINISHED = 4
"""How often the service may end while reading, which can have other reasons: the ignition is turned off."""


class Trial(Value, frozen=True):
    """The state of one content: its digest, its validators, and the outcome of reading it."""

    content: str = ""
    glance: str = ""
    """The fingerprint of the files, without their content."""
    etag: str = ""
    modified: str = ""
    overruns: int = 0
    unfinished: int = 0

    @property
    def quarantined(self) -> bool:
        """Whether this content is no longer read."""
        return self.overruns >= MOST_OVERRUNS or self.unfinished >= MOST_UNFINISHED


class Trials(Protocol):
    """Keeps the trial of one calendar across restarts. Both methods raise VaultError."""

    def load(self) -> Trial:
        """Return the last trial; an empty one if there is none."""

    def save(self, trial: Trial) -> None:
        """Store it."""


class TrialsInMemory:
    """`Trials` in memory."""

    def __init__(self) -> None:
        self._trial = Trial()

    def load(self) -> Trial:
        """See `Trials`."""
        return self._trial

    def save(self, trial: Trial) -> None:
        """See `Trials`."""
        self._trial = trial


def quarantine() -> FeedError:
    """Return the error for a calendar whose content is no longer read."""
    return FeedError("the calendar exceeded its limits twice and is not read until it changes", key="feed_quarantined")
