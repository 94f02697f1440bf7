"""Collects events and commits them: files and ledger in such an order that a kill at any point loses and doubles none.

1. The events are noted in the ledger's transaction, which finds duplicates.
2. The rows of each partition are written to the staging folder and made durable.
3. Consents are stored in the registry; storing them again changes nothing.
4. The ledger's transaction is committed, with the names of the staged files: from here on the batch counts.
5. The files are moved to their place among the tables.

6. Where the files of a partition have become many, they are made one (`carlendar_fleet.tables.compaction`).

After a kill before 4, staged files are deleted, and the source delivers the messages again. After one between 4 and 5,
the next start moves the files that the ledger names. Receipts and acknowledgements follow after 5.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import compress
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from carlendar.domain.base import Value
from carlendar.errors import StoreError
from carlendar.telemetry.envelope import Receipt
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.dead_letters import DeadLetters, folder
from carlendar_fleet.ingest.examination import OLDEST, Examination, Refused
from carlendar_fleet.ingest.message import Message
from carlendar_fleet.ingest.partitions import Partitions
from carlendar_fleet.ingest.received import ReceivedEvent
from carlendar_fleet.ingest.refusal import NOT_FINAL
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicle
from carlendar_fleet.registry.view import RegistryView
from carlendar_fleet.tables.compaction import MANY, SCRATCH, compact
from carlendar_fleet.tables.files import Staging
from carlendar_fleet.tables.ledger import Ledger
from carlendar_fleet.tables.partitions import FIRST_DAY, day_of
from carlendar_fleet.tables.writer_lock import lock

MOST_EVENTS = 50_000
"""Events after which a batch has to be committed, for the memory that it takes."""
MOST_BYTES = 64 * 1024 * 1024
PARTITIONS = 10_000
"""Partitions whose files are counted."""


class Outcome(Value, frozen=True):
    """What a commit did: receipts by vehicle, and counts of all events so far by outcome."""

    receipts: dict[str, Receipt]
    counts: dict[str, int]


class Batch:
    """The only writer of a data folder, for one thread at a time."""

    def __init__(self, data: DataFolder, name: Callable[[], str] = lambda: uuid4().hex) -> None:
        """Open the folder, and finish or undo what a killed process left. Raises UsageError if it is in use."""
        pa.array([""])  # its first call imports pandas, which would delay the first commit
        self._data, self._name = data.prepare(), name
        self._lock = lock(data.writer_lock)
        self._database = Database(data.registry)
        self._registry = RegistryView(self._database)
        self._examination = Examination(self._registry)
        self._ledger = Ledger(data.ledger)
        self._staging = Staging(data.root, data.staging)
        self._letters = DeadLetters()
        self.counts: Counter[str] = Counter()
        self._staging.place(self._ledger.parts())
        self._staging.discard()
        self._open = self._unplaced = False
        self._files: dict[str, int] = {}
        """Files that were added to each partition since it was compacted."""
        self.compacted = 0
        """Files that were replaced by fewer."""
        self._begin()

    def _begin(self) -> None:
        self._partitions = Partitions()
        self._receipts: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        self._bytes = self.messages = 0
        self._counts: Counter[str] = Counter()
        self._latest: datetime | None = None
        self._registry.refresh()

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._data.root

    @property
    def full(self) -> bool:
        """Whether it has to be committed before more is added."""
        return self._partitions.count >= MOST_EVENTS or self._bytes >= MOST_BYTES

    def add(self, message: Message) -> None:
        """Examine a message, and keep what of it is new."""
        if not self._open:
            self._place_rest()
            self._ledger.begin()
            self._open = True
        self.messages += 1
        self._bytes += len(message.payload)
        self._latest = message.received_at
        examined = self._examination.of(message)
        for each in examined.refused:
            self._refuse(message, each)
        if examined.vehicle is not None and examined.events:
            self._accept(examined.vehicle, examined.received, examined.events)

    def _accept(self, vehicle: Vehicle, received: int, events: Sequence[ReceivedEvent]) -> None:
        ids = [each.id for each in events]
        new = self._ledger.add(
            vehicle.number, [each.sequence for each in events], bytes.fromhex("".join(ids).replace("-", "")),
            day_of(max([each.time for each in events])[:10]),
        )  # fmt: skip
        if not all(new):
            events = list(compress(events, new))
        self._counts["accepted"] += len(events)
        self._counts["duplicate"] += len(new) - len(events)
        self._partitions.add(vehicle, received, events)
        self._receipts[vehicle.id][0].extend(ids)

    def _refuse(self, message: Message, each: Refused) -> None:
        self._counts[each.reason] += 1
        self._letters.add(message, each)
        if each.event_id and each.reason not in NOT_FINAL:
            self._receipts[message.vehicle][1].append(each.event_id)

    def commit(self) -> Outcome:
        """Make everything that was added durable; returns the receipts that may be sent now."""
        if self._open:
            self._commit(self._latest or datetime.now(UTC))
        self.counts += self._counts
        receipts = {vehicle: Receipt(tuple(new), tuple(bad)) for vehicle, (new, bad) in self._receipts.items()}
        self._begin()
        return Outcome(receipts, dict(self.counts))

    def _commit(self, now: datetime) -> None:
        name = self._name()
        parts = []
        for number, (target, table) in enumerate(self._partitions.tables()):
            staged = f"{name}-{number}.parquet"
            self._staging.write_table(staged, table)
            parts.append((staged, f"{target}/part-{name}.parquet"))
        if letters := self._letters.take():
            staged = f"{name}.jsonl"
            self._staging.write(staged, letters)
            parts.append((staged, f"{folder(now)}/part-{name}.jsonl"))
        if parts:
            self._staging.make_durable([staged for staged, _ in parts])
        self._registry.store()
        self._ledger.forget_before(((now - OLDEST).date() - FIRST_DAY).days)
        self._ledger.commit(parts)
        self._open, self._unplaced = False, True
        self._place_rest()
        self._compact({target.rpartition("/")[0] for _, target in parts if target.endswith(".parquet")})

    def _place_rest(self) -> None:
        """Move the files of the last commit to their place if that failed, as on a full disk."""
        if self._unplaced:
            self._staging.place(self._ledger.parts())
            self._unplaced = False

    def _compact(self, partitions: Iterable[str]) -> None:
        """Compact one of these partitions, if its files have become many: one in a commit, so that none takes long."""
        for each in partitions:
            self._files[each] = self._files.get(each, MANY) + 1
        if len(self._files) > PARTITIONS:
            self._files.clear()  # they are counted as due when they come again
        due = next((each for each in partitions if self._files.get(each, 0) >= MANY), None)
        if due is not None:
            name = self._name()
            self._files[due] = 0
            self.compacted += compact(self._data.root / due, self._staging.scratch(SCRATCH + name), name)

    def abandon(self) -> None:
        """Drop everything that was added since the last commit: the source delivers it again."""
        if self._open:
            self._ledger.abandon()
            self._open = False
        self._registry.abandon()
        self._letters.take()
        with suppress(OSError, StoreError):  # what was staged takes space, which may be what is missing
            self._staging.discard(keep=[staged for staged, _ in self._ledger.parts()])
        self._begin()

    def close(self) -> None:
        """Give up what was not committed, and release the folder."""
        self.abandon()
        self._staging.close()
        self._ledger.close()
        self._database.close()
        os.close(self._lock)
