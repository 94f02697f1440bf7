"""The outcome of a synchronisation, per account and per calendar."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from carlendar.domain.account import Account, Calendar
from carlendar.domain.base import Value
from carlendar.domain.calendar_delta import Traffic
from carlendar.errors import CarlendarError, GoneError, RefusedError, UsageError

LASTING = (RefusedError, GoneError, UsageError)
"""Errors of a part for which a quick retry is pointless."""

_log = logging.getLogger(__name__)


class Origin(Value, frozen=True):
    """Where an error came from: the host, and the service's identifier and time of it; each may be empty."""

    host: str = ""
    reference: str = ""
    at: str = ""


def origin_of(error: Exception) -> Origin:
    """Where `error` came from."""
    return Origin(error.host, error.reference, error.at) if isinstance(error, CarlendarError) else Origin()


class CalendarOutcome(Value, frozen=True):
    """The outcome of a calendar; `error` is an error's key, empty on success, and `origin` where it came from.

    `unread` counts events that are incomplete because they, or their texts, could not be processed.
    """

    calendar: Calendar
    error: str = ""
    events: int = 0
    changed: int = 0
    traffic: Traffic = Traffic()
    seconds: float = 0.0
    unread: int = 0
    origin: Origin = Origin()


class AccountOutcome(Value, frozen=True):
    """The outcome of an account. `retry_after` is in seconds, None if the service did not specify it.

    `error` is the key of an error of the account as a whole: the sign-in, the network, throttling, the store, or all
    of its calendars. If the list of calendars could not be fetched the first time, `calendars` is empty. An error of
    a single calendar is recorded with that calendar only; `soon` means that one of these may be temporary. `claims`
    is the claims challenge for the next sign-in.
    """

    account: Account
    calendars: tuple[CalendarOutcome, ...] = ()
    error: str = ""
    retry_after: float | None = None
    claims: str = ""
    soon: bool = False
    origin: Origin = Origin()


@dataclass(slots=True)
class SyncPass:
    """A running synchronisation of one account."""

    account: Account
    calendars: Sequence[Calendar] = ()
    listed: list[Calendar] = field(default_factory=list)
    read: set[Calendar] = field(default_factory=set)
    again: set[Calendar] = field(default_factory=set)
    done: list[CalendarOutcome] = field(default_factory=list)
    error: str = ""
    origin: Origin = field(default_factory=Origin)
    retry_after: float | None = None
    claims: str = ""
    soon: bool = False
    unread: dict[Calendar, set[str]] = field(default_factory=dict)
    """Events whose texts are in back-off; used by the thread that processes texts only."""

    def fail(self, error: Exception) -> str:
        """Record an error of the account as a whole, of which the first counts; return its key."""
        key = self._logged(error, "synchronisation failed")
        if not self.error:
            self.error, self.origin = key, origin_of(error)
        return key

    def note(self, error: Exception) -> str:
        """Record an error of a single calendar or event; return its key."""
        self.soon = self.soon or not isinstance(error, LASTING)
        return self._logged(error, "a part of a synchronisation failed")

    def conclude(self) -> None:
        """Turn the failure of all calendars into an error of the account."""
        if not self.listed and not self.error:
            failed = next((outcome for outcome in self.done if outcome.error), None)
            self.error, self.origin = (failed.error, failed.origin) if failed else ("", Origin())

    def _logged(self, error: Exception, what: str) -> str:
        """Log the error's type, because its text may contain calendar data; return its key."""
        key = error.key if isinstance(error, CarlendarError) else "error"
        detail = error.detail if isinstance(error, CarlendarError) else ""
        # A store closed during a request is part of a normal shutdown.
        level = logging.DEBUG if key == "store_closed" else logging.WARNING
        _log.log(level, "%s: %s %s", what, type(error).__name__, detail)
        return key

    def add(self, more: CalendarOutcome) -> None:
        """Add the outcome of a follow-up synchronisation of a calendar to that of the first."""
        at = next(at for at, done in enumerate(self.done) if done.calendar == more.calendar)
        done = self.done[at]
        self.done[at] = replace(
            done, events=more.events, changed=done.changed + more.changed, traffic=done.traffic + more.traffic,
            unread=max(done.unread, more.unread),
        )  # fmt: skip

    def outcome(self) -> AccountOutcome:
        done = tuple(replace(each, unread=each.unread + len(self.unread.get(each.calendar, ()))) for each in self.done)
        return AccountOutcome(self.account, done, self.error, self.retry_after, self.claims, self.soon, self.origin)
