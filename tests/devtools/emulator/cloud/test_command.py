"""`carlendar emulator cloud` as a process: one line when it is ready, ended by a signal."""

from __future__ import annotations

import io
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msal
import pytest
import requests

from carlendar.errors import ServiceError, UsageError
from carlendar_devtools.emulator.cloud.command import run

PROGRAM = """
import sys
from datetime import datetime
from carlendar_devtools.emulator.cloud.command import run
at = datetime.fromisoformat("2026-11-23T08:41:00+01:00")
sys.exit(run(0, "ana@contoso.example", "commute", at, as_json=sys.argv[1] == "json", out=sys.stdout))
"""


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, "-c", PROGRAM, request.param], stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("process", ["json"], indirect=True)
def test_its_one_line_is_all_that_a_client_needs(process: subprocess.Popen[str]) -> None:
    printed = json.loads(first_line(process))
    keys = ["graph", "authority", "ca", "client_id", "scopes", "people", "verification", "communication"]
    assert list(printed) == keys
    assert printed["people"][0] == {"name": "Ana Lindner", "address": "ana@contoso.example"}
    with requests.Session() as session:
        session.trust_env = False
        session.verify = printed["ca"]
        app = msal.PublicClientApplication(
            printed["client_id"], authority=printed["authority"], instance_discovery=False, http_client=session
        )
        result = app.acquire_token_by_device_flow(app.initiate_device_flow(printed["scopes"]))
        token = {"Authorization": f"Bearer {result['access_token']}"}
        window = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-24T00:00:00Z"
        view = session.get(f"{printed['graph']}/me/calendarView?{window}", headers=token, timeout=10).json()
    assert "Product review" in [event["subject"] for event in view["value"]]
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.mark.parametrize("process", ["people"], indirect=True)
def test_people_get_lines_that_they_can_read_and_interrupt_it(process: subprocess.Popen[str]) -> None:
    assert first_line(process).startswith("The emulated Microsoft cloud is ready")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


@pytest.mark.parametrize("process", ["json"], indirect=True)
def test_a_killed_cloud_leaves_nothing_that_the_next_does_not_remove(process: subprocess.Popen[str]) -> None:
    folder = Path(json.loads(first_line(process))["ca"]).parent
    process.kill()
    process.wait(10)
    assert folder.is_dir()
    with subprocess.Popen([sys.executable, "-c", PROGRAM, "json"], stdout=subprocess.PIPE, text=True) as again:
        first_line(again)
        assert not folder.exists()
        again.send_signal(signal.SIGTERM)


def test_unusable_arguments_are_refused() -> None:
    out = io.StringIO()
    with pytest.raises(UsageError, match="commute"):
        run(0, None, "nowhere", None, as_json=True, out=out)
    with pytest.raises(UsageError, match="ben@contoso"):
        run(0, "nobody@contoso.example", "commute", None, as_json=True, out=out)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServiceError, match="port"):
            run(taken.getsockname()[1], None, "commute", None, as_json=True, out=out)
    assert out.getvalue() == ""
