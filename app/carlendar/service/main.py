"""The service process: serves the screens, synchronises, sends the outbox, signs in, and enforces retention.

Every worker survives its errors. The one exception is a damaged store: the service exits, and the next one repairs
it at start-up.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from carlendar.domain.account import Account, AccountState
from carlendar.domain.consent import MAPS, chosen
from carlendar.errors import CarlendarError, StoreError, UsageError
from carlendar.ipc.messages import PROTOCOL, Command, DataChanged, Done, Hello, Message, SignInStatus, SyncStatus
from carlendar.ipc.server import ChannelServer
from carlendar.safety.notify import ServiceNotifier
from carlendar.service.account_service import AccountService
from carlendar.service.connectivity import Connectivity
from carlendar.service.late_message import LateMessageWriter
from carlendar.service.lock import ServiceLock
from carlendar.service.online_service import OnlineService
from carlendar.service.ports import Paths as Paths
from carlendar.service.ports import ServiceOptions as ServiceOptions
from carlendar.service.ports import ServicePorts as ServicePorts
from carlendar.service.roaming_settings import RoamingSettings
from carlendar.service.telemetry_service import TelemetryService
from carlendar.service.travel_service import TravelService
from carlendar.store.change_notices import observe
from carlendar.store.erase import resume_erase
from carlendar.store.events import EventStore
from carlendar.store.outbox import ANSWERS
from carlendar.store.records import OutboxItem
from carlendar.store.schema import SCHEMA
from carlendar.store.sources import overall
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from carlendar.sync.outbox import OutboxSender
from carlendar.sync.outcome import AccountOutcome
from carlendar.sync.scheduler import SyncScheduler

EXIT_BUSY = 3
"""Exit code if another service holds the lock."""

EXIT_STORE = 4
"""Exit code if the store is unusable; the next service tries to repair it."""

STORE_FULL = "store_full"
"""Reason key of a full disk, which cannot be stored: kept in memory until a synchronisation succeeds."""

MAINTENANCE_EVERY = 600.0
"""Elapsed seconds between two runs of the periodic maintenance."""

RESTART_AFTER = 10.0
"""Elapsed seconds after which the service ends once its settings were changed by the fleet's back end."""

_PULSE = 5.0
_log = logging.getLogger(__name__)


def hello(code: str) -> Hello:
    """Return the greeting of this process."""
    return Hello(PROTOCOL, code, SCHEMA, os.getpid())


