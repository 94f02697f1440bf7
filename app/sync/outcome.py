"""What became of a synchronisation: by account, and by calendar."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.domain.account import Account, Calendar
from app.domain.listing import Traffic
from app.errors import CarlendarError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CalendarOutcome:
    """What became of one calendar; `error` is an error's key, empty when all is well."""

    calendar: Calendar
    error: str = ""
    events: int = 0
    changed: int = 0
    traffic: Traffic = field(default_factory=Traffic)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AccountOutcome:
    """What became of one account. `retry_after` is in seconds, None where the service did not say.

    `error` is the key of the first failure; where it kept the list of calendars from being had at the
    very first time, `calendars` is empty. `claims` is what the service wants proven at the next sign-in.
    """

    account: Account
    calendars: tuple[CalendarOutcome, ...] = ()
    error: str = ""
    retry_after: float | None = None
    claims: str = ""


@dataclass(slots=True)
class Run:
    """One synchronisation of one account while it goes on."""

    account: Account
    calendars: Sequence[Calendar] = ()
    listed: list[Calendar] = field(default_factory=list)
    read: set[Calendar] = field(default_factory=set)
    again: set[Calendar] = field(default_factory=set)
    done: list[CalendarOutcome] = field(default_factory=list)
    error: str = ""
    retry_after: float | None = None
    claims: str = ""

    def fail(self, error: Exception) -> str:
        """Note the first failure; returns its key. What it says may hold calendar data: only its type is logged."""
        key = error.key if isinstance(error, CarlendarError) else "error"
        detail = error.detail if isinstance(error, CarlendarError) else ""
        # A store that closed under a request on its way is how a service ends, not a fault.
        level = logging.DEBUG if key == "store_closed" else logging.WARNING
        _log.log(level, "synchronisation failed: %s %s", type(error).__name__, detail)
        self.error = self.error or key
        return key

    def add(self, more: CalendarOutcome) -> None:
        """Count what a further listing of a calendar brought and cost to what the first did."""
        at = next(at for at, done in enumerate(self.done) if done.calendar == more.calendar)
        done = self.done[at]
        self.done[at] = replace(
            done, events=more.events, changed=done.changed + more.changed, traffic=done.traffic + more.traffic
        )

    def outcome(self) -> AccountOutcome:
        return AccountOutcome(self.account, tuple(self.done), self.error, self.retry_after, self.claims)
