"""A module between one car and its back end, as of Azure IoT Edge: it stores, confirms, and forwards in batches.

To the car it is the back end: it confirms an event once it is on disk. To the hub it is the car: it forwards events
with the ids they have, and deletes them on the back end's receipt. So the car is done in seconds while there is no
upstream for a day, and a module that is replaced goes on with the folder of the one before. A consent is forwarded
before what depends on it, and a withdrawal deletes what it covers. What the back end desires and commands is passed on
unchanged: the car verifies it itself.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import msgspec

from carlendar.domain.ports import ElapsedClock
from carlendar.errors import CarlendarError
from carlendar.telemetry import envelope
from carlendar.telemetry.envelope import Envelope, Receipt
from carlendar.telemetry.publisher import BrokerConnection, Connect, Pace
from carlendar.telemetry.schema import ConsentEvent, Topic
from carlendar.telemetry.spool import Spool, Spooled
from carlendar.telemetry.topics import Incoming, Kind, Outgoing, Received, TopicMap

WINDOW = 1_000
"""Maximum number of events that wait for a receipt."""
REPORT = "report"
RESULT_TYPE = "application/json"

_log = logging.getLogger(__name__)


class BridgeSide:
    """One of the two connections, with back-off. `arrived` is called on the connection's thread."""

    def __init__(self, connect: Connect, elapsed: ElapsedClock, pace: Pace, arrived: Callable[[], None]) -> None:
        self._connect, self._elapsed, self._pace, self._arrived = connect, elapsed, pace, arrived
        self.received: deque[Incoming] = deque(maxlen=10_000)
        self._link: BrokerConnection | None = None
        self._failures, self._due = 0, 0.0

    def link(self) -> BrokerConnection | None:
        """Return the connection, opened if it is due; None while there is none. Sets `opened` if it is new."""
        self.opened = False
        if self._link is not None and self._link.up:
            return self._link
        self.close()
        if self._elapsed.seconds() < self._due:
            return None
        self._link = self._connect(self._on_received, self._arrived)
        try:
            self._link.open()
        except CarlendarError as error:
            self._failed(error)
            return None
        self._failures, self.opened = 0, True
        return self._link

    def publish(self, message: Outgoing) -> bool:
        """Publish if there is a connection; return whether the broker accepted it."""
        if self._link is None:
            return False
        try:
            return self._link.publish(message)
        except CarlendarError as error:
            self._failed(error)
            return False

    def close(self) -> None:
        """Disconnect."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _on_received(self, incoming: Incoming) -> None:
        self.received.append(incoming)
        self._arrived()

    def _failed(self, error: CarlendarError) -> None:
        _log.info("a connection of the module: %s", error)
        self.close()
        self._due = self._elapsed.seconds() + min(self._pace.most, self._pace.back_off * 2.0 ** min(self._failures, 20))
        self._failures += 1


class Aggregator:
    """Runs from `start` to `stop`, on a thread of its own. `local` leads to the car's broker, `upstream` to the hub."""

    def __init__(
        self,
        vehicle: str,
        spool: Spool,
        local: Connect,
        local_topics: TopicMap,
        upstream: Connect,
        upstream_topics: TopicMap,
        elapsed: ElapsedClock,
        pace: Pace | None = None,
    ) -> None:
        self._source = f"/vehicles/{vehicle}"
        self._spool, self._elapsed, self._pace = spool, elapsed, pace or Pace()
        self._local_topics, self._upstream_topics = local_topics, upstream_topics
        self._local = BridgeSide(local, elapsed, self._pace, self._notify)
        self._upstream = BridgeSide(upstream, elapsed, self._pace, self._notify)
        self._waiting: dict[str, float] = {}
        self._round_at = 0.0
        self._desired: bytes = b""
        self._results: deque[bytes] = deque(maxlen=100)
        self._wake = threading.Condition()
        self._woken = self._stopping = False
        self._thread = threading.Thread(target=self._run, name="aggregator", daemon=True)

    def start(self) -> None:
        """Start; returns immediately."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Stop; what was not confirmed is kept."""
        with self._wake:
            self._stopping = self._woken = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _notify(self) -> None:
        with self._wake:
            self._woken = True
            self._wake.notify()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self.step()
            except sqlite3.Error as error:
                _log.error("the module's spool failed: %s", type(error).__name__)
            with self._wake:
                self._wake.wait_for(lambda: self._woken, self._pace.every)
                self._woken = False
        self._local.close()
        self._upstream.close()

    def step(self) -> None:
        """Do everything that is due."""
        self._local.link()
        while self._local.received:
            self._from_car(self._local.received.popleft())
        self._upstream.link()
        if self._upstream.opened:
            self._waiting.clear()
            self._round_at = 0.0
            for message in self._upstream_topics.greeting():
                self._upstream.publish(message)
            self._send_report()
        while self._upstream.received:
            self._from_hub(self._upstream.received.popleft())
        while self._results and self._upstream.publish(
            self._upstream_topics.outgoing(Kind.RESULTS, self._results[0], content_type=RESULT_TYPE)
        ):
            self._results.popleft()
        self._forward()

    # --- the car ------------------------------------------------------------------------------

    def _from_car(self, incoming: Incoming) -> None:
        if incoming.kind is Received.TELEMETRY:
            self._store(incoming)
        elif incoming.kind is Received.RESULTS:
            self._results.append(incoming.payload)
        elif incoming.kind is Received.REPORTED:
            self._spool.keep(REPORT, incoming.payload)
            self._send_report()
            if self._desired:
                self._to_car("desired", self._desired)

    def _store(self, incoming: Incoming) -> None:
        """Store events durably, then confirm them; what cannot be read is refused."""
        try:
            parts = envelope.split(incoming.payload)
        except ValueError:
            _log.warning("a message of the car cannot be read")
            return
        events: list[tuple[Envelope, bytes]] = []
        for part in parts:
            try:
                events.append((envelope.decode(part), part))
            except ValueError:
                _log.warning("an event of the car cannot be read")
        rows = [(each.id, incoming.topic, each.subject or "", part) for each, part in events]
        if dropped := self._spool.put(rows):
            _log.warning("%d events were dropped from the module's full spool", dropped)
        for each, _ in events:
            self._on_withdrawal(each)
        self._to_car("receipts", msgspec.json.encode(Receipt(committed=tuple(each.id for each, _ in events))))

    def _on_withdrawal(self, event: Envelope) -> None:
        """Delete the events that a withdrawn consent covers."""
        if event.type == ConsentEvent.about.type and event.subject:
            with suppress(ValueError):
                consent = envelope.event_of(event)
                if isinstance(consent, ConsentEvent) and not consent.granted:
                    self._spool.withdraw(event.subject, consent.topic.value)

    def _to_car(self, topic: str, payload: bytes) -> None:
        self._local.publish(self._local_topics.outgoing(Kind.REPORTED, payload, topic=topic, content_type=RESULT_TYPE))

    # --- the hub ------------------------------------------------------------------------------

    def _from_hub(self, incoming: Incoming) -> None:
        if incoming.kind is Received.RECEIPT:
            self._confirm(incoming.payload)
        elif incoming.kind is Received.DESIRED:
            self._desired = incoming.payload
            self._to_car("desired", self._desired)
        else:
            self._to_car("commands/forwarded", incoming.payload)
        if incoming.reply_to:
            self._upstream.publish(Outgoing(incoming.reply_to.format(status=200), b"{}"))

    def _confirm(self, payload: bytes) -> None:
        try:
            receipt = msgspec.json.decode(payload, type=Receipt)
        except (msgspec.DecodeError, RecursionError):
            _log.warning("a receipt cannot be read")
            return
        ids = {*receipt.committed, *receipt.refused}
        self._spool.confirmed(ids)
        for each in ids:
            self._waiting.pop(each, None)

    def _send_report(self) -> None:
        if report := self._spool.kept(REPORT):
            self._upstream.publish(self._upstream_topics.outgoing(Kind.REPORTED, report))

    def _forward(self) -> None:
        now = self._elapsed.seconds()
        held = self._spool.oldest(WINDOW)
        if consents := [each for each in held if each.topic == Topic.CONSENT]:
            held = [each for each in held if each.number <= consents[0].number or each.topic == Topic.CONSENT]
        due = [each for each in held if self._waiting.get(each.id, 0.0) <= now]
        for topic in dict.fromkeys(each.topic for each in due):
            for batch in _batches([each for each in due if each.topic == topic]):
                if not self._forwarded(topic, batch):
                    return

    def _forwarded(self, topic: str, batch: list[Spooled]) -> bool:
        identifier = str(uuid.uuid5(uuid.UUID(batch[0].id), f"{len(batch)}"))
        payload = envelope.message([each.body for each in batch], self._source, identifier)
        message = self._upstream_topics.outgoing(Kind.TELEMETRY, payload, topic=topic)
        if not self._upstream.publish(message):
            return False
        again = self._elapsed.seconds() + self._pace.receipt
        self._waiting |= {each.id: again for each in batch}
        return True


def _batches(events: list[Spooled]) -> list[list[Spooled]]:
    found: list[list[Spooled]] = []
    size = 0
    for each in events:
        full = not found or len(found[-1]) >= envelope.BATCH_LIMIT
        if full or size + len(each.body) + 1 > envelope.MESSAGE_LIMIT:
            found.append([])
            size = 2
        found[-1].append(each)
        size += len(each.body) + 1
    return found