class ServiceProcess:
    """One run of the service process, composed of its ports."""

    def __init__(self, paths: Paths, ports: ServicePorts, options: ServiceOptions) -> None:
        self._paths, self._ports, self._options = paths, ports, options
        self._commands: queue.SimpleQueue[Command | Callable[[], None] | None] = queue.SimpleQueue()
        self._outbox_due, self._stopping = threading.Event(), threading.Event()
        self._status_lock, self._connectivity = threading.Lock(), Connectivity(self._network)
        self._end_requested, self._full, self._code = False, False, 0
        self._restart_at = float("inf")
        self._notifier = ServiceNotifier(ports.elapsed, options.environment)

    def run(self) -> int:
        """Serve until SIGTERM, SIGINT, `stop` or a screen of another version connects; return the exit code."""
        lock = ServiceLock(self._paths.folder)
        if not lock.acquire(self._options.lock_timeout):
            _log.warning("another service is running")
            return EXIT_BUSY
        try:
            self._listen_to_signals()
            return self._run()
        finally:
            lock.release()

    def stop(self, code: int = 0) -> None:
        """Request the end; safe from any thread or signal handler."""
        self._code = self._code or code
        self._end_requested = True  # no lock is acquired here: a signal handler could run while it is held
        self._commands.put(None)

    def _run(self) -> int:
        resume_erase(self._paths.folder, self._paths.tokens, self._stopping.wait, self._ports.forget)
        user = UserStore(self._paths.folder)
        events = EventStore(self._paths.folder, known=lambda account_id: user.account(account_id) is not None)
        self._compose(user, events)
        worker = threading.Thread(target=self._send_outbox, name="outbox", daemon=True)
        try:
            self._account_service.clean_up()
            self._sender.recover()
            self._online.start()
            self._server.start()
            self._telemetry.start()  # adopts the consents: what is recorded before them is dropped
            self._scheduler.start()
            worker.start()
            self._travel.start()
            self._notifier.ready()
            _log.info("ready")
            unsubscribe = self._ports.network.subscribe(self._connectivity.set_network)
            self._work()
            unsubscribe()
        finally:
            self._shut_down(worker)
            for store in (events, user):
                with suppress(StoreError):
                    store.close()
        return self._code

    def _compose(self, user: UserStore, events: EventStore) -> None:
        ports, options = self._ports, self._options
        self._server = ChannelServer(
            self._paths.socket, hello(options.code), self._commands.put, greeting=self._greeting, replaced=self.stop
        )
        dependencies = SyncDependencies(
            ports.source_of, ports.extract, ports.text_of, ports.wall, ports.elapsed, changed=self._server.changed,
            locale_of=ports.locale_of, past=options.limits.past,
        )  # fmt: skip
        engine = SyncEngine(events, user, dependencies)
        self._scheduler = SyncScheduler(
            self._accounts, engine.sync, ports.elapsed, ports.chance, pace=options.pace,
            status=lambda _: self._send_status(), synced=self._synced, failed=self._store_failed, zone=ports.wall.zone,
        )  # fmt: skip
        messages = LateMessageWriter(events, ports.words, ports.languages, ports.wall)
        self._sender = OutboxSender(
            user, ports.actions_of, ports.wall, ports.elapsed, ports.chance, self._server.changed, messages.complete,
            sent=self._sent, given_up=self._not_sent,
        )  # fmt: skip
        self._user, self._events = user, events
        self._account_service = AccountService(
            self._paths, ports, options, user, events, self._server.broadcast, self._account_arrived
        )
        self._telemetry = TelemetryService(
            ports.telemetry, user, events, ports.wall, post=self._commands.put, notify=self._server.broadcast,
            refresh=self._scheduler.refresh, erase=lambda: self._change_accounts("erase", {}),
            restart=self._restart_soon, active=lambda: self._account_service.active_profile, elapsed=ports.elapsed,
            started=ports.started, settings_kept=lambda kept: self._roaming.kept(kept),
        )  # fmt: skip
        self._roaming = RoamingSettings(
            ports.telemetry, user, ports.settings_key, self._telemetry.driver,
            lambda: self._server.broadcast(DataChanged("settings")),
        )  # fmt: skip
        self._account_service.adopt_consents = self._telemetry.adopt_consents
        self._travel = TravelService(
            ports.travel, events.event, accounts=self._active_accounts, agreed=self._maps_agreed,
            notify=self._server.broadcast, wall=ports.wall, elapsed=ports.elapsed,
        )  # fmt: skip
        self._online = OnlineService(
            ports.online, user, events, ports.elapsed, notify=self._server.broadcast,
            network=lambda: self._scheduler.online, post=self._commands.put,
        )  # fmt: skip
        self._parts: dict[str, Callable[[str, Mapping[str, str]], None]] = {
            **dict.fromkeys(("travel", "navigate", "navigation_clear"), self._travel.execute),
            **dict.fromkeys(("online", "online_join", "online_prepare"), self._online.execute),
        }
        """The parts of the service that carry out commands themselves."""

    def _shut_down(self, worker: threading.Thread) -> None:
        _log.info("stopping")
        self._notifier.stopping()
        self._stopping.set()
        self._online.stop()
        self._outbox_due.set()
        self._scheduler.stop()
        self._telemetry.stop()
        self._travel.stop()
        self._account_service.sign_in.cancel()
        self._account_service.avatars.stop()
        self._server.stop()
        with suppress(StoreError):
            self._account_service.forget_uncached()
        if worker.is_alive():
            worker.join(timeout=1)  # a running request may take its whole time-out; the item is then sent again

    def _listen_to_signals(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())

    # --- the main loop: commands and maintenance ---------------------------------------------------

    def _work(self) -> None:
        elapsed, linger = self._ports.elapsed, self._options.linger
        pulse = _PULSE if linger is None else min(_PULSE, linger)
        maintenance_due, seen = 0.0, elapsed.seconds()
        while not self._end_requested:
            self._notifier.feed()
            if elapsed.seconds() >= maintenance_due:
                self._guarded("maintenance", self._account_service.run_maintenance)
                self._telemetry.running()
                maintenance_due = elapsed.seconds() + MAINTENANCE_EVERY
            with suppress(queue.Empty):
                command = self._commands.get(timeout=pulse)
                if isinstance(command, Command):
                    _log.debug("command %s", command.name)
                    self._guarded(command.name, lambda command=command: self._execute(command))  # type: ignore[misc]  # bound now
                elif command is not None:
                    self._guarded("command", command)
            if elapsed.seconds() >= self._restart_at:
                self.stop()
            seen = elapsed.seconds() if self._server.screens else seen
            self._telemetry.screens_connected(self._server.screens)
            if not self._server.screens:
                self._connectivity.set_vehicle(None)  # without a screen, the car's state is unknown
                self._telemetry.emergency = False
                self._travel.end()
            self._online.watch(self._server.screens)
            if linger is not None and elapsed.seconds() - seen > linger:
                _log.info("exiting: no screen is connected")
                self.stop()

    def _restart_soon(self) -> None:
        """End soon, so that the supervisor starts a service with the new settings; the result is sent before."""
        self._restart_at = self._ports.elapsed.seconds() + RESTART_AFTER

    def _change_accounts(self, name: str, arguments: Mapping[str, str]) -> None:
        """Carry out a command about accounts, from a screen or the fleet's back end; before one that removes accounts,
        end what runs in their name.
        """
        if name == "erase":
            self._travel.forget()
        if name in ("erase", "end_guest", "sign_out"):
            self._online.leave()
            self._roaming.forget()
        self._account_service.execute(name, arguments)

    def _refresh_accounts_of(self, profile: str) -> None:
        """Synchronise the accounts of a driver now."""
        if accounts := self._user.accounts(profile):
            self._scheduler.refresh(tuple(account.id for account in accounts))

    def _execute(self, command: Command) -> None:
        name, given = command.name, command.arguments
        if name == "refresh":
            self._scheduler.refresh()
        elif name == "outbox":
            self._outbox_due.set()
        elif name == "network":
            self._connectivity.set_vehicle({"1": True, "0": False}.get(given.get("online", "")))
        elif name == "consent":
            self._telemetry.adopt_consents()
            self._refresh_accounts_of(self._telemetry.driver())  # which exchanges the driver's settings as well
            self._travel.changed()
        elif name == "count":
            self._telemetry.counted(given)
        elif name == "emergency":
            self._telemetry.emergency = given.get("on") == "1"
            self._online.emergency(self._telemetry.emergency)
        elif part := self._parts.get(name):
            part(name, given)
        elif name == "profile":
            self._travel.forget()
            self._account_service.active_profile = given.get("id") or given.get("profile", "")
            self._online.driver(self._account_service.active_profile)
            self._refresh_accounts_of(self._account_service.active_profile)
        else:
            self._change_accounts(name, given)
        if command.reply:
            self._server.broadcast(Done(command.reply))

    def _guarded(self, what: str, work: Callable[[], None]) -> None:
        try:
            work()
        except StoreError as error:
            self._store_failed(error)
            self._account_service.report_failure(what, error.key)
        except UsageError as error:
            _log.info("%s was refused: %s", what, error.key)
            self._account_service.report_failure(what, error.key)
        except Exception as error:  # noqa: BLE001 - the service survives any failed command
            known = isinstance(error, CarlendarError)  # then the reason is reported to the client
            _log.log(logging.WARNING if known else logging.ERROR, "%s failed: %s", what, type(error).__name__)
            self._account_service.report_failure(what, error.key if isinstance(error, CarlendarError) else "error")

    # --- the outbox's thread ------------------------------------------------------------------

    def _send_outbox(self) -> None:
        while not self._stopping.is_set():
            wait = _PULSE
            try:
                self._outbox_due.clear()
                wait = min(self._sender.send_due(), 30.0)
            except StoreError as error:
                self._store_failed(error)
            except Exception as error:  # noqa: BLE001 - the outbox is tried again later
                _log.error("the outbox failed: %s", type(error).__name__)
            self._outbox_due.wait(wait)

    # --- notifications to the screens ---------------------------------------------------------

    def _accounts(self) -> tuple[Account, ...]:
        return tuple(
            sorted(
                self._user.accounts(), key=lambda account: account.profile_id != self._account_service.active_profile
            )
        )

    def _active_accounts(self) -> tuple[Account, ...]:
        """The accounts of the active driver; of all, while the screen has named none."""
        return self._user.accounts(self._account_service.active_profile or None)

    def _maps_agreed(self) -> bool:
        """Whether the active driver has agreed to online maps."""
        profiles = [each for each in self._user.profiles() if not each.is_guest]
        active = self._account_service.active_profile or (profiles[0].id if len(profiles) == 1 else "")
        known = any(each.id == active for each in profiles)
        return known and chosen(self._user.preferences(), active, MAPS) is True

    def _sent(self, item: OutboxItem) -> None:
        """Synchronise at once to fetch the effect of an answer on the calendar."""
        if item.kind in ANSWERS:
            self._scheduler.refresh((item.account_id,))
        if item.kind == "late":
            self._telemetry.late_ended("sent", item.payload.get("minutes", ""), item.account_id)

    def _not_sent(self, item: OutboxItem) -> None:
        if item.kind == "late":
            self._telemetry.late_ended("failed", item.payload.get("minutes", ""), item.account_id)

    def _account_arrived(self, account_id: str) -> None:
        self._scheduler.refresh((account_id,))
        self._outbox_due.set()

    def _network(self, online: bool) -> None:
        _log.info("the network is %s", "available" if online else "unavailable")
        self._scheduler.network(online)
        self._telemetry.network(online)
        self._online.look_again()
        if online:
            self._sender.due_now()
            self._outbox_due.set()
        self._send_status()

    def _synced(self, outcome: AccountOutcome) -> None:
        figures = len(outcome.calendars), sum(each.changed for each in outcome.calendars), outcome.error or "none"
        _log.info("account synchronised: %d calendars, %d changed events, error: %s", *figures)
        self._full = outcome.error == STORE_FULL
        self._account_service.claims[outcome.account.id] = outcome.claims
        self._telemetry.synced(outcome)
        try:
            if observe(self._user, self._events):
                self._server.broadcast(DataChanged("events"))
            self._travel.changed()
        except StoreError as error:
            self._store_failed(error)
        self._send_status()
        if not outcome.error:
            self._account_service.adopt_roles(outcome.account)
            self._account_service.fetched(outcome.account)
            self._account_service.avatars.update_soon(outcome.account.id)
            self._roaming.synced(outcome.account)

    def _store_failed(self, error: StoreError) -> None:
        if self._end_requested:
            return  # the store is closed on shutdown; the next service fetches the data again
        _log.error("the store failed: %s", error.detail)
        if error.key == "store_damaged":
            self._telemetry.repairing()
            self.stop(EXIT_STORE)
        elif error.key == STORE_FULL and not self._full:
            self._full = True
            self._send_status()

    def _send_status(self) -> None:
        with suppress(StoreError), self._status_lock:  # keeps the order of reading and sending across threads
            self._server.broadcast(self._status())

    def _greeting(self) -> tuple[Message, ...]:
        try:
            sign_in: SignInStatus | None = self._account_service.sign_in.status()
            return (
                self._status(), *([sign_in] if sign_in else []), *self._travel.greeting(), *self._online.greeting()
            )  # fmt: skip
        except StoreError as error:
            self._store_failed(error)
            return ()

    def _status(self) -> SyncStatus:
        acting = {account.id: account for account in self._user.accounts() if account.state is not AccountState.BLOCKED}
        feeds = {account.id for account in acting.values() if account.is_feed}
        as_of, failing = overall((each for each in self._events.statuses() if each.account_id in acting), feeds)
        since, failing = as_of.isoformat() if as_of else "", STORE_FULL if self._full else failing
        return SyncStatus(self._scheduler.running, since, self._scheduler.online, failing)
