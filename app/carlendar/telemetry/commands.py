"""Receives commands from the back end: verifies each, executes it once, and remembers its result.

A command counts if a key of the platform file has signed it, it names this vehicle, has not expired, and its number is
higher than that of every command of its name before. Everything else is refused and counted as a security event. The
journal is a small file of its own, because it must survive an erase: a command that was executed stays executed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec import field
from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.ports import WallClock
from carlendar.errors import BusyError, CarlendarError
from carlendar.telemetry.control import (
    AnyCommand,
    CommandOutcome,
    CommandResult,
    EraseCar,
    ManagedSettings,
    at,
    decode_command,
)
from carlendar.telemetry.envelope import instant
from carlendar.telemetry.files import read_private, write_private
from carlendar.telemetry.schema import SecurityKind
from carlendar.telemetry.signing import verify

JOURNAL = "journal.json"
RESULTS = 64
"""Number of results that are remembered."""
APPROVALS = 2
"""Different keys that must have signed an erase."""
SKEW = timedelta(minutes=10)
"""How far the clocks of the car and of the back end may differ."""

REFUSALS = {
    CommandOutcome.REPLAYED: SecurityKind.COMMAND_REPLAYED,
    CommandOutcome.EXPIRED: SecurityKind.COMMAND_EXPIRED,
    CommandOutcome.FOREIGN: SecurityKind.COMMAND_FOREIGN,
    CommandOutcome.MALFORMED: SecurityKind.COMMAND_MALFORMED,
    CommandOutcome.REFUSED: SecurityKind.COMMAND_REFUSED,
}
"""What is counted for each refusal."""

_log = logging.getLogger(__name__)


class VerificationKeys(Value, frozen=True):
    """The public keys of the platform file, by name: for commands, for policies, and for the approvals of an erase."""

    commands: Mapping[str, bytes]
    policies: Mapping[str, bytes]
    erasing: Mapping[str, bytes]

    def all(self) -> dict[str, bytes]:
        """All keys."""
        return {**self.commands, **self.policies, **self.erasing}

    def suffice(self, command: AnyCommand, signers: frozenset[str]) -> bool:
        """Whether the keys that have signed it may give this command."""
        if isinstance(command, EraseCar):
            approved = {self.erasing[name] for name in signers & self.erasing.keys()}
            return len(approved) >= APPROVALS
        allowed = self.policies if isinstance(command, ManagedSettings) else self.commands
        return bool(signers & allowed.keys())


class CommandJournal(Value, frozen=True):
    """What was executed: the highest number by name of command, and the latest results; `begun` are not finished."""

    numbers: dict[str, int] = field(default_factory=dict)
    results: tuple[CommandResult, ...] = ()
    begun: tuple[str, ...] = ()


class RefusalError(CarlendarError):
    """A valid command that is not allowed in this car."""


Execute = Callable[[AnyCommand, bytes], Mapping[str, int]]
"""Executes a command, given with its signed document; returns counts.

