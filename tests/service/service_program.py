"""The service as a process, composed with an identity and calendars that live in a folder of files.

Usage: service_program.py DATA SOCKET CODE. In the folder `world` beside DATA: `approve` lets a sign-in
succeed as the person that the file names; `events` holds a title a line,
with an address behind ` @ `; `gone` makes the cloud fail.
"""

# ruff: noqa: ARG002, ARG005 - the Protocols have arguments that files do not need

from __future__ import annotations

import random
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from carlendar.domain.account import Account, Calendar
from carlendar.domain.calendar_delta import CalendarDelta
from carlendar.domain.event import Event, Person, Response
from carlendar.domain.place import Place
from carlendar.domain.ports import DeviceCode, ResponseKind, SignedIn, Unsubscribe
from carlendar.domain.timespan import Timespan
from carlendar.errors import OfflineError, SignInRefusedError
from carlendar.meetings.join_details import JoinDetails
from carlendar.service.main import Paths, ServiceOptions, ServicePorts, ServiceProcess
from carlendar.sync.scheduler import SyncInterval


class Clock:
    """The machine's clocks."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def zone(self) -> tzinfo:
        return UTC

    def is_set(self) -> bool:
        return True

    def rate(self) -> float:
        return 1.0

    def seconds(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)


class World:
    """What the tests say in files; read again each time, so that it reaches a process as well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def says(self, name: str) -> str:
        try:
            return (self.folder / name).read_text()
        except FileNotFoundError:
            return ""

    def say(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def note(self, line: str) -> None:
        with (self.folder / "done").open("a") as file:
            file.write(line + "\n")


CONTOSO, FABRIKAM = (f"{digit * 8}-1111-4222-8333-{digit * 12}" for digit in "ab")


class FileFlow:
    """A device code that is approved by a file."""

    code = DeviceCode("ABCD-EFGH", "https://login.example/device", 900, 0.02)

    def __init__(self, world: World, scopes: Sequence[str]) -> None:
        self._world, self._scopes = world, scopes

    def poll(self) -> SignedIn | None:
        if self._world.says("gone"):
            raise OfflineError("gone")
        if self._world.says("refuse"):
            raise SignInRefusedError("no", reason="policy", code="AADSTS53003")
        person = self._world.says("approve")
        return person_of(person, self._scopes) if person else None


def person_of(name: str, scopes: Sequence[str] = ("Calendars.Read",)) -> SignedIn:
    """`Ana`, or `Ana@fabrikam.example`; what is asked for is granted."""
    local, _, domain = name.partition("@")
    address = f"{local.lower()}@{domain or 'contoso.example'}"
    tenant = CONTOSO if domain.lower() in ("", "contoso.example") else FABRIKAM
    return SignedIn(local.lower(), address, local, "global", tuple(scopes), tenant)


class FileTenants:
    """Tenants by domain: lines `domain id` of a file; `gone` makes the cloud fail."""

    def __init__(self, world: World) -> None:
        self._world = world

    def of(self, account_id: str) -> str:
        return self._world.says(f"tenant of {account_id}")

    def resolve(self, domain: str, *, ask: bool) -> str:
        found = dict(line.split() for line in self._world.says("tenants").splitlines())
        return str(found.get(domain, "")) if ask else ""


class FileIdentity:
    """An `Identity` over the world's files."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: list[str] = []

    def start_device_code(self, scopes: Sequence[str], claims: str = "") -> FileFlow:
        if self._world.says("gone"):
            raise OfflineError("gone")
        self.asked.append(claims)
        return FileFlow(self._world, scopes)

    def sign_in_with_browser(
        self,
        scopes: Sequence[str],
        open_url: Callable[[str], None],
        *,
        claims: str = "",
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SignedIn:
        open_url("https://login.example/authorize")
        return person_of(self._world.says("approve"), scopes)

    def token(self, account_id: str, scopes: Sequence[str], claims: str = "") -> str:
        return "token"

    def sign_out(self, account_id: str) -> None:
        self._world.note(f"signed out {account_id}")


class FileCalendar:
    """A `CalendarSource` and `CalendarActions` over the world's files."""

    def __init__(self, world: World, account: Account) -> None:
        self._world, self._account = world, account

    def calendars(self) -> tuple[Calendar, ...]:
        if error := self._world.says("gone"):
            raise OfflineError(error)
        return (Calendar(f"c-{self._account.id}", self._account.id, "Calendar", is_default=True),)

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        if error := self._world.says("gone"):
            raise OfflineError(error)
        first = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
        titles = self._world.says("events").split("\n")
        spans = [Timespan(first + timedelta(hours=n), first + timedelta(hours=n + 1)) for n in range(len(titles))]
        pairs = zip(titles, spans, strict=True)
        boss = Person("The Boss", "boss@contoso.example")
        made = (
            Event(title, calendar.id, title, span, "1", organizer=boss, place=_place(title))
            for title, span in pairs
            if title
        )
        return CalendarDelta(tuple(made), "p")

    def bodies(self, calendar: Calendar, event_ids: Iterable[str], starts: Timespan | None = None) -> dict[str, str]:
        return {event_id: f"about {event_id}" for event_id in event_ids}

    def respond(self, event_id: str, kind: ResponseKind, comment: str = "") -> None:
        self._world.note(f"{kind} {event_id}")

    def send_mail(self, to: Sequence[str], subject: str, text: str, transaction_id: str) -> None:
        self._world.note(f"mail {transaction_id} {' '.join(to)} {subject}")

    def dismiss_reminder(self, event_id: str) -> None:
        self._world.note(f"dismiss {event_id}")

    def snooze_reminder(self, event_id: str, until: datetime) -> None:
        self._world.note(f"snooze {event_id} {until.isoformat()}")

    def answer_given(self, event_id: str) -> Response:
        return Response.ACCEPTED if f"accept {event_id}" in self._world.says("done") else Response.NONE

    def mail_sent(self, transaction_id: str) -> bool | None:
        return f"mail {transaction_id} " in self._world.says("done")


def _place(title: str) -> Place | None:
    """Of a title such as `Visit @ Ankerstraße 1, 00000 Quellhaven`."""
    _, at, address = title.partition(" @ ")
    return Place("There", address) if at else None


class Network:
    """A network that is always there."""

    def online(self) -> bool:
        return True

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        listener(True)
        return lambda: None


def ports(world: World, identity: FileIdentity, clock: Clock | None = None) -> ServicePorts:
    clock = clock or Clock()
    return ServicePorts(
        identity,
        lambda account: FileCalendar(world, account),
        lambda account: FileCalendar(world, account),
        lambda event, text: JoinDetails("teams", f"https://{event.id}.example"),
        str,
        clock,
        clock,
        Network(),
        random.random,
        lambda: uuid.uuid4().hex,
        lambda url: world.note(f"opened {url}"),
        signed_in=lambda: frozenset(world.says("tokens of").split()),
        tenants=FileTenants(world),
    )


def main() -> int:
    folder, socket, code = sys.argv[1:]
    world = World(Path(folder).parent / "world")
    options = ServiceOptions(code, ("Calendars.Read",), "boot 1", SyncInterval(interval=60), lock_timeout=2.0)
    return ServiceProcess(Paths(Path(folder), Path(socket)), ports(world, FileIdentity(world)), options).run()


if __name__ == "__main__":
    sys.exit(main())
