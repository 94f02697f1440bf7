"""The Graph client's guards, against a server that does what Graph should never do."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from carlendar.domain.account import Calendar
from carlendar.domain.ports import ResponseKind
from carlendar.errors import GoneError, OutageError, RefusedError, SignInNeededError
from carlendar.microsoft.actions import TRANSACTION_HEADER, MicrosoftActions
from carlendar.microsoft.faults import RENEW
from carlendar.microsoft.graph import CONCURRENT, GraphClient
from carlendar.microsoft.me import Me, read_me

Answer = tuple[int, dict[str, str], bytes]
Script = Callable[[str, str, dict[str, str], bytes], Answer]
Connect = Callable[[Script], GraphClient]
CALENDAR = Calendar("cal", "account", "Calendar", is_default=True)
START, END = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)


def said(data: object, status: int = 200, **headers: str) -> Answer:
    return status, headers, json.dumps(data).encode()


def test_every_request_asks_for_immutable_ids_utc_and_has_an_id_of_its_own(connect: Connect) -> None:
    seen: list[dict[str, str]] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        seen.append(headers)
        return said({"value": [], "@odata.nextLink": "/"} if not seen else {"value": []})

    graph = connect(script)
    graph.get("/me", prefer=("odata.maxpagesize=5",))
    graph.get("/me")
    assert seen[0]["Prefer"] == 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=5'
    assert seen[0]["Authorization"] == "Bearer token1"
    assert seen[0]["client-request-id"] != seen[1]["client-request-id"]


def endless(change_ids: bool) -> Script:
    count = [0]

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        count[0] += 1
        identifier = str(count[0]) if change_ids else "same"
        link = f"https://{headers['Host']}/v1.0/me/calendars?$skiptoken={count[0]}"
        return said({"value": [{"id": identifier}], "@odata.nextLink": link})

    return script


@pytest.mark.parametrize("change_ids", [True, False], ids=["new ids without end", "the same page without end"])
def test_pages_without_end_are_an_outage_not_a_loop(connect: Connect, change_ids: bool) -> None:
    with pytest.raises(OutageError):
        list(connect(endless(change_ids)).pages("/me/calendars", cap=7))


def test_a_link_that_repeats_is_an_outage(connect: Connect) -> None:
    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        return said({"value": [], "@odata.nextLink": f"https://{headers['Host']}/v1.0/again"})

    with pytest.raises(OutageError):
        list(connect(script).pages("/me/calendars"))


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/me",
        "http://localhost/",
        "x",
        "file:///",
        "https://[",
        "/\ud800",
        "/a\nb",
        "https://ß/",
    ],
)
def test_no_link_leads_away_from_graphs_own_host(connect: Connect, tokens: list[str], link: str) -> None:
    with pytest.raises(OutageError):
        list(connect(lambda *_: said({"value": [], "@odata.nextLink": link})).pages("/me/calendars"))
    assert len(tokens) == 1, "no token was even made for it"


CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'


def challenge() -> Answer:
    raw = base64.b64encode(CLAIMS.encode()).decode()
    return said({}, 401, **{"WWW-Authenticate": f'Bearer error="insufficient_claims", claims="{raw}"'})


def test_a_claims_challenge_is_answered_once_with_the_claims(connect: Connect, tokens: list[str]) -> None:
    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        return challenge() if headers["Authorization"] == "Bearer token1" else said({"ok": 1})

    assert connect(script).get("/me").data == {"ok": 1}
    assert tokens == ["", CLAIMS]


def test_a_challenge_that_stays_asks_the_person(connect: Connect, tokens: list[str]) -> None:
    with pytest.raises(SignInNeededError) as caught:
        connect(lambda *_: challenge()).get("/me")
    assert caught.value.claims == CLAIMS
    assert len(tokens) == 2


def test_a_token_that_is_no_longer_good_is_renewed_once(connect: Connect, tokens: list[str]) -> None:
    with pytest.raises(SignInNeededError):
        connect(lambda *_: said({"error": {"code": "InvalidAuthenticationToken"}}, 401)).get("/me")
    assert tokens == ["", RENEW]


def test_a_refusal_for_want_of_permission_is_not_tried_again(connect: Connect, tokens: list[str]) -> None:
    with pytest.raises(RefusedError):
        connect(lambda *_: said({"error": {"code": "ErrorAccessDenied"}}, 403)).get("/me")
    assert tokens == [""]


def test_no_more_requests_are_in_flight_than_outlook_takes(connect: Connect) -> None:
    lock, full = threading.Lock(), threading.Barrier(CONCURRENT)
    flying, most = [0], [0]

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        with lock:
            flying[0] += 1
            most[0] = max(most[0], flying[0])
        full.wait(5)
        with lock:
            flying[0] -= 1
        return said({})

    graph = connect(script)
    with ThreadPoolExecutor(9) as pool:
        list(pool.map(lambda _: graph.get("/me"), range(9)))
    assert most[0] == CONCURRENT


def test_actions_send_what_graph_takes(connect: Connect) -> None:
    asked: list[tuple[str, Any, str]] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        asked.append((path, json.loads(body) if body else None, headers["client-request-id"]))
        return 202, {}, b""

    actions = MicrosoftActions(connect(script))
    actions.respond("id=", ResponseKind.TENTATIVE, "Ten minutes late")
    actions.respond("id=", ResponseKind.DECLINE)
    actions.dismiss_reminder("id=")
    actions.send_mail(["ada@contoso.example"], "Late", "Ten minutes", "key-1")
    assert asked[0][:2] == (
        "/v1.0/me/events/id%3D/tentativelyAccept",
        {"sendResponse": True, "comment": "Ten minutes late"},
    )
    assert asked[1][:2] == ("/v1.0/me/events/id%3D/decline", {"sendResponse": True})
    assert asked[2][:2] == ("/v1.0/me/events/id%3D/dismissReminder", None)
    assert asked[3][2] == "key-1"
    assert asked[3][1]["message"]["internetMessageHeaders"] == [{"name": TRANSACTION_HEADER, "value": "key-1"}]


def test_an_action_on_what_is_gone_says_so(connect: Connect) -> None:
    actions = MicrosoftActions(connect(lambda *_: said({"error": {"code": "ErrorItemNotFound"}}, 404)))
    with pytest.raises(GoneError):
        actions.dismiss_reminder("a")


def test_who_it_is_without_permission_for_the_settings(connect: Connect) -> None:
    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if "mailboxSettings" in path:
            return said({"error": {"code": "ErrorAccessDenied"}}, 403)
        return said({"displayName": "Ada", "mail": None, "userPrincipalName": "ada@contoso.example"})

    assert read_me(connect(script)) == Me("Ada", "ada@contoso.example")
