"""What the service records for telemetry, which consents hold, and what the fleet's back end may command."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from carlendar.domain import consent
from carlendar.domain.account import AppRole
from carlendar.domain.driver_settings import KeptSettings
from carlendar.domain.ports import CarActions, ElapsedClock, Fields, Telemetry, WallClock
from carlendar.errors import BusyError, CarlendarError, StoreError
from carlendar.ipc.messages import Stored
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore
from carlendar.sync.outcome import AccountOutcome

ERASING_WITHIN = 120.0
"""Seconds that a commanded erase may take."""
FROM_SCREEN = frozenset({"join", "reminder", "late", "screen", "trip", "tightening", "start_up", "uptime", "watchdog"})
"""The events that a screen may count."""
SIGNALS_UNTRUSTED = "vehicle_signals_untrusted"
"""The one event of security monitoring that only the screen can notice."""

ERROR_KINDS: Mapping[str, str] = {
    "": "none", "offline": "offline", "name": "offline", "connection_refused": "offline", "connection_lost": "offline",
    "portal": "offline", "filtered": "offline", "timeout": "timeout", "certificate_authority": "certificate",
    "certificate_expired": "certificate", "certificate_early": "certificate", "certificate_host": "certificate",
    "certificate": "certificate", "clock": "certificate", "tls": "certificate", "ca_file": "certificate",
    "proxy": "proxy", "proxy_name": "proxy", "proxy_auth": "proxy", "proxy_refused": "proxy", "proxy_address": "proxy",
    "outage": "outage", "unreadable": "unreadable", "throttled": "throttled", "refused": "refused", "gone": "gone",
    "mailbox": "mailbox", "mailbox_license": "mailbox", "mailbox_disabled": "mailbox", "mailbox_moving": "mailbox",
    "store": "store", "store_full": "store", "store_damaged": "store", "vault": "store", "vault_locked": "store",
    "identity": "sign_in", "sign_in_needed": "sign_in", "sign_in_refused": "sign_in", "sign_in_expired": "sign_in",
}  # fmt: skip
"""Kinds of errors in telemetry, by reason key; `feed_…` is `feed`, and any other key `other`."""

_log = logging.getLogger(__name__)


class TelemetryService:
    """Without a `telemetry` nothing is recorded. `post` runs work on the service's main thread.

    `notify` sends a message to the screens; `refresh` synchronises all accounts; `erase` deletes all data, on the main
    thread; `restart` ends the service, which is then started again. `active` returns the id of the active profile.
    `started` returns the version and the time that this start took, as fields of an event; `settings_kept` takes a
    driver's settings from the back end.
    """

    def __init__(
        self,
        telemetry: Telemetry | None,
        user: UserStore,
        events: EventStore,
        wall: WallClock,
        *,
        post: Callable[[Callable[[], None]], None],
        notify: Callable[[Stored], None],
        refresh: Callable[[], None],
        erase: Callable[[], None],
        restart: Callable[[], None],
        active: Callable[[], str],
        elapsed: ElapsedClock,
        started: Callable[[], Fields],
        settings_kept: Callable[[KeptSettings], None] = lambda _kept: None,
    ) -> None:
        self._elapsed, self._since, self._started = elapsed, elapsed.seconds(), started
        self._telemetry, self._user, self._events, self._wall = telemetry, user, events, wall
        self._as_of: dict[str, datetime] = {}
        """When each account was last up to date, before the latest synchronisation."""
        self._active = active
        self._actions = _Actions(self, post, notify, refresh, erase, restart, settings_kept)
        self._screens: list[float] = []
        """When each screen started that has not reported its end, in elapsed seconds."""
        self.emergency = False
        """Whether the screen reports an emergency call, which no command may interrupt."""

    def start(self) -> None:
        """Adopt the consents, and start."""
        if self._telemetry is not None:
            for each in self._events.statuses():
                if each.as_of is not None:
                    self._as_of[each.account_id] = min(each.as_of, self._as_of.get(each.account_id, each.as_of))
            self.adopt_consents()
            self._report_start()
            self._telemetry.start(self._actions)

    def _report_start(self) -> None:
        """Record this start, and how the run before it ended."""
        if self._telemetry is None:
            return
        self.record("start_up", {"process": "service", **self._started()})
        if (before := self._telemetry.previous_run()) is not None:
            self.record("uptime", {"process": "service", "minutes": _within(before[0], 999_999), "crashed": before[1]})
        self.running()

    def running(self) -> None:
        """Note that the service runs; called now and then."""
        if self._telemetry is not None:
            self._telemetry.running(round((self._elapsed.seconds() - self._since) / 60))

    def repairing(self) -> None:
        """Record that the store is damaged, and will be repaired by the next service."""
        if self._telemetry is not None:
            self._telemetry.record("watchdog", {"kind": "store_repaired"}, self._active())

    def screens_connected(self, connected: int) -> None:
        """Record the screens that have ended without a report of their end; `connected` are those that run now."""
        while len(self._screens) > connected:
            minutes = _within((self._elapsed.seconds() - self._screens.pop(0)) / 60, 999_999)
            self.record("uptime", {"process": "screen", "minutes": minutes, "crashed": True})
            self.record("watchdog", {"kind": "screen_ended"})

    def late_ended(self, outcome: str, minutes: str, account_id: str) -> None:
        """Record what became of a message that the driver is late."""
        if self._telemetry is None:
            return
        with suppress(StoreError):
            account = self._user.account(account_id)
            if account is not None:
                self.record("late", {"minutes": minutes, "outcome": outcome}, account.profile_id)

    def stop(self) -> None:
        """Stop publishing."""
        if self._telemetry is not None:
            self._telemetry.stop()

    def network(self, online: bool) -> None:
        """Set whether there is a data connection."""
        if self._telemetry is not None:
            self._telemetry.network(online)

    def adopt_consents(self) -> None:
        """Adopt the choices that are stored for every driver. Guests give none. Raises StoreError."""
        if self._telemetry is None:
            return
        preferences, forbidden = self._user.preferences(), self._without_telemetry()
        drivers = [each.id for each in self._user.profiles() if not each.is_guest and each.id not in forbidden]
        self._telemetry.consent({each: consent.given(preferences, each) for each in drivers})

    def _without_telemetry(self) -> frozenset[str]:
        """The profiles with an account whose organisation allows no telemetry."""
        return frozenset(each.profile_id for each in self._user.accounts() if AppRole.NO_TELEMETRY in each.roles)

    def record(self, name: str, fields: Fields, profile: str = "") -> None:
        """Record an event, by default for the active driver."""
        if self._telemetry is not None:
            self._telemetry.record(name, fields, profile or self.driver())

    def driver(self) -> str:
        """The active profile, or the only one."""
        if active := self._active():
            return active
        profiles = self._user.profiles()
        return profiles[0].id if len(profiles) == 1 else ""

    def counted(self, arguments: Mapping[str, str]) -> None:
        """Record what a screen has counted: `event` is the event's name, the rest are its fields."""
        fields = dict(arguments)
        name = fields.pop("event", "")
        if fields.get("process") == "screen":
            if name == "start_up":
                self._screens.append(self._elapsed.seconds())
            elif name == "uptime" and self._screens:
                self._screens.pop(0)
        if name in FROM_SCREEN or (name == "security" and fields.get("kind") == SIGNALS_UNTRUSTED):
            self.record(name, fields)

    def synced(self, outcome: AccountOutcome) -> None:
        """Record the outcome of a synchronisation, and how old the calendar was before it."""
        if self._telemetry is None:
            return
        with suppress(StoreError):  # the next reader of the store reports it
            self._record_sync(outcome)

    def _record_sync(self, outcome: AccountOutcome) -> None:
        now, before = self._wall.now(), self._as_of.get(outcome.account.id)
        age = (now - before).total_seconds() if before is not None else 0.0
        times = [each.as_of for each in self._events.statuses() if each.account_id == outcome.account.id]
        known = [each for each in times if each is not None]
        if known:
            self._as_of[outcome.account.id] = min(known)
        seconds = max((each.seconds for each in outcome.calendars), default=0.0)
        fields: Fields = {
            "source": "feed" if outcome.account.is_feed else "microsoft", "error": error_kind(outcome.error),
            "age_minutes": _within(age / 60, 20_160), "duration_ms": _within(seconds * 1000, 600_000),
        }  # fmt: skip
        self.record("sync", fields, outcome.account.profile_id)

    def stored(self) -> dict[str, int]:
        """Return counts of what is stored. Raises StoreError."""
        held = self._telemetry.held() if self._telemetry is not None else {}
        return {
            "drivers": len(self._user.profiles()), "accounts": len(self._user.accounts()),
            "meetings": self._events.count_all(), "telemetry": sum(held.values()),
        }  # fmt: skip


