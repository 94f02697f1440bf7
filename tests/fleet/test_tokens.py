"""Tokens for joining over data: who gets one, for which token of Microsoft's, how many, and what never leaves."""

from __future__ import annotations

import base64
import logging
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import msal
import msgspec
import pytest
import requests

from carlendar.cli import main
from carlendar.errors import UsageError
from carlendar.root_file import RootFile
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.invitation_parts import TENANT_ID
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_fleet.calling.budget import MinuteBudget
from carlendar_fleet.calling.communication_services import Resource, resource_of, signed_headers
from carlendar_fleet.calling.rate_limit import RateLimit
from carlendar_fleet.calling.refusal import Reason, TokenRefusedError
from carlendar_fleet.calling.service import EXCHANGES
from carlendar_fleet.calling.teams_token import AUDIENCES, TeamsTokenCheck
from carlendar_fleet.commands.tokens import VARIABLE, connection
from carlendar_fleet.registry.database import MIGRATIONS, Database
from tests.fleet.calling import CallingBackEnd, foreign_certificate
from tests.fleet.cars import enrol, folder

ANA = "ana@contoso.example"
CALLS = "https://auth.msft.communication.azure.com/Teams.ManageCalls"
CLIENT = "3d1f0f52-6f0c-4f0a-9a5b-7c2f6e5a1b90"
PERSON = "9f2d6c4e-1b3a-4d5f-8e7c-6a5b4c3d2e1f"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
GUEST = b"{}"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    with RunningCloud(load_world(scenario_file("commute")), tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def back_end(tmp_path: Path, cloud: RunningCloud) -> Iterator[CallingBackEnd]:
    cloud.clear_faults()
    with CallingBackEnd(tmp_path, cloud) as made:
        yield made


@pytest.fixture(scope="module")
def entra(cloud: RunningCloud) -> Callable[[str], str]:
    """Signs the driver in for a scope; returns the access token."""
    session = requests.Session()
    session.trust_env, session.verify = False, str(cloud.ca_file)
    app = msal.PublicClientApplication(
        cloud.client_id, authority=cloud.authority, instance_discovery=False, http_client=session
    )

    def token(scope: str) -> str:
        flow = app.initiate_device_flow([scope])
        cloud.approve(flow["user_code"], ANA)
        return str(app.acquire_token_by_device_flow(flow)["access_token"])

    return token


def asking(token: str) -> bytes:
    return msgspec.json.encode({"teams_token": token})


def refused(response: requests.Response) -> str:
    return str(response.json()["error"])


# --- who is served ------------------------------------------------------------------------------


def test_a_guest_of_a_registered_car_gets_a_token_for_calls_alone(back_end: CallingBackEnd) -> None:
    answer = back_end.post(back_end.car(), "/v1/token", GUEST).json()
    claims = jwt.decode(answer["token"], options={"verify_signature": False})
    assert claims["acsScope"] == "voip"
    assert answer["identity"] == "guest"
    left = datetime.fromisoformat(answer["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=58) < left <= timedelta(minutes=60)


def test_a_drivers_token_is_exchanged_for_one_that_expires_with_it(
    back_end: CallingBackEnd, cloud: RunningCloud, entra: Callable[[str], str]
) -> None:
    answer = back_end.post(back_end.car(), "/v1/token", asking(entra(CALLS))).json()
    assert answer["identity"] == "user"
    person = cloud.world.person(ANA).person
    assert cloud.communication.identity_of(answer["token"]) == f"8:orgid:{person.key}"
    left = datetime.fromisoformat(answer["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=55) < left <= timedelta(minutes=60)


def test_a_client_without_a_certificate_or_with_one_of_another_authority_gets_no_connection(
    back_end: CallingBackEnd, tmp_path: Path
) -> None:
    back_end.car("car-0001")
    for certificate in (None, foreign_certificate(tmp_path, "car-0001")):
        with pytest.raises(requests.ConnectionError):
            back_end.post(certificate, "/v1/token", GUEST)


def test_a_client_of_the_fleet_that_is_no_vehicle_gets_no_token(back_end: CallingBackEnd) -> None:
    answer = back_end.post(back_end.stranger(), "/v1/token", GUEST)
    assert (answer.status_code, refused(answer)) == (403, "not_registered")


def test_a_revoked_car_is_refused_at_once_even_on_an_open_connection(back_end: CallingBackEnd) -> None:
    certificate = back_end.car()
    with requests.Session() as session:
        session.trust_env, session.verify, session.cert = (
            False, str(back_end.authority.certificate_file), str(certificate)
        )  # fmt: skip
        assert session.post(f"{back_end.url}/v1/token", data=GUEST, timeout=20).status_code == 200
        back_end.enrolment.revoke("car-0001", back_end.clock.now())
        answer = session.post(f"{back_end.url}/v1/token", data=GUEST, timeout=20)
    assert (answer.status_code, refused(answer)) == (403, "revoked")


def test_a_certificate_of_the_authority_that_the_registry_does_not_know_is_refused(
    back_end: CallingBackEnd,
) -> None:
    back_end.car("car-0001")
    answer = back_end.post(back_end.stranger("car-0001"), "/v1/token", GUEST)
    assert refused(answer) == "not_registered"


# --- which tokens of Microsoft's ------------------------------------------------------------------


def claims(**changed: object) -> dict[str, object]:
    tenant = TENANT_ID
    made: dict[str, object] = {
        "aud": "1fd5118e-2576-4263-8130-9503064c837a", "iss": f"https://login.microsoftonline.com/{tenant}/v2.0",
        "exp": int(NOW.timestamp()) + 3600, "nbf": int(NOW.timestamp()) - 10, "tid": tenant, "oid": PERSON,
        "azp": CLIENT, "scp": "Teams.ManageCalls Teams.ManageChats",
    }  # fmt: skip
    made.update(changed)
    return {name: value for name, value in made.items() if value is not None}


def encoded(**changed: object) -> str:
    return jwt.encode(claims(**changed), "k" * 32, algorithm="HS256")


FIRST_VERSION = {"iss": f"https://sts.windows.net/{TENANT_ID}/", "azp": None, "appid": CLIENT}


@pytest.mark.parametrize("changed", [{}, FIRST_VERSION, *({"aud": each} for each in sorted(AUDIENCES))])
def test_a_token_of_either_version_and_spelling_of_the_audience_is_accepted(changed: dict[str, object]) -> None:
    person = TeamsTokenCheck(CLIENT, lambda: NOW).check(encoded(**changed))
    assert (person.object_id, person.tenant) == (PERSON, TENANT_ID)
    assert person.expires == NOW + timedelta(hours=1)


OTHER = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"aud": "00000003-0000-0000-c000-000000000000"}, Reason.TOKEN_AUDIENCE),
        ({"aud": ["1fd5118e-2576-4263-8130-9503064c837a"]}, Reason.TOKEN_UNREADABLE),
        ({"aud": None}, Reason.TOKEN_UNREADABLE),
        ({"iss": f"https://login.microsoftonline.com.evil.example/{TENANT_ID}/v2.0"}, Reason.TOKEN_ISSUER),
        ({"iss": f"https://login.microsoftonline.com/{OTHER}/v2.0"}, Reason.TOKEN_ISSUER),
        ({"iss": f"http://login.microsoftonline.com/{TENANT_ID}/v2.0"}, Reason.TOKEN_ISSUER),
        ({"tid": "../../common", "iss": "https://login.microsoftonline.com/../../common/v2.0"}, Reason.TOKEN_ISSUER),
        ({"tid": OTHER, "iss": f"https://login.microsoftonline.com/{OTHER}/v2.0"}, Reason.TOKEN_TENANT),
        ({"azp": OTHER}, Reason.TOKEN_APPLICATION),
        ({"azp": None}, Reason.TOKEN_APPLICATION),
        ({"oid": "ana"}, Reason.TOKEN_PERSON),
        ({"oid": None}, Reason.TOKEN_UNREADABLE),
        ({"idtyp": "app"}, Reason.TOKEN_PERSON),
        ({"scp": "Teams.ManageChats"}, Reason.TOKEN_PERMISSION),
        ({"scp": "Teams.ManageCallsMore"}, Reason.TOKEN_PERMISSION),
        ({"scp": None}, Reason.TOKEN_PERMISSION),
        ({"exp": int(NOW.timestamp()) + 600}, Reason.TOKEN_EXPIRES),
        ({"exp": int(NOW.timestamp()) - 1}, Reason.TOKEN_EXPIRES),
        ({"nbf": int(NOW.timestamp()) + 3_000}, Reason.TOKEN_EXPIRES),
        ({"exp": "tomorrow"}, Reason.TOKEN_UNREADABLE),
        ({"exp": 10**300}, Reason.TOKEN_UNREADABLE),
        ({"exp": -5}, Reason.TOKEN_UNREADABLE),
        ({"exp": None}, Reason.TOKEN_UNREADABLE),
    ],
)
def test_a_token_for_something_else_is_refused_with_its_own_reason(changed: dict[str, object], reason: Reason) -> None:
    check = TeamsTokenCheck(CLIENT, lambda: NOW, tenants=(TENANT_ID,))
    with pytest.raises(TokenRefusedError) as refusal:
        check.check(encoded(**changed))
    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "..", "é.é.é", "[" * 5000, "x" * 20_000, f"{base64.b64encode(b'[]').decode()}.e30.x"]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenRefusedError) as refusal:
        TeamsTokenCheck(CLIENT, lambda: NOW).check(token)
    assert refusal.value.reason is Reason.TOKEN_UNREADABLE


