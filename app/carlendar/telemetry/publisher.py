"""Publishes the queue: one connection a trip, quiet while offline, with back-off and a monthly budget of bytes.

A thread of its own does everything: it connects, reports, publishes batches, takes receipts and passes commands on. An
event is deleted when the back end's receipt has arrived; the broker's acknowledgement is none. Events without a receipt
are published again, with the same ids.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

import msgspec

from carlendar.domain.base import Value
from carlendar.domain.ports import ElapsedClock, WallClock
from carlendar.errors import CarlendarError, OfflineError, RefusedError, ServiceError, StoreError
from carlendar.telemetry import envelope
from carlendar.telemetry.control import Reported
from carlendar.telemetry.envelope import Envelope, Receipt
from carlendar.telemetry.queue import EventQueue, Queued, event_of
from carlendar.telemetry.schema import SecurityEvent, SecurityKind, Topic
from carlendar.telemetry.topics import Incoming, Kind, Outgoing, Received, TopicMap

WINDOW = 400
"""Maximum number of events that wait for a receipt."""
RETRY = 10.0
"""Elapsed seconds between two attempts to execute a command that had to wait."""
ASKED = 10
"""Requests that wait for a connection; the latest are kept."""
MARGIN = 8_192
"""Bytes that a connection costs at most before its first event; part of the budget is kept for it."""

_log = logging.getLogger(__name__)


class VehicleInfo(Value, frozen=True):
    """The car as it appears in every event."""

    id: str
    brand: str
    model: str
    software: str


class Pace(Value, frozen=True):
    """Times in elapsed seconds.

    `settle` passes from the start to the first connection, `every` between two rounds of publishing: a short trip makes
    one, with the events of the trip before. Events with a count are published once they are `collect` seconds old.
    Without a receipt an event is published again after `receipt`, then after twice that time, and so on. Failed
    connections are repeated after `back_off` to `most`.
    """

    settle: float = 20.0
    every: float = 1_800.0
    collect: float = 3_600.0
    receipt: float = 60.0
    back_off: float = 10.0
    most: float = 900.0


class BrokerConnection(Protocol):
    """One connection to a broker, as `carlendar.telemetry.link.MqttLink`."""

    @property
    def up(self) -> bool:
        """Whether it stands."""

    def open(self) -> None:
        """Connect and subscribe. Raises OfflineError, RefusedError or ServiceError."""

    def publish(self, message: Outgoing) -> bool:
        """Publish and wait for the broker; False if it refused. Raises ServiceError."""

    def traffic(self) -> int:
        """The bytes on the wire so far."""

    def close(self) -> None:
        """Disconnect."""


Connect = Callable[[Callable[[Incoming], None], Callable[[], None]], BrokerConnection]
"""Makes a connection from what is called with received messages, and when it is lost."""


class DataBudget:
    """The bytes that may be used in a calendar month (UTC), counted in the queue's file."""

    def __init__(self, queue: EventQueue, wall: WallClock, limit: int) -> None:
        self._queue, self._wall, self._limit = queue, wall, limit

    def spend(self, count: int) -> None:
        """Count bytes that were used."""
        if count > 0:
            self._queue.count(self._month(), count)

    def spent(self) -> int:
        """The bytes used in this month."""
        return self._queue.counter(self._month())

    def left(self) -> int:
        """The bytes left in this month; negative if more were used."""
        return self._limit - self.spent()

    def _month(self) -> str:
        return f"bytes:{self._wall.now():%Y-%m}"


