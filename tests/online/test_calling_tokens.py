"""The car's calling tokens: a real back end and the emulated cloud, by MSAL, over TLS with the car's certificate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest

from carlendar.domain.online_call import CallIdentity
from carlendar.domain.ports import SignedIn
from carlendar.errors import (
    CarlendarError,
    OfflineError,
    OutageError,
    RefusedError,
    SignInNeededError,
    SignInRefusedError,
    ThrottledError,
)
from carlendar.microsoft.clouds import CALLING_SCOPES, READ_SCOPES, custom_cloud, known_cloud
from carlendar.microsoft.faults import RENEW
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar.online import calling_tokens
from carlendar.online.calling_tokens import FleetCallingTokens
from carlendar.presentation.reasons import REASONS
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_fleet.calling.refusal import Reason
from tests.fakes.http_server import Answer, Certificates, HttpServer
from tests.fleet.calling import CallingBackEnd, foreign_certificate

ANA = "ana@contoso.example"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    with RunningCloud(load_world(scenario_file("commute")), tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def back_end(tmp_path: Path, cloud: RunningCloud) -> Iterator[CallingBackEnd]:
    cloud.clear_faults()
    with CallingBackEnd(tmp_path, cloud) as made:
        yield made


@pytest.fixture
def identity(tmp_path: Path, cloud: RunningCloud) -> Iterator[MicrosoftIdentity]:
    own = custom_cloud(f"{cloud.origin}/common", cloud.graph, str(cloud.ca_file))
    vault = Vault(tmp_path / "vault", sources=(FileKey(tmp_path / "vault"),))
    with HttpSession(ca_file=str(cloud.ca_file)) as http:
        yield MicrosoftIdentity(own, cloud.client_id, vault, http)


@pytest.fixture
def sign_in(cloud: RunningCloud, identity: MicrosoftIdentity) -> Callable[..., SignedIn]:
    def sign_in(*scopes: str, address: str = ANA) -> SignedIn:
        flow = identity.start_device_code(scopes)
        cloud.approve(flow.code.user_code, address)
        signed_in = flow.poll()
        assert signed_in is not None
        return signed_in

    return sign_in


@pytest.fixture
def tokens(back_end: CallingBackEnd, identity: MicrosoftIdentity) -> FleetCallingTokens:
    return tokens_of(back_end, identity, back_end.car())


def tokens_of(back_end: CallingBackEnd, identity: MicrosoftIdentity, certificate: Path) -> FleetCallingTokens:
    def driver(account_id: str, renewed: bool) -> str:
        return identity.token(account_id, CALLING_SCOPES, RENEW if renewed else "")

    return FleetCallingTokens(
        back_end.url, certificate, back_end.authority.certificate_file, driver, back_end.clock.now
    )


def test_a_driver_who_granted_calls_joins_as_themselves_and_keeps_the_calendar(
    cloud: RunningCloud, identity: MicrosoftIdentity, tokens: FleetCallingTokens, sign_in: Callable[..., SignedIn]
) -> None:
    account = sign_in(*READ_SCOPES).account_id
    granted = sign_in(*CALLING_SCOPES)
    assert granted.account_id == account
    assert "https://auth.msft.communication.azure.com/Teams.ManageCalls" in granted.scopes
    token = tokens.token(account)
    assert token.identity is CallIdentity.USER
    assert cloud.communication.identity_of(token.token) == f"8:orgid:{cloud.world.person(ANA).person.key}"
    assert identity.token(account, READ_SCOPES)


def test_without_the_permission_or_an_account_the_driver_is_a_guest(
    tokens: FleetCallingTokens, cloud: RunningCloud, sign_in: Callable[..., SignedIn]
) -> None:
    account = sign_in(*READ_SCOPES, address="ben@contoso.example").account_id
    token = tokens.token(account)
    assert token.identity is CallIdentity.GUEST
    assert cloud.communication.identity_of(token.token).startswith("8:acs:")
    assert tokens.token("") == token


def test_permissions_of_two_resources_are_never_requested_together(sign_in: Callable[..., SignedIn]) -> None:
    with pytest.raises(SignInRefusedError) as refusal:
        sign_in(*READ_SCOPES, *CALLING_SCOPES)
    assert refusal.value.code == "AADSTS28000"
    assert known_cloud("usgov").scopes(CALLING_SCOPES) == list(CALLING_SCOPES)


def test_a_token_is_kept_until_ten_minutes_before_it_expires(
    back_end: CallingBackEnd, tokens: FleetCallingTokens
) -> None:
    first = tokens.token("")
    back_end.clock.ahead = timedelta(minutes=49)
    assert tokens.token("") == first
    back_end.clock.ahead = timedelta(minutes=50, seconds=1)
    assert tokens.token("") != first


def test_a_drivers_token_with_little_time_left_is_renewed_and_then_exchanged(
    back_end: CallingBackEnd, tokens: FleetCallingTokens, cloud: RunningCloud, sign_in: Callable[..., SignedIn]
) -> None:
    account = sign_in(*CALLING_SCOPES).account_id
    back_end.clock.ahead = timedelta(minutes=52)  # MSAL keeps a token with 8 minutes left
    cloud.identity.tokens.life, before = 7_200.0, cloud.identity.tokens.life
    try:
        assert tokens.token(account).identity is CallIdentity.USER
    finally:
        cloud.identity.tokens.life = before


def test_the_minutes_of_a_call_are_counted_over_renewed_tokens_and_unused_ones_cost_nothing(
    back_end: CallingBackEnd, tokens: FleetCallingTokens
) -> None:
    tokens.used(tokens.token(""), 0)
    assert back_end.budget.left("car-0001") == 1_000
    tokens.token("")
    back_end.clock.ahead = timedelta(minutes=55)
    renewed = tokens.token("")
    tokens.used(renewed, 61 * 60 + 1)
    assert back_end.budget.left("car-0001") == 1_000 - 62
    tokens.used(renewed, 600)  # once only
    assert back_end.budget.left("car-0001") == 1_000 - 62


def test_what_was_used_without_a_connection_is_reported_with_the_next_request(
    back_end: CallingBackEnd, tokens: FleetCallingTokens
) -> None:
    token, url = tokens.token(""), tokens._url
    tokens._url = "https://localhost:1"
    tokens.used(token, 120)
    assert back_end.budget.left("car-0001") == 940
    tokens._url = url
    tokens.token("")
    assert back_end.budget.left("car-0001") == 998 - 60


def test_a_signed_out_driver_gets_no_token_although_one_is_kept(
    tokens: FleetCallingTokens, identity: MicrosoftIdentity, sign_in: Callable[..., SignedIn]
) -> None:
    account = sign_in(*CALLING_SCOPES).account_id
    tokens.token(account)
    identity.sign_out(account)
    with pytest.raises(SignInNeededError) as error:
        tokens.token(account)
    assert error.value.reason == "signed_out"
    assert account not in tokens._held


def test_a_driver_whose_session_was_revoked_has_to_sign_in_and_does_not_join_as_a_guest(
    tokens: FleetCallingTokens, cloud: RunningCloud, sign_in: Callable[..., SignedIn]
) -> None:
    account = sign_in(*CALLING_SCOPES).account_id
    cloud.revoke(ANA)
    cloud.expire_tokens(ANA)
    with pytest.raises((SignInNeededError, SignInRefusedError)):
        tokens.token(account)


def test_a_renewed_certificate_of_the_car_is_used_at_once_and_a_missing_one_is_reported(
    back_end: CallingBackEnd, identity: MicrosoftIdentity, tmp_path: Path
) -> None:
    installed = tmp_path / "vehicle.pem"
    tokens = tokens_of(back_end, identity, installed)
    with pytest.raises(RefusedError) as missing:
        tokens.token("")
    assert missing.value.key == "calling_certificate"
    installed.write_bytes(foreign_certificate(tmp_path, "car-0001").read_bytes())
    with pytest.raises(OfflineError) as foreign:
        tokens.token("")
    assert foreign.value.key == "connection_lost"  # asyncio ends such a connection without an alert
    installed.write_bytes(back_end.car().read_bytes())
    assert tokens.token("").token
    back_end.clock.ahead = timedelta(days=91)
    with pytest.raises(RefusedError) as expired:
        tokens.token("")
    assert expired.value.key == "calling_certificate"
    back_end.clock.ahead = timedelta()
    back_end.enrolment.revoke("car-0001", back_end.clock.now())
    tokens.used(tokens.token(""), 0)
    with pytest.raises(RefusedError) as revoked:
        tokens.token("")
    assert revoked.value.key == "calling_car"


def test_azures_wait_and_outage_reach_the_car(tokens: FleetCallingTokens, cloud: RunningCloud) -> None:
    cloud.inject(Fault("status", 1, "/identities", status=429, retry_after="7"))
    with pytest.raises(ThrottledError) as wait:
        tokens.token("")
    assert wait.value.retry_after == 7
    cloud.inject(Fault("status", 1, "/identities", status=500))
    with pytest.raises(OutageError) as outage:
        tokens.token("")
    assert outage.value.key == "calling_azure"


def test_without_minutes_the_car_says_so(tmp_path: Path, cloud: RunningCloud, identity: MicrosoftIdentity) -> None:
    with CallingBackEnd(tmp_path, cloud, minutes=1) as back_end:
        tokens = tokens_of(back_end, identity, back_end.car())
        tokens.token("")
        tokens._held.clear()
        with pytest.raises(RefusedError) as error:
            tokens.token("")
    assert error.value.key == "calling_minutes"


# --- every answer ---------------------------------------------------------------------------------------


def scripted(certificates: Certificates, tmp_path: Path, answer: Answer) -> CarlendarError:
    """Return what a scripted answer of the back end raises."""
    with HttpServer(certificates, lambda _: answer) as server:
        tokens = FleetCallingTokens(
            server.root, foreign_certificate(tmp_path, "car-0001"), certificates.ca_file, lambda *_: "token",
            lambda: datetime.now(UTC),
        )  # fmt: skip
        with pytest.raises(CarlendarError) as error:
            tokens.token("a1")
    return error.value


def test_every_refusal_of_the_back_end_has_a_reason_with_a_text(certificates: Certificates, tmp_path: Path) -> None:
    keys = set()
    for reason in Reason:
        body = msgspec.json.encode({"error": reason.value})
        status = 429 if reason is Reason.TOO_MANY else 403
        error = scripted(certificates, tmp_path, Answer(status, {"Retry-After": "3"}, body))
        key = getattr(error, "reason", "") or error.key
        assert REASONS[key].text, reason
        keys.add(key)
    assert len(keys) >= 12


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (Answer(200, {}, b"{}"), "unreadable"),
        (Answer(200, {}, b"<html>"), "unreadable"),
        (Answer(200, {}, b"[" * 50_000), "unreadable"),
        (Answer(200, {}, b"x" * 70_000), "unreadable"),
        (Answer(302, {"Location": "https://portal.example/"}, b""), "unreadable"),
        (Answer(404, {}, b"no such page"), "unreadable"),
        (Answer(500, {}, b""), "calling_azure"),
        (Answer(0), "connection_lost"),
    ],
)
def test_an_answer_that_makes_no_sense_is_an_outage_and_no_crash(
    certificates: Certificates, tmp_path: Path, answer: Answer, key: str
) -> None:
    assert scripted(certificates, tmp_path, answer).key == key


@pytest.mark.parametrize("before", [b"HTTP/1.0 200 OK\r\nX: ", b"HTTP/1.0 200 OK\r\n\r\n"], ids=["headers", "body"])
def test_an_answer_that_never_ends_is_given_up_in_time(
    certificates: Certificates, tmp_path: Path, before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling_tokens, "WHOLE_SECONDS", 0.4)
    over = threading.Event()

    def drip(to: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):  # it hangs up
            to.wfile.write(before)
            while not over.wait(0.05):
                to.wfile.write(b" ")

    with HttpServer(certificates, raw=drip) as server:
        tokens = FleetCallingTokens(
            server.root, foreign_certificate(tmp_path, "car-0001"), certificates.ca_file, lambda *_: "",
            lambda: datetime.now(UTC),
        )  # fmt: skip
        began = time.monotonic()
        with pytest.raises(OfflineError) as error:
            tokens.token("")
        over.set()
    assert error.value.key == "timeout"
    assert time.monotonic() - began < 10


def test_without_a_network_the_reason_is_the_networks(certificates: Certificates, tmp_path: Path) -> None:
    tokens = FleetCallingTokens(
        "https://localhost:1", foreign_certificate(tmp_path, "car-0001"), certificates.ca_file, lambda *_: "",
        lambda: datetime.now(UTC),
    )  # fmt: skip
    with pytest.raises(OfflineError) as error:
        tokens.token("")
    assert error.value.key == "connection_refused"


def test_a_back_end_of_another_authority_is_not_trusted(
    certificates: Certificates, tmp_path: Path, back_end: CallingBackEnd, identity: MicrosoftIdentity
) -> None:
    tokens = FleetCallingTokens(
        back_end.url, back_end.car(), certificates.ca_file, lambda *_: pytest.fail("no token may be sent"),
        back_end.clock.now,
    )  # fmt: skip
    with pytest.raises(OutageError) as error:
        tokens.token("")
    assert error.value.key == "certificate_authority"