def test_a_token_for_graph_is_refused_before_azure_sees_it(
    back_end: CallingBackEnd, cloud: RunningCloud, entra: Callable[[str], str]
) -> None:
    token = entra("Calendars.Read")
    cloud.event_log.last.clear()
    answer = back_end.post(back_end.car(), "/v1/token", asking(token))
    assert (answer.status_code, refused(answer)) == (403, "token_audience")
    assert not cloud.event_log.last


def test_a_forged_token_is_refused_by_azure(back_end: CallingBackEnd, cloud: RunningCloud) -> None:
    issuer, now = f"{cloud.origin}/{TENANT_ID}/v2.0", int(time.time())
    answer = back_end.post(back_end.car(), "/v1/token", asking(encoded(iss=issuer, exp=now + 3600, nbf=now)))
    assert (answer.status_code, refused(answer)) == (401, "token_refused")
    assert back_end.budget.left("car-0001") == 1_000


# --- how many ---------------------------------------------------------------------------------------


def test_the_minutes_of_a_car_are_reserved_with_a_token_and_counted_as_used_when_the_car_reports_them(
    back_end: CallingBackEnd,
) -> None:
    car = back_end.car()
    lease = back_end.post(car, "/v1/token", GUEST).json()["lease"]
    assert back_end.budget.left("car-0001") == 940
    usage = msgspec.json.encode({"lease": lease, "minutes": 7})
    assert back_end.post(car, "/v1/usage", usage).status_code == 204
    assert back_end.budget.left("car-0001") == 993
    more = msgspec.json.encode({"lease": lease, "minutes": 0})
    assert back_end.post(car, "/v1/usage", more).status_code == 204
    assert back_end.budget.left("car-0001") == 993


