"""The real service against the emulated cloud: after each round the store is the cloud's own truth.

A round edits the calendar, breaks the network and the cloud, sets the clock, sends messages and answers, and kills the
service at random moments. Then everything works again, and the store has to become what the cloud shows, with nothing
sent twice, nothing lost and everyone still signed in.
"""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import date, datetime, timedelta
from datetime import time as daytime
from pathlib import Path
from random import Random
from typing import Any, Protocol

from carlendar import __version__
from carlendar.domain.account import Account, AccountState, Profile
from carlendar.domain.timespan import Timespan
from carlendar.ipc.client import ChannelClient, ChannelTimeouts
from carlendar.ipc.messages import Command
from carlendar.service.main import hello
from carlendar.store.outbox import Outbox
from carlendar.store.records import UNSETTLED, OutboxItem, OutboxState
from carlendar.store.retention import PAST_KEPT
from carlendar.store.user import UserStore
from carlendar.sync.window import rolling_window
from carlendar_devtools.emulator.cloud.faults import GARBAGE, Fault
from carlendar_devtools.emulator.cloud.running import SinceBoot
from carlendar_devtools.emulator.world.entry import Contact
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.person import CalendarBook
from carlendar_devtools.processes.programs import SERVICE
from tests.drive.surroundings import Around
from tests.truth.conftest import Car
from tests.truth.test_state_machine import Life

ANA = "ana@contoso.example"
FIRST = date(2026, 11, 23)
SETTLES = 90.0
"""Seconds within which everything has to be right again, on a machine that does other things as well."""
ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata")
PATHS = ("", "/delta", "calendarView", "/events/", "batch", "instances", "/me/calendars$", "sendMail|accept")


class Finds(Protocol):
    """Takes a finding in words."""

    def __call__(self, what: str) -> None: ...


class Held(Car):
    """The truth's comparison of a store, for a store that a service of its own keeps."""

    def __init__(self, around: Around, folder: Path) -> None:  # it does not make what the service makes itself
        self.cloud, self.folder, self.clock, self.past = around.cloud, folder, around.clock, PAST_KEPT
        old = around.cloud.world.person(ANA)
        shelf = {key: CalendarBook(key, key.title(), is_default=key == "calendar") for key in ("calendar", "team")}
        around.cloud.world.mailboxes[ANA] = Mailbox(old.person, around.cloud.world.now, shelf)

    @property
    def window(self) -> Timespan:
        return rolling_window(self.clock, self.past)

    @property
    def ada(self) -> Mailbox:
        return self.cloud.world.person(ANA)


