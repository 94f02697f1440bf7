"""What became of a synchronisation: by account, and by calendar."""

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
"""Failures of a part that a quick second attempt will not cure."""

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
    """What became of one calendar; `error` is an error's key, empty when all is well, and `origin` where it came from.

    `unread` counts events that are kept with less than the calendar says of them: they, or their texts, could not
    be read.
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
    """What became of one account. `retry_after` is in seconds, None where the service did not say.

    `error` is the key of what failed for the account as a whole: the sign-in, the network, the service asking to
    wait, the store, or every one of its calendars; where the list of calendars could not be had at the very first
    time, `calendars` is empty. A single calendar's failure stands with that calendar alone; `soon` says that one of
    these may pass quickly. `claims` is what the service wants proven at the next sign-in.
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
    """One synchronisation of one account while it goes on."""

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
    """Events whose texts cannot be had at the moment; touched by the thread that reads texts alone."""

    def fail(self, error: Exception) -> str:
        """Note a failure of the account as a whole, the first of which counts; returns its key."""
        key = self._logged(error, "synchronisation failed")
        if not self.error:
            self.error, self.origin = key, origin_of(error)
        return key

    def note(self, error: Exception) -> str:
        """Note a failure of one calendar or one event, which is not the account's; returns its key."""
        self.soon = self.soon or not isinstance(error, LASTING)
        return self._logged(error, "a part of a synchronisation failed")

    def conclude(self) -> None:
        """Where not one calendar could be listed, that is a failure of the account."""
        if not self.listed and not self.error:
            failed = next((outcome for outcome in self.done if outcome.error), None)
            self.error, self.origin = (failed.error, failed.origin) if failed else ("", Origin())

    def _logged(self, error: Exception, what: str) -> str:
        """The error's key. What it says may hold calendar data: only its type is logged."""
        key = error.key if isinstance(error, CarlendarError) else "error"
        detail = error.detail if isinstance(error, CarlendarError) else ""
        # A store that closed under a request on its way is how a service ends, not a fault.
        level = logging.DEBUG if key == "store_closed" else logging.WARNING
        _log.log(level, "%s: %s %s", what, type(error).__name__, detail)
        return key

    def add(self, more: CalendarOutcome) -> None:
        """Count what a further listing of a calendar brought and cost to what the first did."""
        at = next(at for at, done in enumerate(self.done) if done.calendar == more.calendar)
        done = self.done[at]
        self.done[at] = replace(
            done, events=more.events, changed=done.changed + more.changed, traffic=done.traffic + more.traffic,
            unread=max(done.unread, more.unread),
        )  # fmt: skip

    def outcome(self) -> AccountOutcome:
        done = tuple(replace(each, unread=each.unread + len(self.unread.get(each.calendar, ()))) for each in self.done)
        return AccountOutcome(self.account, done, self.error, self.retry_after, self.claims, self.soon, self.origin)