def test_a_car_cannot_settle_the_minutes_of_another(back_end: CallingBackEnd) -> None:
    lease = back_end.post(back_end.car("car-0001"), "/v1/token", GUEST).json()["lease"]
    usage = msgspec.json.encode({"lease": lease, "minutes": 0})
    assert back_end.post(back_end.car("car-0002"), "/v1/usage", usage).status_code == 204
    assert back_end.budget.left("car-0001") == 940


def test_a_car_without_minutes_is_refused_until_the_next_month_and_others_are_not(
    tmp_path: Path, cloud: RunningCloud
) -> None:
    with CallingBackEnd(tmp_path, cloud, minutes=60) as back_end:
        car, other = back_end.car("car-0001"), back_end.car("car-0002")
        assert back_end.post(car, "/v1/token", GUEST).status_code == 200
        answer = back_end.post(car, "/v1/token", GUEST)
        assert (answer.status_code, refused(answer)) == (403, "minutes_used_up")
        assert 0 < int(answer.headers["Retry-After"]) <= 31 * 86_400
        assert back_end.post(other, "/v1/token", GUEST).status_code == 200


def test_the_budget_begins_anew_with_each_month(tmp_path: Path) -> None:
    enrol(folder(tmp_path), "car-0001")
    clock = [datetime(2026, 12, 31, 23, 30, tzinfo=UTC)]
    database = Database(folder(tmp_path).registry)
    budget = MinuteBudget(database, 60, lambda: clock[0], lambda: f"{clock[0]}")
    budget.reserve("car-0001", clock[0] + timedelta(hours=2))
    with pytest.raises(TokenRefusedError) as refusal:
        budget.require("car-0001")
    assert refusal.value.retry_after == 1_800
    clock[0] += timedelta(minutes=31)
    budget.require("car-0001")
    assert budget.left("car-0001") == 60
    clock[0] += timedelta(days=401)
    budget.reserve("car-0001", clock[0] + timedelta(hours=1))
    assert database.rows("SELECT COUNT(*) FROM calling_leases") == [(1,)]
    database.close()