class Calendar:
    """One car whose service lives through round after round."""

    def __init__(self, stack: ExitStack, folder: Path, random: Random, counted: Counter[str], finds: Finds) -> None:
        self._random, self._counted, self._finds = random, counted, finds
        self._around = Around(folder, stack)
        self._right = self._around.clock.now()
        self._since = time.monotonic()
        self._data = folder / "data"
        self._log = folder / "service.log"
        user = UserStore(self._data)
        user.save_profile(Profile("ana", "Ana"))
        user.close()
        self._car = Held(self._around, self._data)
        self._life = object.__new__(Life)  # its edits alone: the state machine itself is not run
        self._life.car = self._car
        self._process: subprocess.Popen[bytes] | None = None
        self._screen = ChannelClient(
            self._data / "run" / "service.sock", hello(__version__), lambda _: None, SinceBoot(),
            timeouts=ChannelTimeouts(first_retry=0.05, last_retry=0.2),
        )  # fmt: skip
        self._put: dict[str, str] = {}
        """Kinds of all items that were put into the outbox, by key."""
        stack.callback(self._kill)
        self._screen.start()
        stack.callback(self._screen.stop)
        self._begin()

    # --- one round ----------------------------------------------------------------------------

    def round(self) -> None:
        """Trouble, then peace; raises AssertionError where it does not become right again."""
        jumped = self._random.random() < 0.4
        new = [] if jumped else self._send()
        if self._random.random() < 0.3:
            self._around.network(there=False)
            self._counted["network losses"] += 1
        for _ in range(self._random.randrange(4)):
            self._around.cloud.inject(self._fault())
            self._counted["faults"] += 1
        if jumped:
            hours = self._random.choice((24, 60, 169, 480, 9600, -24, -72, -480))
            self._around.clock.set_time(self._now() + timedelta(hours=hours))
            self._counted["clock jumps"] += 1
        for _ in range(self._random.randrange(1, 4)):
            for _ in range(self._random.randrange(4)):
                self._edit()
            self._screen.send(Command("refresh"))
            time.sleep(self._random.uniform(0.0, 0.7))  # when it is killed is what is varied
            if self._random.random() < 0.6:
                self._kill()
                self._counted["kills"] += 1
                self._start()
        self._settle(new)

    def _settle(self, new: list[str]) -> None:
        self._around.cloud.clear_faults()
        self._around.network(there=True)
        self._around.clock.set_time(self._now())
        if self._process is None or self._process.poll() is not None:
            self._start()
        what = self._until_right(new)
        if what:
            self._finds(f"{what} [{self._process and self._process.poll()}] {self._words()}")
        self._counted["rounds"] += 1
        account = self._account()
        if account is None or account.state is not AccountState.SIGNED_IN:
            self._finds(f"the driver is signed out: {account and account.state}")
            self._begin()
        mails = sum(each.kind == "mail" for each in self._car.ada.sent)
        answers = sum(each.kind == "response" for each in self._car.ada.sent)
        if mails > sum(kind == "late" for kind in self._put.values()):
            self._finds(f"a message was sent twice: {mails}")
        if answers > sum(kind != "late" for kind in self._put.values()):
            self._finds(f"an answer was sent twice: {answers}")
        for key, item in self._items().items():
            if key in new:
                self._counted[f"items {item.state.value}"] += 1

    def _until_right(self, new: list[str]) -> str:
        """Wait until all is right; what is not, if it never is."""
        end, asked, what = time.monotonic() + SETTLES, 0.0, ""
        while time.monotonic() < end:
            if time.monotonic() - asked > 2.0:
                asked = time.monotonic()
                self._screen.send(Command("refresh"))
                self._screen.send(Command("outbox"))
            what = self._wrong(new)
            if not what:
                return ""
            if self._process is not None and self._process.poll() is not None:
                self._counted["restarts after an end by itself"] += 1
                self._start()
            time.sleep(0.1)
        return what

    def _wrong(self, new: list[str]) -> str:
        items = self._items()
        if lost := [key for key in new if key not in items]:
            return f"{len(lost)} items of the outbox are lost"
        if waiting := [f"{item.kind} {item.state}" for item in items.values() if item.state in UNSETTLED]:
            return f"not settled: {waiting}"
        with suppress(KeyError):  # a calendar that is not known yet
            held, truth = self._car.held(), self._car.truth()
            return "" if held == truth else f"{len(held - truth)} rows too many, {len(truth - held)} missing"
        return "a calendar is missing"

    # --- what happens -------------------------------------------------------------------------

    def _edit(self) -> None:
        random = self._random
        pick, once, title = random.randrange(10_000), random.random() < 0.5, f"Meeting {random.randrange(1000)}"
        day, at = (
            FIRST + timedelta(days=random.randrange(-3, 20)),
            daytime(random.randrange(24), random.choice((0, 30))),
        )
        book, home = random.choice(("calendar", "team")), random.choice(ZONES)
        half_an_hour = timedelta(minutes=30)
        edits: tuple[tuple[str, dict[str, Any]], ...] = (
            ("add", {"title": title, "day": day, "at": at, "length": half_an_hour, "home": home, "book": book}),
            ("add_days", {"title": title, "day": day, "length": random.randrange(1, 4), "book": book}),
            ("add_series", {"title": title, "back": random.randrange(60), "at": at, "book": book, "home": home,
                            "whole": once, "kind": random.choice(("daily", "weekly")), "interval": 1 + pick % 3,
                            "end": random.choice((0, 5, 30))}),
            ("reword", {"pick": pick, "once": once, "title": title, "body": random.choice(("", "<p>Other</p>"))}),
            ("move", {"pick": pick, "once": once, "day": day, "at": at}),
            ("cancel_or_carry", {"pick": pick, "once": once, "book": random.choice(("calendar", "team", ""))}),
            ("delete", {"pick": pick, "once": once}),
            ("make_or_end_a_series", {"pick": pick, "ends": once}),
        )  # fmt: skip
        self._counted["edits"] += 1
        self._life._do(random.choice(edits))

    def _fault(self) -> Fault:
        random = self._random
        path, count = random.choice(PATHS), random.randrange(1, 4)
        makers: tuple[Callable[[], Fault], ...] = (
            lambda: Fault(
                "status", count, path, status=random.choice((429, 500, 502, 503, 504)),
                retry_after=random.choice(("", "1", "0.25", "soon", "-3")),
            ),
            lambda: Fault("delay", count, path, seconds=random.choice((0.3, 3.0))),
            lambda: Fault(random.choice(("cut", "cut_body")), count, path),
            lambda: Fault("cut_answer", count, path),
            lambda: Fault("garbage", count, path, garbage=random.choice(GARBAGE)),
            lambda: Fault("lost_token", 1, status=410, code="SyncStateNotFound"),
            lambda: Fault("identity", count, code="temporarily_unavailable"),
        )  # fmt: skip
        return random.choice(makers)()

    def _send(self) -> list[str]:
        """The driver sends messages or answers, of meetings of their own; keys of the items."""
        now, keys = self._now(), list[str]()
        for _ in range(self._random.randrange(3)):
            number = len(self._put)
            kind = self._random.choice(("late", "accept", "decline"))
            title = f"Invitation {number}"
            start = now.replace(microsecond=0) + timedelta(minutes=20)
            self._car.ada.add(
                title, start, timedelta(minutes=30), organizer=Contact("Jonas Weber", "jonas@fabrikam.example"),
                is_organizer=False,
            )  # fmt: skip
            event = self._stored(title)
            if event is None:
                self._finds(f"{title} was never stored {self._words()}")
                continue
            payload = {"minutes": "10", "start": start.isoformat()} if kind == "late" else {}
            item = OutboxItem(f"k{number}", self._car.account.id, event, kind, payload, now, now)
            user = UserStore(self._data)
            Outbox(user.database).put(item)
            user.close()
            self._put[item.key] = kind
            keys.append(item.key)
            self._counted["items"] += 1
            self._screen.send(Command("outbox"))
        return keys

    def _stored(self, title: str) -> str | None:
        """The id of a meeting, once it is stored."""
        end = time.monotonic() + SETTLES
        while time.monotonic() < end:
            self._screen.send(Command("refresh"))
            time.sleep(0.3)
            found = [row for row in self._car.held() if row[2] == title]
            if found:
                return str(found[0][1])
        return None

    # --- the process --------------------------------------------------------------------------

    def _begin(self) -> None:
        """Start, and sign in."""
        self._around.cloud.auto_approve(ANA)
        self._start()
        end = time.monotonic() + SETTLES
        asked = False
        while (account := self._account()) is None:
            assert time.monotonic() < end, f"no one is signed in: {self._words()}"
            if not asked and self._screen.connected:
                self._screen.send(Command("sign_in", {"profile": "ana", "way": "device", "account": "", "more": ""}))
                asked = True
            time.sleep(0.1)
        self._car.account = account

    def _start(self) -> None:
        environment = self._around.environment(self._data)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(SERVICE, env=environment, stderr=log, stdout=log, cwd="/")

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _account(self) -> Account | None:
        user = UserStore(self._data)
        try:
            return next(iter(user.accounts()), None)
        finally:
            user.close()

    def _items(self) -> dict[str, OutboxItem]:
        user = UserStore(self._data)
        try:
            return {item.key: item for item in Outbox(user.database).items() if item.state is not OutboxState.WITHDRAWN}
        finally:
            user.close()

    def _now(self) -> datetime:
        """The right time."""
        return self._right + timedelta(seconds=time.monotonic() - self._since)

    def _words(self) -> str:
        """The last that the service wrote."""
        return self._log.read_text("utf-8", "replace")[-600:] if self._log.exists() else ""
