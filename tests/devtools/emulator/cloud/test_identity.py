"""Signing in with MSAL, over TLS: device code, browser, renewal, refusals, claims challenges."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import msal
import pytest

from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.cloud.tokens import CONSUMERS_TENANT
from carlendar_devtools.emulator.world.invitation_parts import TENANT_ID
from tests.devtools.emulator.cloud.conftest import NewApp, NewSession
from tests.fakes.clocks import ManualClock

ANA, BEN, CASEY = "ana@contoso.example", "ben@contoso.example", "casey@contoso.example"
SCOPES = ["User.Read", "Calendars.Read"]


def once(app: msal.PublicClientApplication, flow: dict[str, Any]) -> dict[str, Any]:
    """Poll one time, without waiting."""
    result: dict[str, Any] = app.acquire_token_by_device_flow(flow, exit_condition=lambda _flow: True)
    return result


def signed_in(
    cloud: RunningCloud, app: msal.PublicClientApplication, address: str = ANA, scopes: list[str] = SCOPES
) -> dict[str, Any]:
    flow = app.initiate_device_flow(scopes)
    cloud.approve(flow["user_code"], address)
    return once(app, flow)


def form_of(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def test_device_code_flow_signs_in_the_person_who_approved(cloud: RunningCloud, new_app: NewApp) -> None:
    app = new_app(client_capabilities=["CP1"])
    flow = app.initiate_device_flow(SCOPES)
    assert once(app, flow)["error"] == "authorization_pending"
    cloud.approve(flow["user_code"], BEN)
    result = once(app, flow)
    assert set(SCOPES) <= set(result["scope"].split())
    assert app.get_accounts()[0]["username"] == BEN
    assert result["id_token_claims"]["name"] == "Ben Okafor"


def test_a_device_code_works_once(cloud: RunningCloud, new_app: NewApp) -> None:
    app = new_app()
    flow = app.initiate_device_flow(SCOPES)
    cloud.approve(flow["user_code"], ANA)
    assert "access_token" in once(app, flow)
    assert once(new_app(), flow)["error"] == "invalid_grant"


def test_polling_faster_than_the_interval_is_slowed_down(
    cloud: RunningCloud, new_app: NewApp, elapsed: ManualClock
) -> None:
    cloud.identity.devices.interval = 5
    app = new_app()
    flow = app.initiate_device_flow(SCOPES)
    assert once(app, dict(flow))["error"] == "authorization_pending"
    elapsed.now += 1
    assert once(new_app(), dict(flow))["error"] == "slow_down"
    elapsed.now += 10
    assert once(new_app(), dict(flow))["error"] == "authorization_pending"


def test_a_device_code_expires(cloud: RunningCloud, new_app: NewApp, elapsed: ManualClock) -> None:
    app = new_app()
    flow = app.initiate_device_flow(SCOPES)
    elapsed.now += 901
    assert once(app, flow)["error"] == "expired_token"
    with pytest.raises(LookupError):
        cloud.approve(flow["user_code"], ANA)


@pytest.mark.parametrize(
    ("reason", "error", "number"),
    [
        ("declined", "authorization_declined", 65004),
        ("blocked_by_policy", "invalid_grant", 53003),
        ("device_needed", "interaction_required", 50097),
        ("device_not_compliant", "interaction_required", 53000),
        ("expired_password", "invalid_grant", 50055),
        ("consent_needed", "invalid_grant", 65001),
    ],
)
def test_refusals_are_worded_as_microsoft_words_them(
    cloud: RunningCloud, new_app: NewApp, reason: str, error: str, number: int
) -> None:
    app = new_app()
    flow = app.initiate_device_flow(SCOPES)
    cloud.refuse(flow["user_code"], reason)
    result = once(app, flow)
    assert result["error"] == error
    assert result["error_codes"] == [number]
    assert result["error_description"].startswith(f"AADSTS{number}: ")


def test_a_person_whom_policy_blocks_is_refused(cloud: RunningCloud, new_app: NewApp) -> None:
    result = signed_in(cloud, new_app(), CASEY)
    assert (result["error"], result["suberror"], result["error_codes"]) == ("invalid_grant", "message_only", [53003])


def test_the_page_lets_one_of_several_people_type_the_code(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession
) -> None:
    app, browser = new_app(), new_session()
    flow = app.initiate_device_flow(SCOPES)
    guard = form_of(browser.get(cloud.verification).text, "guard")
    typed = f" {flow['user_code'][:4].lower()}-{flow['user_code'][4:]} "
    page = browser.post(cloud.verification, data={"guard": guard, "code": typed}).text
    assert "Ana Lindner" in page
    assert "Ben Okafor" in page
    assert "Calendars.Read" in page
    done = browser.post(
        f"{cloud.verification}/answer", data={"guard": guard, "code": form_of(page, "code"), "person": BEN}
    )
    assert "You are signed in" in done.text
    assert once(app, flow)["id_token_claims"]["preferred_username"] == BEN


def test_the_page_can_cancel_and_says_when_a_code_is_wrong(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession
) -> None:
    app, browser = new_app(), new_session()
    flow = app.initiate_device_flow(SCOPES)
    guard = form_of(browser.get(cloud.verification).text, "guard")
    wrong = browser.post(cloud.verification, data={"guard": guard, "code": "nonsense"})
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text
    browser.post(f"{cloud.verification}/answer", data={"guard": guard, "code": flow["user_code"], "cancel": "1"})
    assert once(app, flow)["error"] == "authorization_declined"


def test_the_page_takes_no_form_from_elsewhere(cloud: RunningCloud, new_app: NewApp, new_session: NewSession) -> None:
    flow = new_app().initiate_device_flow(SCOPES)
    form = {"guard": "x", "code": flow["user_code"], "person": ANA}
    assert new_session().post(f"{cloud.verification}/answer", data=form).status_code == 403
    browser = new_session()
    form["guard"] = form_of(browser.get(cloud.verification).text, "guard")
    foreign = {"Origin": "https://evil.example"}
    assert browser.post(f"{cloud.verification}/answer", data=form, headers=foreign).status_code == 403
    assert len(cloud.pending_codes()) == 1


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_authorization_code_with_pkce(cloud: RunningCloud, new_app: NewApp, new_session: NewSession, mode: str) -> None:
    app, browser = new_app(), new_session()
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost:12345", response_mode="form_post")
    page = browser.get(flow["auth_uri"].replace("form_post", mode)).text
    form = {"guard": form_of(page, "guard"), "asked": form_of(page, "asked"), "person": ANA}
    answer = browser.post(f"{cloud.origin}/authorize/answer", data=form, allow_redirects=False)
    if mode == "query":
        back = {name: value[0] for name, value in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    else:
        back = {name: form_of(answer.text, name) for name in ("code", "state")}
    assert app.acquire_token_by_auth_code_flow(flow, back)["id_token_claims"]["preferred_username"] == ANA
    again = app.acquire_token_by_auth_code_flow(flow, back)
    assert again["error"] == "invalid_grant"


def test_authorization_needs_pkce_the_verifier_and_a_loopback_redirect(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession
) -> None:
    app, browser = new_app(), new_session()
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost:12345", response_mode="form_post")
    elsewhere = flow["auth_uri"].replace("localhost%3A12345", "evil.example")
    assert browser.get(elsewhere, allow_redirects=False).status_code == 400
    bare = flow["auth_uri"].replace("code_challenge_method=S256", "code_challenge_method=plain")
    refused = browser.get(bare, allow_redirects=False)
    assert form_of(refused.text, "error") == "invalid_request"
    cloud.auto_approve(ANA)
    answer = browser.get(flow["auth_uri"]).text
    back = {name: form_of(answer, name) for name in ("code", "state")}
    forged = {**flow, "code_verifier": "x" * 43}
    assert app.acquire_token_by_auth_code_flow(forged, back)["error_codes"] == [501481]


def test_renewal_brings_a_new_refresh_token_and_leaves_the_old_one_valid(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession
) -> None:
    result = signed_in(cloud, new_app())
    form = {
        "grant_type": "refresh_token",
        "client_id": cloud.client_id,
        "scope": "Calendars.Read offline_access openid profile",
        "refresh_token": result["refresh_token"],
    }
    session, token_url = new_session(), f"{cloud.authority}/oauth2/v2.0/token"
    renewed = session.post(token_url, data=form)
    assert renewed.json()["scope"] == "Calendars.Read openid profile"
    assert renewed.json()["refresh_token"] != result["refresh_token"]
    assert session.post(token_url, data=form).status_code == 200
    form["refresh_token"] = renewed.json()["refresh_token"]
    assert session.post(token_url, data=form).status_code == 200
    form["refresh_token"] = "1.forged"
    stale = session.post(token_url, data=form).json()
    assert (stale["error"], stale["suberror"]) == ("invalid_grant", "bad_token")


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "contoso.example", "CONSUMERS", TENANT_ID])
def test_every_documented_authority_signs_in(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession, tenant: str
) -> None:
    app = new_app(authority=f"{cloud.origin}/{tenant}")
    result = signed_in(cloud, app)
    personal = tenant.lower() == "consumers"
    assert result["id_token_claims"]["tid"] == (CONSUMERS_TENANT if personal else TENANT_ID)
    renewed = app.acquire_token_silent(SCOPES, app.get_accounts()[0], force_refresh=True)
    session = new_session()
    session.headers["Authorization"] = f"Bearer {renewed['access_token']}"
    assert session.get(f"{cloud.graph}/me").status_code == 200


@pytest.mark.parametrize(
    ("tenant", "issuer", "endpoints"),
    [
        ("common", "{tenantid}", "common"),
        ("organizations", "{tenantid}", "organizations"),
        ("consumers", CONSUMERS_TENANT, "consumers"),
        ("contoso.example", TENANT_ID, TENANT_ID),
        (TENANT_ID, TENANT_ID, TENANT_ID),
    ],
)
def test_discovery_documents_are_as_microsoft_shapes_them(
    cloud: RunningCloud, new_session: NewSession, tenant: str, issuer: str, endpoints: str
) -> None:
    session = new_session()
    found = session.get(f"{cloud.origin}/{tenant}/v2.0/.well-known/openid-configuration").json()
    assert found["issuer"] == f"{cloud.origin}/{issuer}/v2.0"
    assert found["token_endpoint"] == f"{cloud.origin}/{endpoints}/oauth2/v2.0/token"
    assert found["device_authorization_endpoint"] == f"{cloud.origin}/{endpoints}/oauth2/v2.0/devicecode"
    assert session.get(found["jwks_uri"]).json()["keys"]
    asked = {"api-version": "1.1", "authorization_endpoint": found["authorization_endpoint"]}
    instance = session.get(f"{cloud.origin}/common/discovery/instance", params=asked).json()
    assert session.get(instance["tenant_discovery_endpoint"]).json() == found


def test_a_personal_account_belongs_to_no_organisation(
    cloud: RunningCloud, new_app: NewApp, elapsed: ManualClock
) -> None:
    mailbox = cloud.world.person(ANA)
    mailbox.person = replace(mailbox.person, personal=True)
    result = signed_in(cloud, new_app(authority=f"{cloud.origin}/organizations"))
    assert result["error_codes"] == [500200]
    for tenant in ("common", "consumers", "contoso.example"):
        result = signed_in(cloud, new_app(authority=f"{cloud.origin}/{tenant}"))
        assert result["id_token_claims"]["tid"] == CONSUMERS_TENANT


def test_default_stands_for_scopes_that_are_named_in_the_reply(cloud: RunningCloud, new_app: NewApp) -> None:
    result = signed_in(cloud, new_app(), scopes=["https://graph.microsoft.com/.default"])
    assert "https://graph.microsoft.com/Calendars.Read" in result["scope"].split()


def test_silent_renewal_uses_the_cache_and_then_the_refresh_token(cloud: RunningCloud, new_app: NewApp) -> None:
    app = new_app()
    first = signed_in(cloud, app)["access_token"]
    account = app.get_accounts()[0]
    assert app.acquire_token_silent(SCOPES, account)["access_token"] == first
    assert app.acquire_token_silent(SCOPES, account, force_refresh=True)["access_token"] != first


def test_more_scopes_need_consent_first(cloud: RunningCloud, new_app: NewApp) -> None:
    app = new_app()
    signed_in(cloud, app)
    account = app.get_accounts()[0]
    refused = app.acquire_token_silent_with_error(["Mail.Send"], account)
    assert (refused["error_codes"], refused["classification"]) == ([65001], "consent_required")
    signed_in(cloud, app, scopes=["Mail.Send"])
    assert "access_token" in app.acquire_token_silent(["Mail.Send"], app.get_accounts()[0], force_refresh=True)


def test_a_revoked_session_can_neither_be_used_nor_renewed(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession
) -> None:
    app, session = new_app(), new_session()
    session.headers["Authorization"] = f"Bearer {signed_in(cloud, app)['access_token']}"
    assert session.get(f"{cloud.graph}/me").status_code == 200
    cloud.revoke(ANA)
    refused = session.get(f"{cloud.graph}/me")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert "insufficient_claims" not in refused.headers["WWW-Authenticate"]
    result = app.acquire_token_silent_with_error(SCOPES, app.get_accounts()[0], force_refresh=True)
    assert (result["error"], result["error_codes"]) == ("invalid_grant", [50173])
    assert "access_token" in signed_in(cloud, new_app())


def test_a_disabled_account_is_refused_until_it_is_enabled(cloud: RunningCloud, new_app: NewApp) -> None:
    app = new_app()
    signed_in(cloud, app)
    cloud.disable(ANA)
    result = app.acquire_token_silent_with_error(SCOPES, app.get_accounts()[0], force_refresh=True)
    assert result["error_codes"] == [50173]
    assert signed_in(cloud, new_app())["error_codes"] == [50057]
    cloud.enable(ANA)
    assert "access_token" in signed_in(cloud, new_app())


def test_claims_challenge_comes_to_capable_clients_and_is_answered(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession
) -> None:
    capable, plain = new_app(client_capabilities=["CP1"]), new_app()
    sessions = []
    for app in (capable, plain):
        session = new_session()
        session.headers["Authorization"] = f"Bearer {signed_in(cloud, app)['access_token']}"
        sessions.append(session)
    cloud.challenge(ANA)
    challenged = sessions[0].get(f"{cloud.graph}/me")
    words = challenged.headers["WWW-Authenticate"]
    assert challenged.status_code == 401
    assert 'error="insufficient_claims"' in words
    claims = base64.b64decode(words.split('claims="')[1].split('"')[0]).decode()
    assert json.loads(claims)["access_token"]["nbf"]["essential"] is True
    assert sessions[1].get(f"{cloud.graph}/me").status_code == 200
    renewed = capable.acquire_token_silent(SCOPES, capable.get_accounts()[0], claims_challenge=claims)
    sessions[0].headers["Authorization"] = f"Bearer {renewed['access_token']}"
    assert sessions[0].get(f"{cloud.graph}/me").status_code == 200


def test_access_tokens_end_with_their_life(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession, elapsed: ManualClock
) -> None:
    session = new_session()
    session.headers["Authorization"] = f"Bearer {signed_in(cloud, new_app())['access_token']}"
    elapsed.now += 3601
    assert session.get(f"{cloud.graph}/me").status_code == 401


def test_identity_faults_hit_the_grant_that_they_are_planned_for(cloud: RunningCloud, new_app: NewApp) -> None:
    app = new_app()
    signed_in(cloud, app)
    cloud.inject(
        Fault("identity", 1, "refresh_token", code="interaction_required", suberror="basic_action", number=50076)
    )
    result = app.acquire_token_silent_with_error(SCOPES, app.get_accounts()[0], force_refresh=True)
    assert (result["error"], result["suberror"], result["error_codes"]) == (
        "interaction_required",
        "basic_action",
        [50076],
    )


def test_wrong_tenants_clients_and_scopes_are_refused(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession
) -> None:
    with pytest.raises(ValueError, match="tenant"):
        new_app(authority=f"{cloud.origin}/adatum.example")
    assert new_app(authority=f"{cloud.origin}/common").initiate_device_flow(SCOPES)["user_code"]
    assert new_app().initiate_device_flow(["Files.ReadWrite.All"])["error"] == "invalid_scope"
    session, url = new_session(), f"{cloud.authority}/oauth2/v2.0/devicecode"
    unknown = session.post(url, data={"client_id": "0000", "scope": "User.Read"})
    assert (unknown.status_code, unknown.json()["error_codes"]) == (400, [700016])


def test_signed_identity_tokens_verify_with_the_published_keys(
    cloud: RunningCloud, new_app: NewApp, new_session: NewSession
) -> None:
    token = signed_in(cloud, new_app())["id_token"]
    keys = new_session().get(f"{cloud.authority}/discovery/v2.0/keys").json()
    key = jwt.PyJWKSet.from_dict(keys).keys[0]
    claims = jwt.decode(token, key.key, algorithms=["RS256"], audience=cloud.client_id)
    assert claims["preferred_username"] == ANA