def test_500_exchanges_in_30_seconds_are_the_limit_and_the_answer_says_when_to_come_back(
    back_end: CallingBackEnd, entra: Callable[[str], str]
) -> None:
    token, car = entra(CALLS), back_end.car()
    for _ in range(EXCHANGES):
        assert back_end.service._exchanges.wait() == 0.0
    answer = back_end.post(car, "/v1/token", asking(token))
    assert (answer.status_code, refused(answer)) == (429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= 30
    assert back_end.post(car, "/v1/token", GUEST).status_code == 200  # guests are no exchange


def test_the_window_slides(tmp_path: Path) -> None:
    seconds = [0.0]
    limit = RateLimit(2, 30.0, lambda: seconds[0])
    assert [limit.wait(), limit.wait(), limit.wait()] == [0.0, 0.0, 30.0]
    seconds[0] = 29.0
    assert limit.wait() == 1.0
    seconds[0] = 30.0
    assert [limit.wait(), limit.wait(), limit.wait()] == [0.0, 0.0, 30.0]


def test_one_car_cannot_use_up_the_share_of_the_others(tmp_path: Path, cloud: RunningCloud) -> None:
    with CallingBackEnd(tmp_path, cloud, minutes=10_000) as back_end:
        car, other = back_end.car("car-0001"), back_end.car("car-0002")
        answers = [back_end.post(car, "/v1/token", GUEST).status_code for _ in range(11)]
        assert answers == [200] * 10 + [429]
        assert back_end.post(other, "/v1/token", GUEST).status_code == 200


# --- Azure's failures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        (Fault("status", 1, "/identities", status=401, code="x"), 502, "azure_key"),
        (Fault("status", 1, "/identities", status=403), 502, "azure_key"),
        (Fault("status", 1, "/identities", status=429, retry_after="7"), 429, "too_many"),
        (Fault("status", 1, "/identities", status=500), 503, "azure_failed"),
        (Fault("status", 1, "/identities", status=302), 503, "azure_failed"),
        (Fault("garbage", 1, "/identities"), 503, "azure_failed"),
        (Fault("garbage", 1, "/identities", garbage="wrong_type"), 503, "azure_failed"),
        (Fault("garbage", 1, "/identities", garbage="truncated"), 503, "azure_failed"),
        (Fault("cut", 1, "/identities"), 503, "azure_failed"),
        (Fault("cut_body", 1, "/identities"), 503, "azure_failed"),
    ],
)
def test_each_failure_of_azure_is_reported_with_its_own_reason(
    back_end: CallingBackEnd, cloud: RunningCloud, fault: Fault, status: int, reason: str
) -> None:
    cloud.inject(fault)
    answer = back_end.post(back_end.car(), "/v1/token", GUEST)
    assert (answer.status_code, refused(answer)) == (status, reason)
    assert answer.headers.get("Retry-After", "") == ("7" if status == 429 else "5" if status == 503 else "")
    assert back_end.budget.left("car-0001") == 1_000


