"""Staying signed in, and signing out: real MSAL over real TLS against the emulated cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from carlendar.domain.ports import SignedIn
from carlendar.errors import RefusedError, ServiceError, SignInNeededError, ThrottledError
from carlendar.microsoft.clouds import READ_SCOPES, RESPOND_SCOPE, Cloud, custom_cloud
from carlendar.microsoft.faults import RENEW
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from tests.microsoft.conftest import OUTAGES

ADA, BEN = "ada@contoso.example", "ben@contoso.example"
Asked = list[tuple[str, dict[str, str]]]
Answer = tuple[int, dict[str, str], bytes]
Serve = Callable[[Callable[[str, str, dict[str, str], bytes], Answer]], str]
SignedInAs = Callable[..., SignedIn]
Start = Callable[[], MicrosoftIdentity]


def renewals(asked: Asked) -> list[str]:
    """The refresh tokens that were spent."""
    return [form["refresh_token"] for _, form in asked if form.get("grant_type") == "refresh_token"]


def test_a_token_is_kept_and_not_asked_for_again(
    signed_in: SignedInAs, identity: MicrosoftIdentity, start: Start, running: RunningCloud, asked: Asked
) -> None:
    account = signed_in(identity)
    token = identity.token(account.account_id, READ_SCOPES)
    before = len(asked)
    assert identity.token(account.account_id, READ_SCOPES) == token
    assert len(asked) == before
    assert start().token(account.account_id, READ_SCOPES) == token
    assert len(renewals(asked)) == 0


def test_refresh_tokens_rotate_and_each_is_on_the_disk_at_once(
    signed_in: SignedInAs, identity: MicrosoftIdentity, start: Start, running: RunningCloud, asked: Asked
) -> None:
    account = signed_in(identity)
    tokens = {start().token(account.account_id, READ_SCOPES, RENEW) for _ in range(3)}
    assert len(tokens) == 3
    assert len(renewals(asked)) == 3
    spent = renewals(asked)
    assert len(set(spent)) == 3


def test_many_threads_spend_one_refresh_token(
    signed_in: SignedInAs, start: Start, identity: MicrosoftIdentity, running: RunningCloud, asked: Asked
) -> None:
    account = signed_in(identity)
    wider = (*READ_SCOPES, RESPOND_SCOPE)
    flow = identity.start_device_code(wider)
    running.approve(flow.code.user_code, ADA)
    flow.poll()
    fresh = start()
    fresh.token(account.account_id, READ_SCOPES, RENEW)
    before = len(renewals(asked))
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _: fresh.token(account.account_id, [RESPOND_SCOPE]), range(16)))
    assert len(tokens) == 1
    assert len(renewals(asked)) - before <= 1


@pytest.mark.parametrize("fault", OUTAGES[:7], ids=lambda fault: f"{fault.kind} {fault.status} {fault.garbage}")
def test_an_outage_while_renewing_signs_no_one_out(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud, now: list[float], fault: Fault
) -> None:
    account = signed_in(identity)
    running.inject(fault)
    for _ in range(fault.count or 0):
        with pytest.raises(ServiceError):
            identity.token(account.account_id, READ_SCOPES, RENEW)
    now[0] += 3
    assert identity.account_ids() == {account.account_id}
    assert identity.token(account.account_id, READ_SCOPES, RENEW), "it works as soon as the service does"


def test_a_time_to_wait_is_kept_without_asking(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud, now: list[float], asked: Asked
) -> None:
    account = signed_in(identity)
    running.inject(Fault("status", 1, "/token", status=429, retry_after="7.5"))
    with pytest.raises(ThrottledError) as caught:
        identity.token(account.account_id, READ_SCOPES, RENEW)
    assert caught.value.retry_after == 7.5
    before = len(asked)
    now[0] += 7
    with pytest.raises(ThrottledError) as caught:
        identity.token(account.account_id, READ_SCOPES, RENEW)
    assert caught.value.retry_after == 0.5
    assert len(asked) == before
    now[0] += 0.5
    assert identity.token(account.account_id, READ_SCOPES, RENEW)


def test_a_good_token_survives_an_outage_over_a_restart(
    signed_in: SignedInAs, identity: MicrosoftIdentity, start: Start, running: RunningCloud
) -> None:
    account = signed_in(identity)
    token = identity.token(account.account_id, READ_SCOPES)
    running.inject(Fault("status", None, "oauth2|openid", status=503))
    assert start().token(account.account_id, READ_SCOPES) == token


def test_a_revoked_account_is_reported_and_stays_known(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud
) -> None:
    account = signed_in(identity)
    ben = signed_in(identity, BEN)
    running.revoke(ADA)
    for _ in range(2):
        with pytest.raises(SignInNeededError) as caught:
            identity.token(account.account_id, READ_SCOPES, RENEW)
        assert caught.value.revoked
        assert (caught.value.reason, caught.value.code) == ("password_changed", "AADSTS50173")
    assert identity.token(ben.account_id, READ_SCOPES, RENEW)
    assert signed_in(identity).account_id == account.account_id
    assert identity.token(account.account_id, READ_SCOPES)


@pytest.mark.parametrize(
    ("refusal", "reason", "revoked"),
    [
        ("disabled", "disabled", True),
        ("second_factor", "confirm", False),
        ("device_not_compliant", "device", False),
        ("blocked_by_policy", "policy", False),
        ("sign_in_frequency", "too_old", False),
        ("consent_needed", "consent", False),
        ("expired_password", "password_expired", False),
    ],
)
def test_a_refused_renewal_says_what_to_do(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud, refusal: str, reason: str, revoked: bool
) -> None:
    account = signed_in(identity)
    running.disable(ADA, refusal)
    running.enable(BEN)
    with pytest.raises(SignInNeededError) as caught:
        identity.token(account.account_id, READ_SCOPES, RENEW)
    assert caught.value.reason in (reason, "password_changed")
    if caught.value.reason == reason:
        assert caught.value.revoked is revoked
    assert identity.account_ids() == {account.account_id}


def test_claims_of_a_service_reach_the_new_sign_in(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud
) -> None:
    account = signed_in(identity)
    running.inject(Fault("identity", 1, "refresh_token", code="interaction_required", suberror="basic_action"))
    claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    with pytest.raises(SignInNeededError) as caught:
        identity.token(account.account_id, READ_SCOPES, claims)
    assert caught.value.claims == claims
    assert not caught.value.revoked
    flow = identity.start_device_code(READ_SCOPES, caught.value.claims)
    running.approve(flow.code.user_code, ADA)
    assert flow.poll() is not None


def test_a_claims_challenge_is_met_without_the_person(
    signed_in: SignedInAs,
    identity: MicrosoftIdentity,
    running: RunningCloud,
    cloud: Cloud,
    http: HttpSession,
    asked: Asked,
) -> None:
    account = signed_in(identity)
    graph = GraphClient(cloud, http, lambda claims: identity.token(account.account_id, READ_SCOPES, claims))
    graph.get("/me")
    running.challenge(ADA)
    assert graph.get("/me").data["userPrincipalName"] == ADA
    sent = [json.loads(form["claims"]) for _, form in asked if "refresh_token" in form]
    assert len(sent) == 1
    assert sent[0]["access_token"]["nbf"]["essential"] is True
    assert sent[0]["access_token"]["xms_cc"] == {"values": ["CP1"]}


def test_a_token_that_ended_early_is_renewed_by_the_graph_client(
    signed_in: SignedInAs,
    identity: MicrosoftIdentity,
    running: RunningCloud,
    cloud: Cloud,
    http: HttpSession,
    asked: Asked,
) -> None:
    account = signed_in(identity)
    graph = GraphClient(cloud, http, lambda claims: identity.token(account.account_id, READ_SCOPES, claims))
    running.expire_tokens(ADA)
    assert graph.get("/me").data["userPrincipalName"] == ADA
    assert len(renewals(asked)) == 1


def test_ended_sessions_ask_the_person(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud, cloud: Cloud, http: HttpSession
) -> None:
    account = signed_in(identity)
    graph = GraphClient(cloud, http, lambda claims: identity.token(account.account_id, READ_SCOPES, claims))
    running.revoke(ADA)
    with pytest.raises(SignInNeededError) as caught:
        graph.get("/me")
    assert caught.value.revoked


def test_what_was_not_granted_is_refused_and_signs_no_one_out(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud, cloud: Cloud, http: HttpSession
) -> None:
    account = signed_in(identity)
    graph = GraphClient(cloud, http, lambda claims: identity.token(account.account_id, READ_SCOPES, claims))
    with pytest.raises(RefusedError):
        graph.post("/me/sendMail", {"message": {"subject": "x", "toRecipients": []}})
    assert identity.account_ids() == {account.account_id}


def test_an_ageing_token_is_kept_when_its_renewal_fails(serve: Serve, ca_file: str, vault: Vault) -> None:
    replies: list[Answer] = []
    bad_days: list[Answer] = [(503, {}, b""), (200, {}, b"<html>"), (429, {}, b"{}"), (0, {}, b"")]

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        root = f"https://{headers['Host']}"
        if "openid" in path:
            names = ("authorization_endpoint", "token_endpoint", "device_authorization_endpoint")
            return 200, {}, json.dumps({name: f"{root}/t/{name}" for name in names}).encode()
        if path.endswith("device_authorization_endpoint"):
            code = {"user_code": "A", "device_code": "d", "verification_uri": root, "interval": 0, "expires_in": 9}
            return 200, {}, json.dumps(code).encode()
        return replies.pop(0)

    token = {
        "access_token": "ageing",
        "refresh_token": "r",
        "expires_in": 3600,
        "refresh_in": -10,
        "scope": "Calendars.Read",
        "client_info": "eyJ1aWQiOiJ1IiwidXRpZCI6InQifQ",
    }
    replies.append((200, {}, json.dumps(token).encode()))
    identity = MicrosoftIdentity(
        custom_cloud(serve(script), "https://localhost:1"), "app", vault, HttpSession(ca_file=ca_file)
    )
    account = identity.start_device_code(["Calendars.Read"]).poll()
    assert account is not None
    for bad in bad_days:
        replies.append(bad)
        assert identity.token(account.account_id, ["Calendars.Read"]) == "ageing"
    assert not replies
    replies.append((200, {}, json.dumps(token | {"access_token": "new", "refresh_in": 3000}).encode()))
    assert identity.token(account.account_id, ["Calendars.Read"]) == "new"
