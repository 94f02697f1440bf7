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
    """A machine of its own on which Carlendar was never used."""

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
    twice = machine.run("accounts", "--add-feed", address, code=2).stderr
    assert twice == "carlendar: this driver already has this calendar\n"
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
        (["--add-feed", "ftp://contoso.example/x.ics"], "begins with https:// or webcal://"),
        (["--add-feed", "FILE:///home/x.ics"], "begins with https:// or webcal://"),
        (["--add-feed", "https:contoso.example/x.ics"], "begins with https:// or webcal://"),
        (["--add-feed", "https://contoso.example/x.ics", "--remove-feed", "x"], "--remove-feed has no effect"),
        (["--owner", "ana@contoso.example"], "belong to --add-feed"),
        (["--add-feed", "https://contoso.example/x.ics", "--owner", "Ana"], "Ana is not a mail address"),
        (["--remove-feed", "Nothing"], "no subscription is named Nothing"),
    ],
)
def test_what_cannot_be_subscribed_to_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    done = Machine(tmp_path).run("accounts", *arguments, code=2)
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("status", "body", "code", "says"),
    [
        (404, b"", 3, "it no longer exists at localhost"),
        (403, b"", 3, "denies access to the calendar"),
        (500, b"", 3, "has problems of its own"),
        (200, b"<html>Please sign in</html>", 2, "a web page and not"),
        (200, b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", 2, "cut off"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_not_subscribed_to(
    tmp_path: Path, certificates: Certificates, status: int, body: bytes, code: int, says: str
) -> None:
    settings = {"CARLENDAR_FEEDS_CA_FILE": str(certificates.ca_file), "CARLENDAR_FEEDS_PRIVATE_ADDRESSES": "1"}
    machine = Machine(tmp_path, **settings)
    with HttpServer(certificates, lambda _: Answer(status, {}, body)) as server:
        done = machine.run("accounts", "--add-feed", f"{server.root}/{SECRET}", "--offline", code=code)
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert SECRET not in done.stderr
    assert not machine.data.exists(), "nothing was stored"


def test_a_calendar_that_cannot_be_reached_is_kept_only_where_that_is_asked_for(
    tmp_path: Path, certificates: Certificates
) -> None:
    with HttpServer(certificates, lambda _: Answer(200, {}, b"")) as server:
        address = f"{server.root}/{SECRET}"
    settings = {"CARLENDAR_FEEDS_CA_FILE": str(certificates.ca_file), "CARLENDAR_FEEDS_PRIVATE_ADDRESSES": "1"}
    machine = Machine(tmp_path, **settings)
    assert "--offline" in machine.run("accounts", "--add-feed", address, code=3).stderr
    (feed,) = machine.feeds("--add-feed", address, "--offline")
    assert feed["shown"] == "localhost"
    machine.run("accounts", "--add-feed", str(tmp_path / "card" / "x.ics"), code=2)
    assert len(machine.feeds("--add-feed", str(tmp_path / "card" / "x.ics"), "--offline")) == 2
    checks = json.loads(
        machine.run("doctor", "--json", code=1, more={"CARLENDAR_FEEDS_SUBSCRIPTIONS": "ftp://x"}).stdout
    )
    (found,) = [check for check in checks["checks"] if check["name"] == "subscriptions"]
    assert not found["ok"]
    assert "entry 1: a calendar's address begins with https://" in found["detail"]
    assert "x.ics: file cannot be read" in found["detail"]
    assert "refuses the connection" in found["detail"]
    assert "check the port and the firewall" in found["fix"]
    assert SECRET not in str(checks)
    done = machine.run("sync", code=3)
    assert "refuses the connection" in done.stderr
    assert "file cannot be read" in done.stderr
    assert "not been loaded yet" in machine.run("agenda").stdout, "an empty day would be a false statement"


def test_the_owners_own_answer_is_known_without_an_account(tmp_path: Path) -> None:
    start = datetime.now(UTC) + timedelta(hours=1)
    path = tmp_path / "work.ics"
    path.write_bytes(
        calendar(
            f"UID:1\nSUMMARY:Declined\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDURATION:PT1H"
            "\nATTENDEE;PARTSTAT=DECLINED:mailto:Ana@contoso.example"
        )
    )
    machine = Machine(tmp_path)

    def responses(**more: str) -> list[str]:
        machine.run("sync", "--json", more=more)
        shown = machine.run("agenda", "--days", "3", "--json", more=more)
        return [event["response"] for event in json.loads(shown.stdout)["events"]]

    machine.run("accounts", "--add-feed", str(path))
    assert responses() == ["none"]
    machine.run("accounts", "--add-feed", str(path), "--owner", "ana@contoso.example")
    assert responses() == ["declined"], "named later, for a calendar that has not changed"
    machine.run("accounts", "--add-feed", str(path), "--owner", "ana@contoso.example", code=2)
    machine.run("accounts", "--remove-feed", "work.ics")
    named = {"CARLENDAR_FEEDS_SUBSCRIPTIONS": str(path), "CARLENDAR_FEEDS_OWNER_ADDRESSES": "ANA@contoso.example"}
    machine.run("accounts", "--sign-out", "nobody@contoso.example", more=named, code=2)
    (tmp_path / "other.ics").write_bytes(calendar("UID:2\nDTSTART:20200101T000000Z"))
    machine.run("accounts", "--add-feed", str(tmp_path / "other.ics"), more=named)  # by a service, which reads settings
    assert responses(**named) == ["declined"]


def test_the_agenda_of_several_drivers_is_asked_for_by_name(tmp_path: Path, soon: bytes) -> None:
    (tmp_path / "ana.ics").write_bytes(soon)
    (tmp_path / "ben.ics").write_bytes(soon.replace(WORD.encode(), b"Ben's"))
    machine = Machine(tmp_path)
    assert machine.run("agenda").stdout == "No account is signed in, and no calendar is subscribed to.\n"
    machine.run("accounts", "--add-feed", str(tmp_path / "ana.ics"), "--profile", "Ana")
    assert machine.titles() == [WORD]
    machine.run("accounts", "--add-feed", str(tmp_path / "ben.ics"), "--profile", "Ben")
    for json_too in ((), ("--json",)):
        unclear = machine.run("agenda", *json_too, code=2)
        assert unclear.stdout == ""
        assert unclear.stderr.endswith("there are several (Ana, Ben): add --profile NAME\n")
    shown = json.loads(machine.run("agenda", "--profile", "Ben", "--days", "3", "--json").stdout)
    assert ([event["title"] for event in shown["events"]], shown["profile"]) == (["Ben's"], "Ben")
    assert "Ana, Ben" in machine.run("agenda", "--profile", "Cleo", code=2).stderr
