"""Acceptance runs against the emulated cloud, with waiting that takes no time."""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from carlendar.microsoft.clouds import READ_SCOPES, custom_cloud
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.session import HttpSession, Timeouts
from carlendar_devtools.acceptance.memory_vault import MemoryVault
from carlendar_devtools.acceptance.recorder import Recorder
from carlendar_devtools.acceptance.report import AcceptanceReport, CheckResult
from carlendar_devtools.acceptance.run import WRITE_SCOPES, AcceptanceRun, RunEnvironment
from carlendar_devtools.acceptance.runner import Runner, chosen
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.scenario import load_world

ANA = "ana@contoso.example"


def browse(ca_file: Path, url: str) -> None:
    """What a browser does with an address of the sign-in page, where a person has agreed already."""
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(ca_file)
        page = session.get(url, timeout=5).text
        action = re.search(r'action="(http://localhost[^"]*)"', page)
        assert action is not None, page
        fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
        session.post(html.unescape(action.group(1)), data=fields, timeout=5)


@dataclass
class Trial:
    """A cloud, and runs against it."""

    cloud: RunningCloud
    agrees: bool = True
    pauses: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    results: list[CheckResult] = field(default_factory=list)
    on_pause: Callable[[float], object] = lambda _: None
    browser: bool = True

    @property
    def mailbox(self) -> Mailbox:
        return self.cloud.world.person(ANA)

    @property
    def marked(self) -> list[str]:
        """Titles of what a run left in calendar and mail, Deleted Items aside."""
        events = [entry.title for entry in self.mailbox.entries.values()]
        mails = [each.subject for each in self.mailbox.messages.values() if each.folder != "deleteditems"]
        return [title for title in (*events, *mails) if "Carlendar acceptance check" in title]

    def surroundings(self) -> RunEnvironment:
        def pause(seconds: float) -> None:
            self.pauses.append(seconds)
            self.on_pause(seconds)

        def open_url(url: str) -> None:
            threading.Thread(target=browse, args=(self.cloud.ca_file, url), daemon=True).start()

        return RunEnvironment(
            now=self.cloud.world.now,
            seconds=time.monotonic,
            pause=pause,
            say=self.said.append,
            token=lambda: "0123456789ab",
            open_url=open_url if self.browser else None,
            browser_limit=10.0,
            tries=3,
            interval=1.0,
        )

    def run(self, *only: str, read_only: bool = False, without: tuple[str, ...] = ()) -> AcceptanceReport:
        checks = [check for check in chosen(only, read_only=read_only) if check.name not in without]
        cloud = custom_cloud(self.cloud.authority, self.cloud.graph, str(self.cloud.ca_file))
        world = self.surroundings()
        with HttpSession(ca_file=cloud.ca_file, timeouts=Timeouts(5, 5, 10)) as http:
            recorder = Recorder(http, world.seconds, world.pause)
            identity = MicrosoftIdentity(cloud, self.cloud.client_id, MemoryVault(), recorder)
            scopes = (*READ_SCOPES, *(() if read_only else WRITE_SCOPES))
            made = AcceptanceRun(world, cloud, identity, recorder, scopes, world.token())
            runner = Runner(made, lambda _: self.agrees, self.results.append)
            return runner.report(checks, tenant="organizations", read_only=read_only)


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    """Ana's account, whose sign-ins are granted at once."""
    world = load_world(scenario_file("commute"))
    with RunningCloud(world, tmp_path / "cloud") as cloud:
        cloud.auto_approve(ANA)
        yield Trial(cloud)