class _Actions(CarActions):
    """The commands, called on the thread of telemetry."""

    def __init__(
        self,
        service: TelemetryService,
        post: Callable[[Callable[[], None]], None],
        notify: Callable[[Stored], None],
        refresh: Callable[[], None],
        erase: Callable[[], None],
        restart: Callable[[], None],
        settings_kept: Callable[[KeptSettings], None],
    ) -> None:
        self._service, self._post, self._notify, self._settings_kept = service, post, notify, settings_kept
        self._refresh, self._erase, self._restart = refresh, erase, restart

    def calendar_changed(self) -> None:
        """Fetch the changes of all calendars now."""
        self._refresh()

    def show_stored(self) -> Mapping[str, int]:
        """Have the screens show what is stored; return the counts."""
        counts = self._service.stored()
        self._notify(Stored(counts))
        return counts

    def settings_kept(self, kept: KeptSettings) -> None:
        """Take the answer to a request for a driver's settings."""
        with suppress(StoreError):  # the next synchronisation asks again
            self._settings_kept(kept)

    def restart(self) -> None:
        """Restart the service."""
        self._restart()

    def erase(self) -> None:
        """Delete everything, on the service's main thread. Raises BusyError during an emergency call, StoreError."""
        done, failures = threading.Event(), list[CarlendarError]()

        def work() -> None:
            try:
                if self._service.emergency:
                    raise BusyError("An emergency call must not be interrupted.")
                self._erase()
            except CarlendarError as error:
                failures.append(error)
            finally:
                done.set()

        self._post(work)
        if not done.wait(ERASING_WITHIN):
            raise StoreError("Erasing takes too long.")
        if failures:
            raise failures[0]


def error_kind(key: str) -> str:
    """Return the kind of an error in telemetry, by its reason key."""
    return "feed" if key.startswith("feed_") else ERROR_KINDS.get(key, "other")


def _within(value: float, high: int) -> int:
    return round(min(max(value, 0), high))
