"""Commands: replayed, expired, foreign and malformed ones are refused and counted; a valid one is executed once."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from carlendar.errors import BusyError, StoreError
from carlendar.telemetry import control
from carlendar.telemetry.commands import JOURNAL, RESULTS, CommandReceiver, RefusalError, VerificationKeys
from carlendar.telemetry.control import CommandOutcome
from carlendar.telemetry.envelope import instant
from carlendar.telemetry.schema import SecurityKind
from carlendar.telemetry.signing import Document, approve, key_name, keys_of, public_bytes, sign, verify
from tests.fakes.clocks import ManualClocks
from tests.fakes.kill_points import KilledAt, Tick
from tests.telemetry.conftest import CAR, NOW

COMMANDS, POLICIES, FIRST, SECOND, STRANGER = (
    Ed25519PrivateKey.from_private_bytes(bytes([each]) * 32) for each in range(1, 6)
)


def named(*keys: Ed25519PrivateKey) -> dict[str, bytes]:
    return {key_name(public_bytes(each)): public_bytes(each) for each in keys}


KEYS = VerificationKeys(named(COMMANDS), named(POLICIES), named(FIRST, SECOND))


class Receiver:
    """A receiver with what it executed and counted."""

    def __init__(self, folder: Path) -> None:
        self.clocks = ManualClocks(NOW)
        self.executed: list[control.AnyCommand] = []
        self.counted: list[SecurityKind] = []
        self.error: Exception | None = None
        self.folder = folder
        self.again()

    def again(self) -> None:
        """As after a restart."""
        self.receiver = CommandReceiver(self.folder, CAR, KEYS, self.clocks, self._execute, self.counted.append)

    def _execute(self, command: control.AnyCommand, _: bytes) -> Mapping[str, int]:
        if self.error is not None:
            raise self.error
        self.executed.append(command)
        return {"meetings": 3}

    def outcome(self, document: bytes) -> CommandOutcome:
        return self.receiver.receive(document).outcome


@pytest.fixture
def car(tmp_path: Path) -> Receiver:
    return Receiver(tmp_path)


def made(kind: type[control.VehicleCommand] = control.ShowStored, **fields: object) -> control.VehicleCommand:
    given: dict[str, object] = {
        "id": str(uuid.uuid4()), "vehicle": CAR, "number": 1, "issued": instant(NOW),
        "expires": instant(NOW + timedelta(hours=1)), "version": 1, **fields,
    }  # fmt: skip
    return kind(**given)  # type: ignore[arg-type]  # by name


def signed(command: control.VehicleCommand, *signers: Ed25519PrivateKey) -> bytes:
    return sign(msgspec.json.encode(command), *(signers or (COMMANDS,)))


def test_a_command_is_executed_once_and_its_result_is_repeated(car: Receiver) -> None:
    document = signed(made())
    first = car.receiver.receive(document)
    assert (first.outcome, first.counts, first.repeated) == (CommandOutcome.DONE, {"meetings": 3}, False)
    car.again()
    assert car.receiver.receive(document) == replace(first, repeated=True)
    assert len(car.executed) == 1
    assert car.counted == []


def test_a_number_that_does_not_grow_is_a_replay(car: Receiver) -> None:
    assert car.outcome(signed(made(number=5))) is CommandOutcome.DONE
    assert car.outcome(signed(made(number=5))) is CommandOutcome.REPLAYED
    assert car.outcome(signed(made(number=4))) is CommandOutcome.REPLAYED
    assert car.outcome(signed(made(control.CalendarChanged, number=1))) is CommandOutcome.DONE
    car.again()
    assert car.outcome(signed(made(number=4))) is CommandOutcome.REPLAYED
    assert car.receiver.numbers == {"show_stored": 5, "calendar_changed": 1}
    assert car.counted == [SecurityKind.COMMAND_REPLAYED] * 3


def test_an_old_command_is_a_replay_also_when_its_result_was_forgotten(car: Receiver) -> None:
    old = signed(made(number=1))
    car.outcome(old)
    for number in range(2, RESULTS + 3):
        car.outcome(signed(made(number=number)))
    assert car.outcome(old) is CommandOutcome.REPLAYED


@pytest.mark.parametrize(
    ("issued", "expires", "outcome"),
    [
        (0, 60, CommandOutcome.DONE),
        (-120, -60, CommandOutcome.EXPIRED),
        (60, 120, CommandOutcome.EXPIRED),
        (5, 60, CommandOutcome.DONE),
    ],
)
def test_a_command_counts_between_its_times_only(
    car: Receiver, issued: int, expires: int, outcome: CommandOutcome
) -> None:
    times = {name: instant(NOW + timedelta(minutes=at)) for name, at in (("issued", issued), ("expires", expires))}
    assert car.outcome(signed(made(issued=times["issued"], expires=times["expires"]))) is outcome


def test_while_the_clock_is_not_set_a_command_waits(car: Receiver) -> None:
    car.clocks.known = False
    assert car.outcome(signed(made())) is CommandOutcome.WAITING
    assert car.receiver.retry() == []
    car.clocks.known = True
    (result,) = car.receiver.retry()
    assert result.outcome is CommandOutcome.DONE


def test_a_command_of_a_stranger_or_for_another_car_is_foreign(car: Receiver) -> None:
    assert car.outcome(signed(made(), STRANGER)) is CommandOutcome.FOREIGN
    assert car.outcome(signed(made(), POLICIES)) is CommandOutcome.FOREIGN
    assert car.outcome(signed(made(vehicle="car-0002"))) is CommandOutcome.FOREIGN
    assert car.outcome(signed(made(control.ManagedSettings, settings=""), COMMANDS)) is CommandOutcome.FOREIGN
    assert car.executed == []
    assert car.counted == [SecurityKind.COMMAND_FOREIGN] * 4


def test_erasing_needs_two_different_keys_that_are_named_for_it(car: Receiver) -> None:
    command = made(control.EraseCar)
    for signers in ((FIRST,), (FIRST, FIRST), (COMMANDS, FIRST), (POLICIES, COMMANDS), (STRANGER, FIRST)):
        assert car.outcome(signed(command, *signers)) is CommandOutcome.FOREIGN
    assert car.outcome(approve(signed(command, FIRST), SECOND)) is CommandOutcome.DONE
    other = made(control.EraseCar, number=2)
    first, second = (
        msgspec.json.decode(signed(each, key), type=Document) for each, key in ((other, FIRST), (command, SECOND))
    )
    mixed = msgspec.json.encode(Document(first.payload, first.signatures + second.signatures))
    assert car.outcome(mixed) is CommandOutcome.FOREIGN


@pytest.mark.parametrize(
    "document",
    [
        b"", b"{", b"null", b"[" * 100_000, b'{"payload":"","signatures":[]}', b"x" * 70_000,
        sign(b"{}", COMMANDS), sign(b"nonsense", COMMANDS), sign(b"", COMMANDS),
        sign(b'{"name":"open_doors"}', COMMANDS),
        sign(msgspec.json.encode(made(number=0)), COMMANDS),
        sign(msgspec.json.encode(made(version=2)), COMMANDS),
        sign(msgspec.json.encode(made(expires="2026-13-45T99:99:99.000Z")), COMMANDS),
        sign(msgspec.json.encode(made()).replace(b"}", b',"more":1}'), COMMANDS),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_malformed_command_is_refused_and_counted(car: Receiver, document: bytes) -> None:
    result = car.receiver.receive(document)
    assert result.outcome in (CommandOutcome.MALFORMED, CommandOutcome.FOREIGN)
    assert len(car.counted) == 1
    assert car.executed == []


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_nothing_but_a_signed_document_is_verified(data: bytes) -> None:
    with pytest.raises((ValueError, PermissionError)):
        verify(data, named(COMMANDS))


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_a_changed_document_is_not_verified(data: st.DataObject) -> None:
    document = bytearray(signed(made(id=str(uuid.UUID(int=1)))))
    at = data.draw(st.integers(0, len(document) - 1))
    before = document[at]
    document[at] = data.draw(st.integers(0, 255).filter(lambda each: each != before))
    try:
        found = verify(bytes(document), named(COMMANDS))
    except (ValueError, PermissionError):
        return
    assert found.payload == msgspec.json.encode(made(id=str(uuid.UUID(int=1))))  # only white space of JSON differs


def test_other_algorithms_and_headers_are_not_accepted() -> None:
    found = msgspec.json.decode(signed(made()), type=Document)
    for header in (
        {"alg": "none", "kid": next(iter(KEYS.commands))},
        {"alg": "EdDSA", "kid": next(iter(KEYS.commands)), "crit": ["b64"]},
    ):
        protected = base64.urlsafe_b64encode(msgspec.json.encode(header)).rstrip(b"=").decode()
        forged = replace(found, signatures=(replace(found.signatures[0], protected=protected),))
        with pytest.raises(PermissionError):
            verify(msgspec.json.encode(forged), KEYS.all())
    with pytest.raises(ValueError, match="32 bytes"):
        keys_of(["AAAA"])


def test_a_refused_and_a_failed_command_are_reported(car: Receiver) -> None:
    car.error = RefusalError("no")
    assert car.outcome(signed(made(number=1))) is CommandOutcome.REFUSED
    car.error = StoreError("disk")
    assert car.outcome(signed(made(number=2))) is CommandOutcome.FAILED
    assert car.counted == [SecurityKind.COMMAND_REFUSED]


def test_a_command_that_must_wait_is_executed_later_and_once(car: Receiver) -> None:
    document = signed(made(control.EraseCar), FIRST, SECOND)
    car.error = BusyError("emergency call")
    assert car.outcome(document) is CommandOutcome.WAITING
    assert car.outcome(document) is CommandOutcome.WAITING
    assert car.receiver.retry() == []
    car.error = None
    (result,) = car.receiver.retry()
    assert result.outcome is CommandOutcome.DONE
    assert not car.receiver.waits
    assert car.receiver.receive(document).repeated
    assert len(car.executed) == 1


def test_killed_while_it_is_executed_it_is_executed_again_when_it_is_offered_again(
    tmp_path: Path, killed_at: KilledAt
) -> None:
    document = signed(made(number=7))

    def work(tick: Tick) -> None:
        clocks = ManualClocks(NOW)

        def execute(_command: control.AnyCommand, _document: bytes) -> Mapping[str, int]:
            tick()
            return {}

        CommandReceiver(tmp_path, CAR, KEYS, clocks, execute, lambda _: None).receive(document)

    assert killed_at(1, work)
    car = Receiver(tmp_path)
    assert car.receiver.receive(document).outcome is CommandOutcome.DONE
    assert len(car.executed) == 1
    assert car.receiver.receive(document).repeated


def test_a_damaged_journal_does_not_keep_the_car_from_commands(car: Receiver, tmp_path: Path) -> None:
    car.outcome(signed(made()))
    (tmp_path / JOURNAL).write_bytes(b"nonsense")
    car.again()
    assert car.outcome(signed(made(number=2))) is CommandOutcome.DONE
