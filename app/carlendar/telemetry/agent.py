"""The telemetry of a car: what the service records, publishes, and is commanded to do."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from carlendar.domain.base import Value
from carlendar.domain.ports import CarActions, ElapsedClock, Fields, WallClock
from carlendar.errors import CarlendarError, StoreError
from carlendar.telemetry.commands import CommandReceiver, RefusalError, VerificationKeys
from carlendar.telemetry.control import (
    AnyCommand,
    CalendarChanged,
    CommandOutcome,
    CommandResult,
    EraseCar,
    InstallCertificate,
    ManagedSettings,
    Reported,
    ShowStored,
    decode_desired,
)
from carlendar.telemetry.envelope import instant
from carlendar.telemetry.identity import VehicleIdentity
from carlendar.telemetry.publisher import Connect, DataBudget, Pace, Publisher, VehicleInfo
from carlendar.telemetry.queue import EventQueue
from carlendar.telemetry.schema import CONSENT_TOPICS, EVENTS, DroppedEvent, SecurityEvent, SecurityKind, Topic, clamp
from carlendar.telemetry.settings_exchange import SettingsExchange
from carlendar.telemetry.topics import Incoming, Kind, Outgoing, Received, TopicMap

_BOOT, _MINUTES, _CLEAN = "run:boot", "run:minutes", "run:clean"
"""Counters of the service's run: a digest of the boot's id, its minutes, and whether it ended properly."""

STOP_SECONDS = 3.0

_log = logging.getLogger(__name__)


class AgentPorts(Value, frozen=True):
    """The outside world of the agent. `connect` makes connections to the broker.

    `chance` returns random numbers from 0 to 1, `new_id` UUIDs, `new_subject` 32 random hexadecimal digits.
    `adopt_policy` stores a signed policy, given with its settings; it raises RefusalError if one of them would not only
    restrict. `authority` is the PEM file that the car's certificates are checked against.
    """

    connect: Connect
    topics: TopicMap
    elapsed: ElapsedClock
    wall: WallClock
    chance: Callable[[], float]
    new_id: Callable[[], str]
    new_subject: Callable[[], str]
    adopt_policy: Callable[[str, bytes], None]
    boot_id: str = ""
    authority: Path | None = None


class TelemetryAgent:
    """Telemetry of one car, kept in `folder`; `Telemetry` of `carlendar.domain.ports`.

    `monthly_bytes` is the budget. `forbidden` are topics that no driver can consent to in this car.
    """

    def __init__(
        self,
        folder: Path,
        vehicle: VehicleInfo,
        ports: AgentPorts,
        keys: VerificationKeys,
        *,
        monthly_bytes: int,
        forbidden: Iterable[str] = (),
        pace: Pace | None = None,
    ) -> None:
        self._vehicle, self._ports = vehicle, ports
        self._allowed = frozenset(CONSENT_TOPICS) - set(forbidden)
        self._queue = EventQueue(folder, ports.new_id, ports.new_subject)
        self._identity = VehicleIdentity(folder, vehicle.id, vehicle.brand, vehicle.model)
        self._boot = zlib.crc32(ports.boot_id.encode()) or 1
        self._driver = ""
        """The profile of the latest event, in whose name dropped events are reported."""
        self._actions: CarActions | None = None
        self._receiver = CommandReceiver(folder, vehicle.id, keys, ports.wall, self._execute, self._secure)
        self.budget = DataBudget(self._queue, ports.wall, monthly_bytes)
        self._exchange = SettingsExchange(
            ports.new_id, lambda request: self._publisher.ask(ports.topics.outgoing(Kind.SETTINGS, request))
        )
        self._publisher = Publisher(
            self._queue, vehicle, ports.topics, ports.connect, ports.elapsed, ports.wall, ports.chance, self.budget,
            self._handle, self._report, retry=self._retry, pace=pace, ended=self._close,
        )  # fmt: skip

    # --- Telemetry ----------------------------------------------------------------------------

    def start(self, actions: CarActions) -> None:
        """Start publishing and receiving commands."""
        self._actions = actions
        self._publisher.start()

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """Stop; what was not published is kept.

        It waits no longer than `timeout` for a connection that is being made; the queue is closed once that has ended.
        """
        with suppress(StoreError):
            self._queue.put(_CLEAN, 1)
        self._publisher.stop(timeout)

    def _close(self) -> None:
        with suppress(StoreError):
            self._queue.close()

    def record(self, name: str, fields: Fields, profile: str = "") -> None:
        """Record an event by its name; one that is invalid, or that the driver has not consented to, is dropped."""
        kind = EVENTS.get(name)
        try:
            if kind is None or kind.about.topic is Topic.CONSENT:
                raise ValueError(name)  # noqa: TRY301 - handled as any other invalid event
            event = msgspec.convert(fields, kind, strict=False)
            if self._queue.record(event, self._ports.wall.now(), profile) and profile:
                self._driver = profile
        except ValueError:
            _log.warning("an invalid event was dropped: %s", name if kind else "(unknown)")
        except StoreError as error:
            _log.warning("an event was not recorded: %s", error.detail)

    def consent(self, given: Mapping[str, Mapping[str, int]]) -> None:
        """Adopt the consents that are given now; a topic that is forbidden in this car counts as not consented to."""
        known = {
            profile: {topic: topics[topic] for topic in CONSENT_TOPICS if topic in topics and topic in self._allowed}
            for profile, topics in given.items()
        }
        try:
            changed = self._queue.consent(known, self._ports.wall.now())
        except StoreError as error:
            _log.warning("consents were not adopted: %s", error.detail)
            return
        if changed:
            self._publisher.flush()

    def previous_run(self) -> tuple[int, bool] | None:
        """Return the minutes of the run before this one and whether it ended unexpectedly, once.

        A run of an earlier boot ended with the car's power.
        """
        try:
            boot, minutes, clean = (self._queue.take(each) for each in (_BOOT, _MINUTES, _CLEAN))
        except StoreError:
            return None
        return (minutes, boot == self._boot and not clean) if boot else None

    def running(self, minutes: int) -> None:
        """Note for how long this run has lasted."""
        with suppress(StoreError):
            self._queue.put(_BOOT, self._boot)
            self._queue.put(_MINUTES, minutes)

    def network(self, online: bool) -> None:
        """Set whether the car has a data connection."""
        self._publisher.network(online)

    def flush(self) -> None:
        """Publish everything soon."""
        self._publisher.flush()

    def fetch_settings(self, profile: str, key: str) -> None:
        """Ask for the settings that are kept of a driver."""
        with suppress(ValueError):
            self._exchange.fetch(profile, key)

    def store_settings(self, profile: str, key: str, version: int, values: Mapping[str, str]) -> None:
        """Have a driver's settings kept, sealed for the driver alone."""
        with suppress(ValueError):
            self._exchange.store(profile, key, version, values)

    def delete_settings(self, profile: str, key: str) -> None:
        """Have the settings deleted that are kept of a driver."""
        with suppress(ValueError):
            self._exchange.delete(profile, key)

    def erase(self) -> None:
        """Delete the events of all drivers and renew their random subjects. Raises StoreError."""
        self._queue.erase(self._ports.wall.now())
        self._publisher.flush()

    def held(self) -> Mapping[str, int]:
        """The number of events that wait, by topic."""
        with suppress(StoreError):
            return self._queue.held()
        return {}

    # --- on the publisher's thread --------------------------------------------------------------

    def _report(self) -> Reported:
        now, expires = self._ports.wall.now(), self._identity.expires()
        if dropped := self._queue.take("dropped"):
            self._queue.record(DroppedEvent(count=clamp(dropped)), now, self._driver)
        renewal = None
        if expires is not None and self._identity.needs_renewal(now):
            with suppress(OSError):
                renewal = self._identity.request()
        return Reported(
            softwareversion=self._vehicle.software, brand=self._vehicle.brand, model=self._vehicle.model,
            time=instant(now), queued=clamp(sum(self._queue.held().values())),
            dropped=clamp(dropped), numbers=self._receiver.numbers,
            certificate_expires=instant(expires) if expires else None, certificate_request=renewal,
        )  # fmt: skip

    def _handle(self, incoming: Incoming) -> Iterable[Outgoing]:
        """Execute what a message commands; return the results to publish."""
        if incoming.kind is Received.SETTINGS:
            kept = self._exchange.answered(incoming.payload)
            if kept is not None and self._actions is not None:
                self._actions.settings_kept(kept)
            return
        if incoming.kind is Received.DESIRED:
            try:
                documents = [each.encode() for each in decode_desired(incoming.payload).commands]
            except ValueError:
                self._secure(SecurityKind.COMMAND_MALFORMED)
                return
        else:
            documents = [incoming.payload]
        for document in documents:
            result = self._receiver.receive(document)
            encoded = msgspec.json.encode(result)
            if incoming.reply_to:
                status = 200 if result.outcome in (CommandOutcome.DONE, CommandOutcome.WAITING) else 400
                yield Outgoing(incoming.reply_to.format(status=status), encoded)
            yield self._ports.topics.outgoing(Kind.RESULTS, encoded, content_type="application/json")

    def _retry(self) -> Iterable[Outgoing] | None:
        """Execute the commands that had to wait; return their results, None if there are none."""
        if not self._receiver.waits:
            return None
        results: list[CommandResult] = self._receiver.retry()
        return [
            self._ports.topics.outgoing(Kind.RESULTS, msgspec.json.encode(each), content_type="application/json")
            for each in results
        ]

    def _execute(self, command: AnyCommand, document: bytes) -> Mapping[str, int]:
        actions = self._actions
        if actions is None:
            raise RefusalError("The car accepts no commands yet.")
        match command:
            case CalendarChanged():
                actions.calendar_changed()
            case ShowStored():
                return {name: clamp(count) for name, count in actions.show_stored().items()}
            case EraseCar():
                actions.erase()
            case ManagedSettings():
                self._ports.adopt_policy(command.settings, document)
                actions.restart()
            case InstallCertificate():
                self._install(command)
        return {}

    def _install(self, command: InstallCertificate) -> None:
        try:
            authority = self._ports.authority.read_bytes() if self._ports.authority is not None else None
            self._identity.install(command.certificate, self._ports.wall.now(), authority)
        except OSError as error:
            raise CarlendarError("The certificate could not be stored.", detail=type(error).__name__) from error
        self._publisher.reconnect()

    def _secure(self, kind: SecurityKind) -> None:
        try:
            self._queue.record(SecurityEvent(kind=kind), self._ports.wall.now())
        except StoreError as error:
            _log.warning("a security event was not recorded: %s", error.detail)