class Publisher:
    """Publishes from `start` to `stop`. `handle` is called on its thread with commands and desired states; it returns
    the messages to answer with. `report` returns what the car reports after each connection. `retry` executes what
    had to wait, and returns its results, or None if nothing waits. `ended` is called once, after `stop` and when the
    thread uses the queue no longer, which may be after `stop` has returned.
    """

    def __init__(
        self,
        queue: EventQueue,
        vehicle: VehicleInfo,
        topics: TopicMap,
        connect: Connect,
        elapsed: ElapsedClock,
        wall: WallClock,
        chance: Callable[[], float],
        budget: DataBudget,
        handle: Callable[[Incoming], Iterable[Outgoing]],
        report: Callable[[], Reported],
        *,
        retry: Callable[[], Iterable[Outgoing] | None] = lambda: None,
        pace: Pace | None = None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._queue, self._vehicle, self._topics, self._connect = queue, vehicle, topics, connect
        self._elapsed, self._wall, self._chance, self._budget = elapsed, wall, chance, budget
        self._handle, self._report, self._retry, self._pace = handle, report, retry, pace or Pace()
        self._ended = ended
        self._wake = threading.Condition()
        self._woken = self._stopping = self._online = self._flushing = self._reconnecting = False
        self._received: deque[Incoming] = deque(maxlen=1_000)
        self._asked: deque[Outgoing] = deque(maxlen=ASKED)
        self._link: BrokerConnection | None = None
        self._counted = 0
        """Bytes of the current connection that were counted against the budget."""
        self._failures = 0
        self._connect_at = self._round_at = 0.0
        self._waiting: dict[str, tuple[float, int]] = {}
        """Published events without a receipt: when to publish them again, and how often that was done."""
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)

    def start(self) -> None:
        """Start publishing; returns immediately."""
        self._connect_at = self._elapsed.seconds() + self._pace.settle
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> None:
        """Stop; what was not published is kept."""
        self._notify(stopping=True)
        if self._thread.is_alive():
            self._thread.join(timeout)
        elif self._thread.ident is None:  # it was never started
            self._ended()

    def network(self, online: bool) -> None:
        """Set whether the car has a data connection."""
        self._notify(online=online)

    def reconnect(self) -> None:
        """Reconnect, for example with another certificate."""
        self._reconnecting = True

    def ask(self, message: Outgoing) -> None:
        """Publish a request over the next connection; it is lost if that breaks."""
        self._asked.append(message)
        self._notify()

    def flush(self) -> None:
        """Publish everything soon, as at the end of a trip, or when a consent was withdrawn."""
        self._notify(flushing=True)

    # --- the thread ---------------------------------------------------------------------------

    def _notify(
        self, *, online: bool | None = None, stopping: bool | None = None, flushing: bool | None = None
    ) -> None:  # fmt: skip
        with self._wake:
            self._online = self._online if online is None else online
            self._stopping = self._stopping or bool(stopping)
            self._flushing = self._flushing or bool(flushing)
            self._woken = True
            self._wake.notify()

    def _on_received(self, incoming: Incoming) -> None:
        self._received.append(incoming)
        self._notify()

    def _run(self) -> None:
        try:
            while not self._stopping:
                wait = self._guarded_step()
                with self._wake:
                    self._wake.wait_for(lambda: self._woken, wait)
                    self._woken = False
            with suppress(StoreError):
                self._drop()
        finally:
            self._ended()

    def _guarded_step(self) -> float | None:
        try:
            return self.step()
        except (OfflineError, RefusedError, ServiceError) as error:
            return self._failed(error)
        except StoreError as error:
            _log.warning("telemetry waits: %s", error.detail)
            return 60.0
        except Exception as error:  # noqa: BLE001 - telemetry must not end with its first fault
            _log.error("telemetry failed: %s", type(error).__name__)
            self._drop()
            return self._pace.most

    def step(self) -> float | None:
        """Do everything that is due; return the seconds until something is due again, None for not before a change."""
        self._take_received()
        results = self._retry()
        wait = self._proceed(tuple(results or ()))
        return wait if results is None else min(RETRY, wait or RETRY)

    def _proceed(self, results: Iterable[Outgoing]) -> float | None:
        """Connect and publish as due; `results` of commands are lost without a connection, and asked for again."""
        if not self._online:
            self._drop()
            return None
        link, now = self._link, self._elapsed.seconds()
        if link is None or not link.up or self._reconnecting:
            self._drop()
            if now < self._connect_at and not self._flushing:
                return self._connect_at - now
            if not self._affordable():
                return 3_600.0
            link = self._opened()
        for result in results:
            link.publish(result)
        while self._asked and self._budget.left() > MARGIN:
            link.publish(self._asked.popleft())
        self._count(link)
        flushing, self._flushing = self._flushing, False
        if flushing or now >= self._round_at:
            self._round_at = now + self._pace.every
            self._publish(link, everything=flushing)
        elif any(due <= now for due, _ in self._waiting.values()):
            self._publish(link, everything=False)
        self._count(link)
        again = min((due for due, _ in self._waiting.values()), default=self._round_at)
        return max(0.0, min(self._round_at, again) - self._elapsed.seconds())

    def _affordable(self) -> bool:
        """Whether a connection is within the budget; a withdrawal of consent is always."""
        return self._budget.left() > MARGIN or self._queue.held().get(Topic.CONSENT, 0) > 0

    def _opened(self) -> BrokerConnection:
        self._link, self._counted = self._connect(self._on_received, self._notify), 0
        self._waiting.clear()
        self._reconnecting = False
        self._link.open()
        self._failures, self._round_at = 0, 0.0
        for message in self._topics.greeting():
            self._link.publish(message)
        self._link.publish(self._topics.outgoing(Kind.REPORTED, msgspec.json.encode(self._report())))
        return self._link

    def _failed(self, error: CarlendarError) -> float:
        """Note a failed connection; return the seconds until the next attempt."""
        _log.info("the fleet's broker: %s %s", error, error.detail)
        self._drop()
        if isinstance(error, RefusedError):
            kind = SecurityKind.BROKER_UNTRUSTED if error.key == "certificate" else SecurityKind.CERTIFICATE_REJECTED
            self._queue.record(SecurityEvent(kind=kind), self._wall.now())
        self._failures += 1
        longest = min(self._pace.most, self._pace.back_off * 2.0 ** min(self._failures - 1, 20))
        pause = longest * (0.75 + self._chance() / 2)
        self._connect_at = self._elapsed.seconds() + pause
        return pause

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()
            self._budget.spend(link.traffic() - self._counted)
            self._counted = 0

    def _count(self, link: BrokerConnection) -> None:
        used = link.traffic()
        self._budget.spend(used - self._counted)
        self._counted = used

    # --- receiving ----------------------------------------------------------------------------

    def _take_received(self) -> None:
        while self._received:
            incoming = self._received.popleft()
            if incoming.kind is Received.RECEIPT:
                answers: Iterable[Outgoing] = self._confirm(incoming)
            else:
                answers = self._handle(incoming)
            for answer in answers:
                if self._link is not None:
                    self._link.publish(answer)

    def _confirm(self, incoming: Incoming) -> Iterable[Outgoing]:
        try:
            receipt = msgspec.json.decode(incoming.payload, type=Receipt)
        except (msgspec.DecodeError, RecursionError):
            _log.warning("a receipt cannot be read")
            return ()
        ids = {*receipt.committed, *receipt.refused}
        released = self._queue.confirmed(ids)
        before = len(self._waiting)
        for each in ids:
            self._waiting.pop(each, None)
        if receipt.refused:
            _log.warning("the back end refused %d events", len(receipt.refused))
        if released or before == WINDOW:
            self._round_at = 0.0  # a consent releases its events; a full window is filled again
        return (Outgoing(incoming.reply_to.format(status=200), b"{}"),) if incoming.reply_to else ()

    # --- publishing ---------------------------------------------------------------------------

    def _publish(self, link: BrokerConnection, *, everything: bool) -> None:
        before = None if everything else self._wall.now() - timedelta(seconds=self._pace.collect)
        now, left = self._elapsed.seconds(), self._budget.left()
        held = self._queue.sendable(WINDOW, before)
        self._waiting = {each.id: self._waiting[each.id] for each in held if each.id in self._waiting}
        due = self._queue.seal(each for each in held if self._waiting.get(each.id, (now, 0))[0] <= now)
        for topic, events in _by_topic(due).items():
            for batch in _batches(self._encoded(events)):
                payload = self._message(batch)
                if len(payload) > left and topic is not Topic.CONSENT:
                    self._postpone(each for each, _ in batch)
                else:
                    left -= len(payload)
                    self._send(link, topic, payload, batch)

    def _message(self, batch: list[tuple[Queued, bytes]]) -> bytes:
        """Return the message of a batch; one that is repeated has its id again."""
        identifier = str(uuid.uuid5(uuid.UUID(batch[0][0].id), f"{len(batch)}"))
        return envelope.message([each for _, each in batch], f"/vehicles/{self._vehicle.id}", identifier)

    def _postpone(self, events: Iterable[Queued]) -> None:
        """Do not publish these events for as long as a round takes: they exceed the budget."""
        due = self._elapsed.seconds() + self._pace.every
        for each in events:
            self._waiting[each.id] = due, self._waiting.get(each.id, (0.0, 0))[1]

    def _send(self, link: BrokerConnection, topic: Topic, payload: bytes, batch: list[tuple[Queued, bytes]]) -> None:
        accepted = link.publish(self._topics.outgoing(Kind.TELEMETRY, payload, topic=topic.value))
        now = self._elapsed.seconds()
        for each, _ in batch:
            times = self._waiting.get(each.id, (0.0, 0))[1]
            pause = self._pace.receipt * 2 ** min(times, 6) if accepted else self._pace.most
            self._waiting[each.id] = now + pause, times + 1

    def _encoded(self, events: Iterable[Queued]) -> list[tuple[Queued, bytes]]:
        """Encode events; one that this version does not know, as after a downgrade, is dropped."""
        found, unknown = [], []
        for each in events:
            try:
                found.append((each, envelope.encode(enveloped(each, self._vehicle))))
            except ValueError:
                unknown.append(each.id)
        if unknown:
            self._queue.confirmed(unknown)
            self._queue.count("dropped", len(unknown))
        return found


