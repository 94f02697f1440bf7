"""Subscribing from a terminal and by the settings, with the real service, and leaving nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.http_server import Answer, Certificates, HttpServer
from tests.icalendar.made import calendar

SECRET = "private-0123456789abcdef"
WORD = "Xylophonkonzert"


class Machine:
    """A machine of its own where nobody has used Carlendar yet."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.data = home / "data"
        left_out = ("CARLENDAR_", "XDG_", "DBUS_")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        self.environment |= {"HOME": str(home), "CARLENDAR_DATA_FOLDER": str(self.data)}
        self.environment |= {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"} | settings

    def run(
        self, *arguments: str, given: str = "", code: int = 0, more: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "carlendar", *arguments], capture_output=True, text=True, timeout=60,
            input=given, env=self.environment | (more or {}), check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done

    def feeds(self, *arguments: str, given: str = "", more: dict[str, str] | None = None) -> list[dict[str, Any]]:
        document = json.loads(self.run("accounts", "--json", *arguments, given=given, more=more).stdout)
        return [feed for profile in document["profiles"] for feed in profile["feeds"]]

    def titles(self) -> list[str]:
        return [event["title"] for event in json.loads(self.run("agenda", "--days", "3", "--json").stdout)["events"]]

    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.data.rglob("*") if path.is_file())


@pytest.fixture
def soon() -> bytes:
    start = datetime.now(UTC) + timedelta(hours=1)
    return calendar(f"UID:1\nSUMMARY:{WORD}\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDURATION:PT1H")


@pytest.fixture
def server(certificates: Certificates, soon: bytes) -> Iterator[HttpServer]:
    """Serves that calendar."""
    with HttpServer(certificates, lambda _: Answer(200, {}, soon)) as running:
        yield running


def test_a_subscription_from_its_address_to_nothing_left(
    tmp_path: Path, certificates: Certificates, server: HttpServer
) -> None:
    settings = {"CARLENDAR_FEEDS_CA_FILE": str(certificates.ca_file), "CARLENDAR_FEEDS_PRIVATE_ADDRESSES": "1"}
    machine = Machine(tmp_path, **settings)
    address = f"{server.root}/{SECRET}/basic.ics".replace("https", "webcal")
    (feed,) = machine.feeds("--add-feed", "-", "--name", "Orchestra", given=f"{address}\n")
    assert (feed["name"], feed["kind"], feed["shown"]) == ("Orchestra", "feed", "localhost")
    assert machine.titles() == [WORD]
    assert "already" in machine.run("accounts", "--add-feed", address, code=2).stderr
    (feed,) = machine.feeds()
    assert feed["error"] is None
    assert datetime.fromisoformat(feed["as_of"]).tzinfo is not None
    shown = "".join(machine.run(*command).stdout for command in (("accounts",), ("config",), ("sync", "--json")))
    assert "Orchestra" in shown
    assert SECRET.encode() not in shown.encode() + machine.bytes()
    assert WORD.encode() in machine.bytes()
    assert machine.feeds("--remove-feed", "Orchestra") == []
    assert WORD.encode() not in machine.bytes()
    assert not list(machine.data.rglob("feed-*"))


def test_what_the_settings_name_is_there_for_their_driver_and_no_longer(tmp_path: Path, soon: bytes) -> None:
    (tmp_path / "cals").mkdir()
    (tmp_path / "cals" / "1.ics").write_bytes(soon)
    machine = Machine(tmp_path)
    named = {"CARLENDAR_FEEDS_SUBSCRIPTIONS": str(tmp_path / "cals"), "CARLENDAR_FEEDS_PROFILE": "Ana"}
    assert machine.feeds("--add-feed", str(tmp_path / "cals" / "1.ics"), "--profile", "Ben", more=named)
    document = json.loads(machine.run("accounts", "--json", more=named).stdout)
    assert {profile["name"]: [feed["shown"] for feed in profile["feeds"]] for profile in document["profiles"]} == {
        "Ana": ["cals"],
        "Ben": ["1.ics"],
    }
    secrets = machine.run("config", more=named).stdout
    assert str(tmp_path / "cals") not in secrets
    (tmp_path / "2.ics").write_bytes(soon)
    left = machine.feeds("--add-feed", str(tmp_path / "2.ics"), "--profile", "Ben")
    assert [feed["shown"] for feed in left] == ["1.ics", "2.ics"]
    machine.run("accounts", "--add-feed", str(tmp_path / "2.ics"), code=2, more={"CARLENDAR_FEEDS_ALLOWED": "0"})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--add-feed", "http://contoso.example/x.ics"], "https://"),
        (["--add-feed", "https://192.168.1.1/x.ics"], "private"),
        (["--add-feed", "/nowhere/x.ics"], "x.ics does not exist"),
        (["--remove-feed", "Nothing"], "no subscription is named Nothing"),
    ],
)
def test_what_cannot_be_subscribed_to_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    done = Machine(tmp_path).run("accounts", *arguments, code=2)
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