Raises RefusalError, BusyError to be called again later, or another CarlendarError if it failed.
"""


class CommandReceiver:
    """Used on one thread. `security` is called with what has to be counted."""

    def __init__(
        self,
        folder: Path,
        vehicle: str,
        keys: VerificationKeys,
        wall: WallClock,
        execute: Execute,
        security: Callable[[SecurityKind], None],
    ) -> None:
        self._path, self._vehicle, self._keys, self._wall = folder / JOURNAL, vehicle, keys, wall
        self._execute, self._security = execute, security
        self._journal = _read(self._path)
        self._deferred: dict[str, bytes] = {}

    @property
    def numbers(self) -> dict[str, int]:
        """The highest numbers of executed commands, by name."""
        return dict(self._journal.numbers)

    def receive(self, document: bytes) -> CommandResult:
        """Execute a signed command, unless it is refused or was executed before; return the result.

        Raises OSError if the journal cannot be written; nothing was executed then.
        """
        result = self._received(document)
        if result.outcome in REFUSALS:
            self._security(REFUSALS[result.outcome])
        if not result.repeated:
            _log.info("command %s: %s", result.name or "(unknown)", result.outcome.value)
        return result

    def retry(self) -> list[CommandResult]:
        """Execute what had to wait; return the results of what was executed."""
        waiting, self._deferred = self._deferred, {}
        results = [self.receive(document) for document in waiting.values()]
        return [each for each in results if each.outcome is not CommandOutcome.WAITING]

    @property
    def waits(self) -> bool:
        """Whether a command waits for `retry`."""
        return bool(self._deferred)

    def _received(self, document: bytes) -> CommandResult:
        try:
            verified = verify(document, self._keys.all())
            command = decode_command(verified.payload)
            expires, issued = at(command.expires), at(command.issued)
        except PermissionError:
            return self._result("", "", CommandOutcome.FOREIGN)
        except ValueError:
            return self._result("", "", CommandOutcome.MALFORMED)
        name = _name(command)
        if command.vehicle != self._vehicle or not self._keys.suffice(command, verified.keys):
            return self._result(command.id, name, CommandOutcome.FOREIGN)
        known = next((each for each in self._journal.results if each.id == command.id), None)
        if known is not None and known.name == name and command.id not in self._journal.begun:
            return replace(known, repeated=True)
        if known is None and command.number <= self._journal.numbers.get(name, 0):
            return self._result(command.id, name, CommandOutcome.REPLAYED)
        if not self._wall.is_set():
            return self._deferral(command, document)
        now = self._wall.now()
        if expires <= now - SKEW or issued > now + SKEW:
            return self._result(command.id, name, CommandOutcome.EXPIRED)
        return self._executed(command, document)

    def _executed(self, command: AnyCommand, document: bytes) -> CommandResult:
        name, before = _name(command), self._journal
        self._write(self._with(self._result(command.id, name, CommandOutcome.FAILED), command.number, begun=True))
        counts: Mapping[str, int] = {}
        try:
            counts = self._execute(command, document)
            outcome = CommandOutcome.DONE
        except BusyError:
            self._write(before)
            return self._deferral(command, document)
        except RefusalError:
            outcome = CommandOutcome.REFUSED
        except CarlendarError as error:
            _log.warning("command %s failed: %s", name, error.detail)
            outcome = CommandOutcome.FAILED
        result = self._result(command.id, name, outcome, counts)
        self._write(self._with(result, command.number, begun=False))
        return result

    def _deferral(self, command: AnyCommand, document: bytes) -> CommandResult:
        self._deferred[command.id] = document
        return self._result(command.id, _name(command), CommandOutcome.WAITING)

    def _result(
        self, identifier: str, name: str, outcome: CommandOutcome, counts: Mapping[str, int] | None = None
    ) -> CommandResult:
        return CommandResult(
            id=identifier, name=name, outcome=outcome, time=instant(self._wall.now()), counts=dict(counts or {})
        )

    def _with(self, result: CommandResult, number: int, *, begun: bool) -> CommandJournal:
        others = tuple(each for each in self._journal.results if each.id != result.id)
        unfinished = tuple(each for each in self._journal.begun if each != result.id)
        numbers = self._journal.numbers | {result.name: max(number, self._journal.numbers.get(result.name, 0))}
        return CommandJournal(numbers, (*others, result)[-RESULTS:], (*unfinished, result.id) if begun else unfinished)

    def _write(self, journal: CommandJournal) -> None:
        write_private(self._path, msgspec.json.encode(journal))
        self._journal = journal


def _name(command: AnyCommand) -> str:
    return str(command.__struct_config__.tag)


def _read(path: Path) -> CommandJournal:
    data = read_private(path)
    if data is not None:
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(data, type=CommandJournal)
        _log.warning("the journal of commands is damaged: numbers start again from 1")
    return CommandJournal()