def test_a_wrong_key_is_the_back_ends_fault_and_not_the_drivers(
    tmp_path: Path, cloud: RunningCloud, entra: Callable[[str], str]
) -> None:
    wrong = f"endpoint={cloud.origin}/;accesskey={base64.b64encode(b'wrong').decode()}"
    with CallingBackEnd(tmp_path, cloud, connection=wrong) as back_end:
        for body in (GUEST, asking(entra(CALLS))):
            answer = back_end.post(back_end.car(f"car-{len(body)}"), "/v1/token", body)
            assert (answer.status_code, refused(answer)) == (502, "azure_key")


def test_guests_can_be_turned_off(tmp_path: Path, cloud: RunningCloud) -> None:
    with CallingBackEnd(tmp_path, cloud, guests=False) as back_end:
        assert refused(back_end.post(back_end.car(), "/v1/token", GUEST)) == "guests_off"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"teams_token": 7}', b"[" * 20_000, b'{"teams_token": "\xff"}', b'{"x":"' + b"y" * 40_000],
)
def test_what_cannot_be_read_is_refused(back_end: CallingBackEnd, body: bytes) -> None:
    answer = back_end.post(back_end.car(), "/v1/token", body)
    assert (answer.status_code, refused(answer)) == (400, "bad_request")


def test_a_guest_is_deleted_at_azure_after_its_call_or_when_its_token_has_expired(
    tmp_path: Path, cloud: RunningCloud
) -> None:
    before = cloud.communication.guests
    with CallingBackEnd(tmp_path, cloud) as back_end:
        car = back_end.car()
        first, second = (back_end.post(car, "/v1/token", GUEST).json() for _ in range(2))
        assert len(cloud.communication.guests - before) == 2
        back_end.post(car, "/v1/usage", msgspec.json.encode({"lease": first["lease"], "minutes": 3}))
        assert cloud.communication.identity_of(first["token"]) == ""
        assert cloud.communication.identity_of(second["token"])
        back_end.run(back_end.service.tidy())
        assert len(cloud.communication.guests - before) == 1
        back_end.clock.ahead = timedelta(minutes=61)
        back_end.run(back_end.service.tidy())
        assert cloud.communication.guests == before


# --- what is kept -------------------------------------------------------------------------------------


def test_no_token_of_a_driver_is_stored_or_logged(
    back_end: CallingBackEnd, entra: Callable[[str], str], caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str], cloud: RunningCloud,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    token, car = entra(CALLS), back_end.car()
    issued = back_end.post(car, "/v1/token", asking(token)).json()["token"]
    cloud.inject(Fault("status", 1, "exchange", status=500))
    back_end.post(car, "/v1/token", asking(token))
    back_end.post(car, "/v1/token", asking(token + "x"))
    person = cloud.world.person(ANA).person
    stored = b"".join(path.read_bytes() for path in back_end.data.root.rglob("*") if path.is_file()).decode("latin-1")
    printed = "".join(capfd.readouterr())
    for text in (token, token.rpartition(".")[2], issued, person.key, ANA):
        assert text not in stored
        assert text not in caplog.text
        assert text not in printed
    key = cloud.communication.connection.partition("accesskey=")[2]
    assert key not in stored + caplog.text + printed


def test_requests_are_signed_as_microsofts_client_signs_them() -> None:
    # made by azure-communication-identity 1.5.0 for the same request
    resource = resource_of("endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0")
    headers = signed_headers(
        resource, "POST", "/identities?api-version=2023-10-01", b'{"createTokenWithScopes":["voip"]}',
        datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    )  # fmt: skip
    assert headers == {
        "x-ms-date": "Mon, 30 Nov 2026 09:00:00 GMT",
        "x-ms-content-sha256": "k4k9IoKBLYipoiXK3LctfBcfghISSb6AI45ji7ILZfg=",
        "Authorization": "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256"
        "&Signature=L5opOCUztOS9Zvy71oE8wj021Wue9HV9Pmlj9JCh1Bc=",
    }


