"""`--json` of the commands: exactly the documented keys, from a real sign-in at an emulated cloud."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tests.commands.conftest import Machine


def test_accounts(signed_in: Machine) -> None:
    read = signed_in.document("accounts")
    assert list(read) == ["profiles"]
    (profile,) = read["profiles"]
    assert list(profile) == ["name", "accounts", "feeds"]
    assert profile["name"] == "Ana Lindner"
    (account,) = profile["accounts"]
    assert list(account) == ["address", "cloud", "state", "since"]
    assert (account["address"], account["state"]) == ("ana@contoso.example", "signed_in")
    assert datetime.fromisoformat(account["since"]).tzinfo is not None


def test_sync_logs_figures_and_no_content(signed_in: Machine) -> None:
    done = signed_in.run("sync", "--verbose", "--json")
    assert done.returncode == 0, done.stderr
    records = [line for line in done.stderr.splitlines() if "logger=carlendar.commands.sync" in line]
    assert records
    assert all(re.search(r'message="calendar: \d+ events, ', line) for line in records)
    assert "@" not in done.stderr


def test_sync_and_again_without_a_change(signed_in: Machine) -> None:
    read = signed_in.document("sync")
    assert list(read) == ["sources"]
    keys = ["account", "calendar", "ok", "events", "changed", "bytes", "requests", "seconds", "error"]
    assert all(list(source) == keys for source in read["sources"])
    assert {source["calendar"] for source in read["sources"]} == {"Calendar", "Battery team", "Germany holidays"}
    assert all((source["ok"], source["error"]) == (True, None) for source in read["sources"])
    assert {source["account"] for source in read["sources"]} == {"ana@contoso.example"}
    assert sum(source["changed"] for source in signed_in.document("sync")["sources"]) == 0


def test_the_synchronised_agenda(signed_in: Machine) -> None:
    assert signed_in.morning is not None
    at = signed_in.morning.replace(minute=48)
    read = signed_in.document("agenda", "--at", at.isoformat(), "--zone", "Europe/Berlin")
    assert list(read) == ["at", "zone", "as_of", "events", "profile"]
    review = next(event for event in read["events"] if event["title"] == "Product review")
    assert list(review) == [
        "id", "series_id", "calendar", "account", "title", "start", "end", "all_day", "show_as", "response",
        "cancelled", "private", "clashes_with", "organizer", "attendees", "place", "meeting",
    ]  # fmt: skip
    assert review["start"] == (at + timedelta(minutes=12)).isoformat()
    assert (review["account"], review["calendar"]) == ("ana@contoso.example", "Calendar")
    assert review["meeting"]["service"] == "teams"
    assert review["meeting"]["dial_in"] is True


def test_doctor(signed_in: Machine) -> None:
    read = signed_in.document("doctor")
    assert list(read) == ["checks"]
    assert all(list(check) == ["name", "ok", "detail", "mend", "fix"] for check in read["checks"])
    checks = {check["name"]: check for check in read["checks"]}
    assert {"display", "opengl", "fonts", "dbus", "databroker", "network", "clock", "sign-in"} <= set(checks)
    assert checks["opengl"]["ok"]
    assert checks["sign-in"]["ok"]
    assert not checks["databroker"]["ok"]
    assert checks["databroker"]["fix"]
    assert all(check["mend"] == check["fix"] for check in read["checks"])


def test_config_names_the_origin_and_no_secret(signed_in: Machine) -> None:
    done = signed_in.run("config", "--json", CARLENDAR_FEEDS="https://calendar.fabrikam.example/secret-feed.ics")
    assert "secret-feed" not in done.stdout
    settings = {each["key"]: each for each in signed_in.document("config")["settings"]}
    keys = ["key", "value", "origin", "locked", "description", "allowed", "file"]
    assert all(list(each) == keys for each in settings.values())
    assert all(each["description"] and each["allowed"] for each in settings.values())
    assert settings["identity.client_id"]["origin"] == "environment"
    assert settings["identity.client_id"]["file"] == "CARLENDAR_IDENTITY_CLIENT_ID"
    days = settings["data.days_kept"]
    assert (days["value"], days["origin"], days["locked"], days["file"]) == (2, "default", False, None)
    assert days["allowed"] == "0 to 30"
    assert done.stderr == "carlendar: CARLENDAR_FEEDS is not a setting\n"


def test_sign_out_and_erase_leave_no_one(signed_in: Machine) -> None:
    assert signed_in.run("accounts", "--sign-out", "ana@contoso.example").returncode == 0
    assert [profile["accounts"] for profile in signed_in.document("accounts")["profiles"]] in ([], [[]])
    assert signed_in.run("erase", "--yes").returncode == 0
    assert signed_in.document("accounts") == {"profiles": []}
