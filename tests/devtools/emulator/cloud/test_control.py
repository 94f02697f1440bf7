"""Faults, 429, revocation and claims challenge: by options of the command and over HTTP."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from carlendar.commands.arguments import parse
from carlendar.errors import UsageError
from carlendar_devtools.commands import cloud as cloud_command
from carlendar_devtools.emulator.cloud.command import RunFaults, run
from carlendar_devtools.emulator.cloud.faults import Fault, fault_of
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from tests.devtools.emulator.cloud.conftest import ANA, Client, NewApp, NewSession
from tests.fakes.clocks import ManualClock

BEN = "ben@contoso.example"


@pytest.fixture
def cloud(tmp_path: Path, elapsed: ManualClock) -> Iterator[RunningCloud]:
    world = load_world(scenario_file("commute"))
    with RunningCloud(world, tmp_path / "cloud", elapsed=elapsed, controlled=True) as running:
        running.identity.devices.interval = 1
        yield running


@pytest.fixture
def control(cloud: RunningCloud, new_session: NewSession) -> Callable[..., object]:
    """Ask the control interface and give its JSON; the status is asserted."""
    session = new_session()

    def ask(method: str, path: str, body: object = None, *, status: int = 200, **headers: str) -> object:
        answer = session.request(method, cloud.control + path, json=body, headers=headers, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json()

    return ask


@pytest.mark.parametrize("levels", [600, 5000, 100_000])
def test_control_refuses_a_body_nested_too_deeply(cloud: RunningCloud, new_session: NewSession, levels: int) -> None:
    body = '{"kind": ' + "[" * levels + "]" * levels + "}"
    assert new_session().post(f"{cloud.control}/faults", data=body, timeout=10).status_code == 400


def test_faults_are_planned_listed_and_forgotten(control: Callable[..., Any], ana: Client) -> None:
    planned = control("POST", "/faults", {"kind": "status", "status": 429, "retry_after": "2", "count": 1, "after": 1})
    assert [each["kind"] for each in planned["faults"]] == ["status"]
    assert [ana.get("/me").status_code for _ in range(2)] == [200, 429]
    control("POST", "/faults", {"kind": "status", "status": 429, "count": 1})
    refused = ana.get("/me")
    assert refused.json()["error"]["code"] == "TooManyRequests"
    assert refused.json()["error"]["innerError"]["request-id"] == refused.headers["request-id"]
    assert ana.get("/me").status_code == 200
    control("POST", "/faults", {"kind": "status", "status": "503"})
    assert ana.get("/me").status_code == 503
    assert control("DELETE", "/faults") == {"faults": []}
    assert ana.get("/me").status_code == 200


def test_sessions_are_revoked_challenged_and_expired(
    control: Callable[..., object], cloud: RunningCloud, ana: Client, new_app: NewApp
) -> None:
    control("POST", f"/people/{ANA}/expire-tokens")
    assert ana.get("/me").status_code == 401
    app = new_app(client_capabilities=["CP1"])
    cloud.auto_approve(ANA)
    token = app.acquire_token_by_device_flow(app.initiate_device_flow(["User.Read"]))["access_token"]
    ana.session.headers["Authorization"] = f"Bearer {token}"
    assert ana.get("/me").status_code == 200
    control("POST", f"/people/{ANA}/challenge")
    assert "insufficient_claims" in ana.get("/me").headers["WWW-Authenticate"]
    control("POST", f"/people/{ANA}/revoke")
    account = app.get_accounts()[0]
    assert app.acquire_token_silent_with_error(["User.Read"], account, force_refresh=True)["error"] == "invalid_grant"
    control("POST", f"/people/{ANA}/disable", {"reason": "blocked_by_policy"})
    refused = new_app()
    assert refused.acquire_token_by_device_flow(refused.initiate_device_flow(["User.Read"]))["error_codes"] == [53003]
    control("POST", f"/people/{ANA}/enable")
    assert "access_token" in app.acquire_token_by_device_flow(app.initiate_device_flow(["User.Read"]))


@pytest.mark.parametrize(("kind", "words"), [("revoke", ""), ("expire", "")])
def test_a_planned_fault_befalls_the_session_of_its_caller(
    cloud: RunningCloud, ana: Client, kind: str, words: str
) -> None:
    cloud.inject(Fault(kind, 1, "/me$", after=1))
    assert [ana.get("/me").status_code for _ in range(3)] == [200, 401, 401]
    assert cloud.faults.planned() == ()


def test_a_planned_challenge_is_answered_by_a_fresh_token(cloud: RunningCloud, new_app: NewApp, ana: Client) -> None:
    app = new_app(client_capabilities=["CP1"])
    cloud.auto_approve(ANA)
    token = app.acquire_token_by_device_flow(app.initiate_device_flow(["User.Read"]))["access_token"]
    ana.session.headers["Authorization"] = f"Bearer {token}"
    cloud.inject(fault_of("challenge,count=1"))
    assert "insufficient_claims" in ana.get("/me").headers["WWW-Authenticate"]


def test_sign_ins_are_approved_and_refused(control: Callable[..., object], new_app: NewApp) -> None:
    app = new_app()
    flow, other = (app.initiate_device_flow(["User.Read"]) for _ in range(2))
    assert control("GET", "/codes") == {"codes": [flow["user_code"], other["user_code"]]}
    control("POST", f"/codes/{flow['user_code']}/approve", {"address": BEN})
    control("POST", f"/codes/{other['user_code']}/refuse", {"reason": "declined"})
    assert app.acquire_token_by_device_flow(flow)["id_token_claims"]["preferred_username"] == BEN
    assert app.acquire_token_by_device_flow(other)["error"] == "authorization_declined"
    control("PUT", "/approve", {"address": ANA})
    assert "access_token" in app.acquire_token_by_device_flow(app.initiate_device_flow(["User.Read"]))
    control("PUT", "/approve", {"address": None})
    assert control("GET", "/codes") == {"codes": []}


def test_limits_and_lives_are_changed(control: Callable[..., Any], cloud: RunningCloud, ana: Client) -> None:
    changed = control("PATCH", "/limits", {"in_ten_minutes": 1, "access_token_seconds": 60})
    assert (changed["in_ten_minutes"], changed["access_token_seconds"], changed["at_once"]) == (1, 60, 4)
    assert [ana.get("/me").status_code for _ in range(2)] == [200, 429]


def test_delta_tokens_are_forgotten(control: Callable[..., Any], ana: Client) -> None:
    window = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-24T00:00:00Z"
    _, link = ana.all_pages(f"/me/calendarView/delta?{window}")
    control("POST", "/forget-delta-tokens")
    assert ana.get(link).status_code == 410
    assert control("GET", "/log")["log"][-1]["status"] == 410


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/faults", {}),
        ("POST", "/faults", {"kind": "flood"}),
        ("POST", "/faults", {"kind": "status", "status": "many"}),
        ("POST", "/faults", {"kind": "status", "status": True}),
        ("POST", "/faults", {"kind": "status", "statuss": 500}),
        ("POST", "/faults", {"kind": "status", "path": "("}),
        ("POST", "/faults", {"kind": "status", "path": 7}),
        ("POST", "/faults", ["status"]),
        ("POST", "/people/nobody@contoso.example/revoke", None),
        ("POST", f"/people/{ANA}/promote", None),
        ("POST", f"/people/{ANA}/disable", {"reason": "whim"}),
        ("POST", "/codes/NOPE/approve", {"address": ANA}),
        ("PUT", "/approve", {"address": "nobody@contoso.example"}),
        ("PATCH", "/limits", {"at_once": 0}),
        ("PATCH", "/limits", {"at_once": "4"}),
        ("PATCH", "/limits", {"patience": 4}),
    ],
)
def test_what_makes_no_sense_is_refused(control: Callable[..., Any], method: str, path: str, body: object) -> None:
    assert control(method, path, body, status=400)["error"]


def test_only_who_knows_the_address_controls(
    control: Callable[..., object], cloud: RunningCloud, new_session: NewSession
) -> None:
    control("GET", "/faults", status=403, Origin="https://evil.example")
    session = new_session()
    assert session.get(f"{cloud.origin}/control/guess/faults").status_code == 404
    assert session.get(f"{cloud.origin}/control/faults").status_code == 404


def test_the_control_is_served_on_request_only(tmp_path: Path) -> None:
    with RunningCloud(load_world(scenario_file("commute")), tmp_path) as plain:
        assert plain.control == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("429", Fault("status", status=429)),
        ("503,retry_after=2,count=3", Fault("status", 3, status=503, retry_after="2")),
        ("410,path=calendarView,after=2", Fault("status", status=410, path="calendarView", after=2)),
        ("revoke,after=5,count=1", Fault("revoke", 1, after=5)),
        ("delay,seconds=0.5", Fault("delay", seconds=0.5)),
        ("identity,path=refresh_token,code=invalid_grant,number=50173",
         Fault("identity", path="refresh_token", code="invalid_grant", number=50173)),
    ],
)  # fmt: skip
def test_a_fault_is_written_on_one_line(text: str, fault: Fault) -> None:
    assert fault_of(text) == fault


@pytest.mark.parametrize(
    "text", ["", "flood", "99", "600", "status,503", "429,count=0", "429,count=x", "429,colour=red", "status,path=("]
)
def test_a_line_that_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        fault_of(text)


def options(*arguments: str) -> dict[str, Any]:
    module, found = parse(["emulator", *arguments])
    assert module.endswith("cloud" if "cloud" in arguments else "emulator")
    return found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fault", "flood"], "flood"),
        (["--refuse", ANA], "ADDRESS=REASON"),
        (["--refuse", f"{ANA}=whim"], "blocked_by_policy"),
        (["--refuse", "nobody@contoso.example=declined"], "nobody"),
    ],
)
def test_options_that_make_no_sense_are_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        cloud_command.run(**options("cloud", *arguments))


@pytest.mark.parametrize(
    "arguments", [["--fault", "429"], ["--control"], ["--token-seconds", "9"], ["--refuse", "a=b"]]
)
def test_options_of_the_cloud_are_refused_elsewhere(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options(*arguments)
    assert "emulator cloud" in capsys.readouterr().err


def test_a_command_line_starts_a_cloud_in_trouble() -> None:
    command = [sys.executable, "-m", "carlendar", "emulator", "cloud", "--json", "--control", "--approve", ANA,
               "--refuse", f"{BEN}=declined", "--token-seconds", "120", "--fault", "429,count=1"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, requests.Session() as session:
        assert process.stdout is not None
        printed = json.loads(process.stdout.readline())
        session.trust_env, session.verify = False, printed["ca"]
        limits = session.get(f"{printed['control']}/limits", timeout=10).json()
        faults = session.get(f"{printed['control']}/faults", timeout=10).json()["faults"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert limits["access_token_seconds"] == 120
    assert [(each["status"], each["count"]) for each in faults] == [(429, 1)]


def test_trouble_is_checked_before_anything_is_served() -> None:
    out = io.StringIO()
    with pytest.raises(UsageError, match="whim"):
        run(0, None, "commute", None, as_json=True, out=out, planned=RunFaults(refused=((ANA, "whim"),)))
    assert out.getvalue() == ""
