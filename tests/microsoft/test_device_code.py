"""Signing in with a device code: real MSAL over real TLS against the emulated cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from carlendar.domain.ports import Identity, SignedIn, SignInFlow
from carlendar.errors import OfflineError, OutageError, SignInExpiredError, SignInRefusedError, VaultError
from carlendar.microsoft.clouds import READ_SCOPES, Cloud, custom_cloud
from carlendar.microsoft.device_code import DeviceCodeFlow
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from tests.microsoft.conftest import OUTAGES

ADA = "ada@contoso.example"
Asked = list[tuple[str, dict[str, str]]]
Answer = tuple[int, dict[str, str], bytes]
Serve = Callable[[Callable[[str, str, dict[str, str], bytes], Answer]], str]
SignedInAs = Callable[..., SignedIn]


def as_ports(identity: MicrosoftIdentity, flow: DeviceCodeFlow) -> tuple[Identity, SignInFlow]:
    """For the type checker: they are what the program asks for."""
    return identity, flow


def me(cloud: Cloud, http: HttpSession, token: str) -> str:
    return str(GraphClient(cloud, http, lambda _: token).get("/me").data["userPrincipalName"])


def test_a_code_is_shown_waited_for_and_brings_an_account(
    identity: MicrosoftIdentity, running: RunningCloud, cloud: Cloud, http: HttpSession, now: list[float]
) -> None:
    flow = identity.start_device_code(READ_SCOPES)
    assert (flow.code.verification_uri, flow.code.expires_in, flow.code.interval) == (running.verification, 900, 5)
    assert flow.poll() is None
    running.approve(flow.code.user_code, ADA)
    now[0] += 5
    account = flow.poll()
    assert account is not None
    assert (account.address, account.name, account.scopes) == (ADA, "Ada Example", ("Calendars.Read", "User.Read"))
    assert "ada" not in account.account_id
    assert flow.poll() == account
    assert me(cloud, http, identity.token(account.account_id, READ_SCOPES)) == ADA


def test_polling_before_the_interval_asks_no_one(identity: MicrosoftIdentity, asked: Asked, now: list[float]) -> None:
    flow = identity.start_device_code(READ_SCOPES)
    flow.poll()
    before = len(asked)
    now[0] += 4.9
    assert flow.poll() is None
    assert len(asked) == before
    now[0] += 0.1
    assert flow.poll() is None
    assert len(asked) == before + 1


def test_the_service_can_slow_the_polling_down(
    identity: MicrosoftIdentity, running: RunningCloud, now: list[float], asked: Asked
) -> None:
    running.inject(Fault("identity", 1, "device_code", code="slow_down"))
    flow = identity.start_device_code(READ_SCOPES)
    flow.poll()
    assert flow.code.interval == 10
    before = len(asked)
    now[0] += 5
    flow.poll()
    assert len(asked) == before


@pytest.mark.parametrize(
    ("refusal", "kind", "reason", "code"),
    [
        ("declined", SignInRefusedError, "declined", "AADSTS65004"),
        ("expired_code", SignInExpiredError, "expired", "AADSTS70020"),
        ("bad_code", SignInExpiredError, "expired", "AADSTS70018"),
        ("blocked_by_policy", SignInRefusedError, "policy", "AADSTS53003"),
        ("device_needed", SignInRefusedError, "device", "AADSTS50097"),
        ("device_not_compliant", SignInRefusedError, "device", "AADSTS53000"),
        ("device_not_joined", SignInRefusedError, "device", "AADSTS53001"),
        ("second_factor", SignInRefusedError, "confirm", "AADSTS50076"),
        ("second_factor_enroll", SignInRefusedError, "confirm", "AADSTS50079"),
        ("disabled", SignInRefusedError, "disabled", "AADSTS50057"),
        ("expired_password", SignInRefusedError, "password_expired", "AADSTS50055"),
        ("locked", SignInRefusedError, "locked", "AADSTS50053"),
        ("unknown_person", SignInRefusedError, "unknown_user", "AADSTS50034"),
        ("not_assigned", SignInRefusedError, "not_assigned", "AADSTS50105"),
        ("wrong_tenant", SignInRefusedError, "wrong_tenant", "AADSTS50020"),
        ("consent_needed", SignInRefusedError, "consent", "AADSTS65001"),
        ("admin_consent_needed", SignInRefusedError, "admin_consent", "AADSTS90094"),
        ("sign_in_frequency", SignInRefusedError, "too_old", "AADSTS70043"),
        ("bad_request", SignInRefusedError, "setup", "AADSTS900144"),
    ],
)
def test_every_refusal_ends_the_flow_with_its_reason(
    identity: MicrosoftIdentity, running: RunningCloud, refusal: str, kind: type[Exception], reason: str, code: str
) -> None:
    flow = identity.start_device_code(READ_SCOPES)
    running.refuse(flow.code.user_code, refusal)
    with pytest.raises((SignInRefusedError, SignInExpiredError)) as caught:
        flow.poll()
    assert type(caught.value) is kind
    assert (caught.value.reason, caught.value.code) == (reason, code)
    assert identity.account_ids() == frozenset()


@pytest.mark.parametrize("fault", OUTAGES, ids=lambda fault: f"{fault.kind} {fault.status} {fault.garbage}")
def test_bad_days_of_the_service_only_make_the_wait_longer(
    identity: MicrosoftIdentity, running: RunningCloud, now: list[float], fault: Fault
) -> None:
    flow = identity.start_device_code(READ_SCOPES)
    running.approve(flow.code.user_code, ADA)
    running.inject(fault)
    for _ in range(fault.count or 0):
        assert flow.poll() is None
        now[0] += 5
    assert flow.poll() is not None, "once it is well again the next poll succeeds"


def test_a_code_ends_with_its_time_even_offline(
    identity: MicrosoftIdentity, running: RunningCloud, now: list[float]
) -> None:
    flow = identity.start_device_code(READ_SCOPES)
    running.inject(Fault("cut", None, "/token"))
    now[0] += 899
    assert flow.poll() is None
    now[0] += 5
    with pytest.raises(SignInExpiredError) as caught:
        flow.poll()
    assert caught.value.reason == "expired"


def test_an_approval_in_the_last_moment_counts(
    identity: MicrosoftIdentity, running: RunningCloud, now: list[float]
) -> None:
    flow = identity.start_device_code(READ_SCOPES)
    now[0] += 901
    running.approve(flow.code.user_code, ADA)
    assert flow.poll() is not None


def test_an_application_that_is_not_registered_is_reported(cloud: Cloud, vault: Vault, http: HttpSession) -> None:
    with pytest.raises(SignInRefusedError) as caught:
        MicrosoftIdentity(cloud, "00000000-0000-0000-0000-000000000000", vault, http).start_device_code(READ_SCOPES)
    assert (caught.value.reason, caught.value.code) == ("application", "AADSTS700016")
    with pytest.raises(SignInRefusedError) as caught:
        MicrosoftIdentity(cloud, "", vault, http).start_device_code(READ_SCOPES)
    assert caught.value.reason == "client_id"


def test_an_unknown_directory_is_reported(running: RunningCloud, vault: Vault, http: HttpSession) -> None:
    elsewhere = custom_cloud(f"{running.origin}/nowhere.example", running.graph, str(running.ca_file))
    with pytest.raises(SignInRefusedError) as caught:
        MicrosoftIdentity(elsewhere, running.client_id, vault, http).start_device_code(READ_SCOPES)
    assert caught.value.reason == "unknown_tenant"


def test_offline_is_offline_and_the_next_try_works(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud
) -> None:
    running.inject(Fault("cut", 2, "openid-configuration"))
    with pytest.raises(OfflineError):
        identity.start_device_code(READ_SCOPES)
    assert signed_in(identity).address == ADA


def test_no_one_is_sent_through_a_sign_in_that_cannot_be_stored(
    cloud: Cloud, running: RunningCloud, vault_folder: Path, http: HttpSession, asked: Asked
) -> None:
    class Nowhere(FileKey):
        def available(self) -> bool:
            return False

    vault = Vault(vault_folder, sources=(Nowhere(vault_folder),))
    with pytest.raises(VaultError):
        MicrosoftIdentity(cloud, running.client_id, vault, http).start_device_code(READ_SCOPES)
    assert asked == []


def test_a_person_who_tries_again_is_not_answered_out_of_memory(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud
) -> None:
    running.inject(Fault("identity", 1, "devicecode", code="invalid_request"))
    with pytest.raises(SignInRefusedError):
        identity.start_device_code(READ_SCOPES)
    assert signed_in(identity).address == ADA


@pytest.mark.parametrize(
    "odd",
    [{"access_token": "x"}, {"access_token": "x", "client_info": "!!!"}, {"access_token": "x", "id_token": "a.b"}, []],
    ids=["nobody", "bad client info", "bad id token", "no object"],
)
def test_a_sign_in_that_names_no_one_is_an_outage(serve: Serve, ca_file: str, vault: Vault, odd: object) -> None:
    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        names = ("authorization_endpoint", "token_endpoint", "device_authorization_endpoint")
        data: object = {name: f"https://{headers['Host']}/t/{name}" for name in names} if "openid" in path else odd
        if path.endswith("device_authorization_endpoint"):
            data = {"user_code": "A", "device_code": "d", "verification_uri": "https://h", "interval": "0"}
        return 200, {}, json.dumps(data).encode()

    identity = MicrosoftIdentity(
        custom_cloud(serve(script), "https://localhost:1"), "app", vault, HttpSession(ca_file=ca_file)
    )
    flow = identity.start_device_code(["Calendars.Read"])
    with suppress(OutageError):
        assert flow.poll() is None
    assert identity.account_ids() == frozenset()
