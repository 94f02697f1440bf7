"""`carlendar acceptance` as a process: what it says beforehand, its report, its exit codes, an interruption."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.commands.conftest import Machine

WRITING = ("event", "series")


@pytest.fixture(scope="module")
def controlled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machine, str, requests.Session]]:
    """A machine that knows an emulated cloud, that cloud's control address, and a session for it."""
    argv = [sys.executable, "-I", "-m", "carlendar", "emulator", "cloud", "--json", "--control"]
    argv += ["--approve", "ana@contoso.example"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as cloud, requests.Session() as session:
        assert cloud.stdout is not None
        printed = json.loads(cloud.stdout.readline())
        session.trust_env, session.verify = False, printed["ca"]
        names = {"CLIENT_ID": "client_id", "AUTHORITY": "authority", "GRAPH": "graph", "CA_FILE": "ca"}
        settings = {f"CARLENDAR_IDENTITY_{name}": printed[key] for name, key in names.items()}
        yield Machine(tmp_path_factory.mktemp("home"), settings), printed["control"], session
        cloud.terminate()
        cloud.wait(20)


@pytest.fixture
def registered(controlled: tuple[Machine, str, requests.Session]) -> Machine:
    """A machine that is set up for the emulated cloud; no one is signed in."""
    return controlled[0]


def test_it_says_what_it_does_writes_a_report_and_leaves_no_token(registered: Machine, tmp_path: Path) -> None:
    done = registered.run("acceptance", "--yes", "--report", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "It writes to your account" in done.stderr
    assert "0 failed" in done.stdout
    files = sorted(tmp_path.iterdir())
    assert [file.suffix for file in files] == [".json", ".txt"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert files[1].read_text() == done.stdout
    document = json.loads(files[0].read_text())
    assert document["failed"] == 0
    assert "contoso" not in files[0].read_text()
    assert not (registered.home / "data").exists()


def test_reading_alone_needs_no_question(registered: Machine, tmp_path: Path) -> None:
    done = registered.run("acceptance", "--read-only", "--json", "--report", str(tmp_path))
    assert "It only reads." in done.stderr
    found = json.loads(done.stdout)
    assert (done.returncode, found["read_only"]) == (0, True)
    assert not {check["name"] for check in found["checks"]} & set(WRITING)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say --yes"),
        (["--only", "luck", "--yes"], "there is no check luck; there are: device_code"),
        (["--only", "event", "--read-only"], "the check event writes"),
        (["--read-only", "--report", "/nowhere"], "is no folder"),
    ],
)
def test_unusable_arguments_are_one_line(registered: Machine, arguments: list[str], message: str) -> None:
    done = registered.run("acceptance", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_accounts_of_tenants_that_are_not_allowed_are_signed_out_at_once(registered: Machine, tmp_path: Path) -> None:
    allowed = {"CARLENDAR_IDENTITY_TENANTS_ALLOWED": "fabrikam.example"}
    arguments = ["acceptance", "--read-only", "--only", "profile", "--json", "--report", str(tmp_path)]
    done = registered.run(*arguments, **allowed)
    assert done.returncode == 1, done.stderr
    reasons = [check["reason"] for check in json.loads(done.stdout)["checks"]]
    assert reasons == ["the account's tenant is not among identity.tenants_allowed", "not signed in"]


def test_without_an_application_the_setting_is_named(machine: Machine) -> None:
    done = machine.run("acceptance", "--read-only")
    assert done.returncode == 2
    assert "identity.client_id" in done.stderr


def test_an_interruption_removes_what_was_made(
    controlled: tuple[Machine, str, requests.Session], tmp_path: Path
) -> None:
    machine, control, session = controlled
    fault = {"kind": "delay", "seconds": 60, "path": "/me/events/[^/]+$", "count": 1}
    session.post(f"{control}/faults", json=fault, timeout=10)
    argv = [
        sys.executable,
        "-I",
        "-m",
        "carlendar",
        "acceptance",
        "--yes",
        "--only",
        "event",
        "--report",
        str(tmp_path),
    ]
    environment = machine.environment()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        for _ in range(2000):
            if not session.get(f"{control}/faults", timeout=10).json()["faults"]:
                break
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "removing what was made" in err
    assert "It was interrupted." in out
    again = machine.run("acceptance", "--yes", "--only", "event", "--json", "--report", str(tmp_path))
    figures = {check["name"]: check["figures"] for check in json.loads(again.stdout)["checks"]}
    assert figures["leftovers"] == {"events": 0, "messages": 0}


def test_what_could_not_be_removed_is_removed_on_request(
    controlled: tuple[Machine, str, requests.Session], tmp_path: Path
) -> None:
    machine, control, session = controlled
    session.post(f"{control}/faults", json={"kind": "revoke", "path": "/me/events/[^/]+$", "count": 1}, timeout=10)
    arguments = ["acceptance", "--yes", "--json", "--report", str(tmp_path), "--only"]
    done = machine.run(*arguments, "event")
    assert done.returncode == 1
    assert "carlendar acceptance --only leftovers" in done.stderr
    again = machine.run(*arguments, "leftovers")
    figures = {check["name"]: check["figures"] for check in json.loads(again.stdout)["checks"]}
    assert figures["leftovers"] == {"events": 1, "messages": 0}
    assert again.returncode == 0