@pytest.mark.parametrize(
    "text",
    ["", "endpoint=https://contoso.communication.azure.com/", "endpoint=http://contoso.example/;accesskey=c2VjcmV0",
     "endpoint=https://contoso.example/path;accesskey=c2VjcmV0", "endpoint=https:///;accesskey=c2VjcmV0",
     "endpoint=https://contoso.example/;accesskey=not base64", "endpoint=https://[/;accesskey=c2VjcmV0"],
)  # fmt: skip
def test_a_connection_string_that_cannot_be_one_is_refused_without_its_key(text: str) -> None:
    with pytest.raises(UsageError) as error:
        resource_of(text)
    assert "c2VjcmV0" not in str(error.value)


def test_azures_key_comes_from_a_file_that_others_can_neither_write_nor_read_or_from_the_environment(
    tmp_path: Path,
) -> None:
    text = "endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0\n"
    wanted = Resource("https://contoso.communication.azure.com", b"secret")
    assert connection(None, {VARIABLE: text}) == wanted
    with pytest.raises(UsageError, match=VARIABLE):
        connection(None, {})
    file = tmp_path / "connection"
    owner = tmp_path.stat().st_uid
    tmp_path.chmod(0o755)
    with pytest.raises(UsageError, match="cannot be read"):
        connection(RootFile(file, owner, tmp_path), {})
    file.write_text(text)
    for mode, refusal in ((0o644, "chmod 600"), (0o662, "writable by root only"), (0o600, "")):
        file.chmod(mode)
        if refusal:
            with pytest.raises(UsageError, match=refusal):
                connection(RootFile(file, owner, tmp_path), {})
    assert connection(RootFile(file, owner, tmp_path), {}) == wanted


def test_a_registry_of_an_earlier_version_gets_the_new_table_and_keeps_its_vehicles(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite3"
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0])
    old.execute("INSERT INTO vehicles VALUES (1, 'car-0001', 'aurelle', 'estate', 'active', '2026-11-02')")
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    for _ in range(2):
        database = Database(path)
        assert database.rows("SELECT id FROM vehicles") == [("car-0001",)]
        assert database.rows("SELECT COUNT(*) FROM calling_leases") == [(0,)]
        database.close()


def test_the_clock_of_the_back_end_decides_over_a_token(back_end: CallingBackEnd, entra: Callable[[str], str]) -> None:
    token, car = entra(CALLS), back_end.car()
    back_end.clock.ahead = timedelta(minutes=51)
    answer = back_end.post(car, "/v1/token", asking(token))
    assert (answer.status_code, refused(answer)) == (401, "token_expires")


def test_the_command_serves_cars_until_it_is_ended(tmp_path: Path, cloud: RunningCloud) -> None:
    with CallingBackEnd(tmp_path, cloud) as enrolled:
        car = enrolled.car()
    program = Path(sys.executable).with_name("carlendar")
    command = [str(program), "fleet", "tokens", "--port", "0", "--client-id", cloud.client_id, "--login", cloud.origin]
    more = ["--azure-ca-file", str(cloud.ca_file), "--data", str(tmp_path / "fleet")]
    environment = {**os.environ, VARIABLE: cloud.communication.connection}
    with subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        try:
            port = running.stdout.readline().rpartition(":")[2].strip()
            answer = requests.post(
                f"https://localhost:{port}/v1/token", data=GUEST, cert=str(car), timeout=20,
                verify=str(enrolled.authority.certificate_file),
            )  # fmt: skip
        finally:
            running.terminate()
        assert running.wait(20) == 0
    assert (answer.status_code, answer.json()["identity"]) == (200, "guest")


def test_the_command_refuses_to_start_without_azures_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    command = ["fleet", "tokens", "--port", "0", "--client-id", CLIENT, "--data", str(tmp_path)]
    assert main(command) == 2
    assert main([*command, "--connection-file", str(tmp_path / "missing")]) == 2
    assert VARIABLE in capsys.readouterr().err
    assert main([*command, "--tenant", "contoso.example"]) == 2
