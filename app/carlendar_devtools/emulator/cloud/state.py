"""State of the Graph service between requests, apart from the world."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from carlendar.domain.timespan import Timespan
from carlendar_devtools.emulator.cloud.faults import FaultPlan

_KEPT = 2000


@dataclass(frozen=True, slots=True)
class SyncState:
    """State of a delta token: calendar, window, and how far the client has read.

    `pending` are blocks of items that are still to come (each block is listed on one page), by the keys
    of their entries; `revision` is the mailbox's when the round began, `since` when the last one did.
    """

    address: str
    calendar: str
    window: Timespan
    pending: tuple[str, ...]
    since: int
    revision: int
    finished: bool
    """Whether the round is complete: this state is in a deltaLink, not in a nextLink."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription to changes of a person's events. `revision` is the mailbox's at the last delivery."""

    id: str
    address: str
    resource: str
    changes: str
    url: str
    secret: str
    expires: datetime
    revision: int
    reminded: bool = False


@dataclass(slots=True)
class GraphState:
    """Valid delta tokens, subscriptions, and the planned faults that handlers apply themselves."""

    faults: FaultPlan
    tokens: dict[str, SyncState] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    extensions: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """By address and name."""
    activities: dict[str, str] = field(default_factory=dict)
    """The activity of people's presence by address; without one it follows from their calendar."""

    def keep(self, state: SyncState) -> str:
        """Return a token for a state; the oldest are dropped if there are too many."""
        while len(self.tokens) >= _KEPT:
            self.tokens.pop(next(iter(self.tokens)))
        token = secrets.token_urlsafe(32)
        self.tokens[token] = state
        return token

    def forget_all(self) -> None:
        """Lose every token, as a server's cache does."""
        self.tokens.clear()