def enveloped(queued: Queued, vehicle: VehicleInfo) -> Envelope:
    """Return a queued event in its envelope."""
    return Envelope(
        specversion="1.0", id=queued.id, source=f"/vehicles/{vehicle.id}", type=event_of(queued).about.type,
        time=queued.at, brand=vehicle.brand, model=vehicle.model, softwareversion=vehicle.software,
        sequence=queued.sequence, subject=queued.subject or None, consentversion=queued.consent_version,
        data=msgspec.Raw(queued.fields),
    )  # fmt: skip


def _by_topic(events: Iterable[Queued]) -> dict[Topic, list[Queued]]:
    found: dict[Topic, list[Queued]] = {}
    for each in events:
        found.setdefault(each.topic, []).append(each)
    return found


def _batches(encoded: list[tuple[Queued, bytes]]) -> Iterable[list[tuple[Queued, bytes]]]:
    """Split events into messages of limited number and size."""
    batch: list[tuple[Queued, bytes]] = []
    size = 2
    for each in encoded:
        if batch and (len(batch) >= envelope.BATCH_LIMIT or size + len(each[1]) + 1 > envelope.MESSAGE_LIMIT):
            yield batch
            batch, size = [], 2
        batch.append(each)
        size += len(each[1]) + 1
    if batch:
        yield batch
