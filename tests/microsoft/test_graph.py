"""The Graph client's guards, against a server that does what Graph should never do."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.account import Calendar
from app.domain.ports import ResponseKind
from app.errors import GoneError, OutageError, RefusedError, SignInNeededError, ThrottledError
from app.microsoft.actions import TRANSACTION_HEADER, MicrosoftActions
from app.microsoft.calendar import MicrosoftCalendar
from app.microsoft.clouds import custom_cloud
from app.microsoft.faults import RENEW
from app.microsoft.graph import CONCURRENT, GraphClient
from app.microsoft.me import Me, read_dial_in, read_me
from app.microsoft.session import HttpSession

Answer = tuple[int, dict[str, str], bytes]
Script = Callable[[str, str, dict[str, str], bytes], Answer]
Connect = Callable[[Script], GraphClient]
CALENDAR = Calendar("cal", "account", "Calendar", is_default=True)
START, END = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def tokens() -> list[str]:
    """Claims that tokens were asked for with."""
    return []


@pytest.fixture
def connect(serve: Callable[[Script], str], ca_file: str, tokens: list[str]) -> Iterator[Connect]:
    http = HttpSession(ca_file=ca_file)

    def token(claims: str) -> str:
        tokens.append(claims)
        return f"token{len(tokens)}"

    yield lambda script: GraphClient(custom_cloud("https://localhost:1", serve(script)), http, token)
    http.close()


def said(data: Any, status: int = 200, **headers: str) -> Answer:
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


@pytest.mark.parametrize("change_ids", [True, False], ids=["new ids for ever", "the same page for ever"])
def test_pages_without_end_are_an_outage_not_a_loop(connect: Connect, change_ids: bool) -> None:
    with pytest.raises(OutageError):
        list(connect(endless(change_ids)).pages("/me/calendars", cap=7))


def test_a_link_that_repeats_is_an_outage(connect: Connect) -> None:
    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        return said({"value": [], "@odata.nextLink": f"https://{headers['Host']}/v1.0/again"})

    with pytest.raises(OutageError):
        list(connect(script).pages("/me/calendars"))


@pytest.mark.parametrize("link", ["https://evil.example/v1.0/me", "http://localhost/", "x", "file:///"])
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


def batch(answer: Callable[[str, int], dict[str, Any]], sizes: list[int]) -> Script:
    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        requests = json.loads(body)["requests"]
        sizes.append(len(requests))
        answers = [{"id": entry["id"], **answer(entry["url"], at)} for at, entry in enumerate(requests)]
        return said({"responses": answers[::-1]})

    return script


def test_bodies_come_in_batches_as_they_are_and_gone_events_are_left_out(connect: Connect) -> None:
    sizes: list[int] = []

    def answer(url: str, at: int) -> dict[str, Any]:
        if "id7?" in url:
            return {"status": 404, "body": {"error": {"code": "ErrorItemNotFound"}}}
        content = None if "id8?" in url else f"<p>{url}</p>"
        return {"status": 200, "body": {"body": {"contentType": "html", "content": content}}}

    found = MicrosoftCalendar(connect(batch(answer, sizes)), "account").bodies(CALENDAR, [f"id{n}" for n in range(45)])
    assert sizes == [20, 20, 5]
    assert set(found) == {f"id{n}" for n in range(45)} - {"id7"}
    assert found["id1"] == "<p>/me/events/id1?$select=id,body</p>"
    assert found["id8"] == ""


def test_throttled_parts_of_a_batch_are_asked_again_a_few_at_a_time(connect: Connect) -> None:
    sizes: list[int] = []

    def answer(url: str, at: int) -> dict[str, Any]:
        return {"status": 200, "body": {"body": {"content": url}}} if at < 4 else {"status": 429, "headers": None}

    found = MicrosoftCalendar(connect(batch(answer, sizes)), "account").bodies(CALENDAR, [f"id{n}" for n in range(20)])
    assert len(found) == 20
    assert sizes == [20, 4, 4, 4, 4]


def test_a_batch_that_is_throttled_as_a_whole_says_how_long_to_wait(connect: Connect) -> None:
    script = batch(lambda *_: {"status": 429, "headers": {"retry-after": "3.5"}}, [])
    with pytest.raises(ThrottledError) as caught:
        MicrosoftCalendar(connect(script), "account").bodies(CALENDAR, ["a"])
    assert caught.value.retry_after == 3.5


@pytest.mark.parametrize("data", [{}, {"responses": None}, {"responses": [7, {"id": "x"}, {"id": "9", "status": 200}]}])
def test_a_batch_with_answers_missing_is_an_outage(connect: Connect, data: dict[str, Any]) -> None:
    with pytest.raises(OutageError):
        MicrosoftCalendar(connect(lambda *_: said(data)), "account").bodies(CALENDAR, ["a"])


def listing_with(delta: Answer) -> Script:
    """A calendar of one event whose delta answers `delta`."""
    moment = {"dateTime": "2026-11-20T09:00:00.0000000", "timeZone": "UTC"}

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        return delta if "/delta" in path else said({"value": [{"id": "a", "start": moment, "end": moment}]})

    return script


@pytest.mark.parametrize(
    "delta",
    [
        said({"error": {"code": "syncStateNotFound"}}, 410),
        said({"error": {"code": "ErrorInvalidRequest"}}, 400),
        said({}, 503),
        (200, {}, b"<html>"),
        said({"value": []}),
        said({}),
        said({"value": [{"id": "a"}], "@odata.nextLink": "https://evil.example/"}),
    ],
    ids=["lost", "refused", "outage", "garbage", "no link", "no list", "foreign link"],
)
def test_any_trouble_with_delta_leads_back_to_the_listing(connect: Connect, delta: Answer) -> None:
    source = MicrosoftCalendar(connect(listing_with(delta)), "account")
    position = ""
    for _ in range(4):
        listing = source.listing(CALENDAR, START, END, position)
        assert listing.events is not None
        assert [event.id for event in listing.events] == ["a"]
        position = listing.position
    assert listing.traffic.requests == 1, "it is not tried for ever in one window"


def test_throttling_is_not_answered_with_more_requests(connect: Connect) -> None:
    source = MicrosoftCalendar(connect(listing_with(said({}, 429, **{"Retry-After": "2"}))), "account")
    position = source.listing(CALENDAR, START, END, "").position
    with pytest.raises(ThrottledError):
        source.listing(CALENDAR, START, END, position)


@pytest.mark.parametrize("position", ["nonsense", "{}", "[]", '{"version":0,"start":"x","end":"y"}', "null"])
def test_a_position_of_somebody_else_means_a_listing(connect: Connect, position: str) -> None:
    listing = MicrosoftCalendar(connect(listing_with(said({}))), "account").listing(CALENDAR, START, END, position)
    assert listing.events is not None


def test_the_listing_asks_for_all_but_the_body(connect: Connect) -> None:
    asked: list[str] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        asked.append(path)
        return said({"value": []})

    other = Calendar("a/b+c==", "account", "Other")
    MicrosoftCalendar(connect(script), "account").listing(other, START, END, "")
    query = parse_qs(urlsplit(asked[0]).query)
    assert asked[0].startswith("/v1.0/me/calendars/a%2Fb%2Bc%3D%3D/calendarView?")
    assert query["startDateTime"] == ["2026-11-20T00:00:00Z"]
    assert query["$top"] == ["500"]
    assert query["$orderby"] == ["start/dateTime"]
    assert "body" not in query["$select"][0]


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


def test_the_join_address_is_escaped_once_more_in_the_filter(connect: Connect) -> None:
    asked: list[str] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        asked.append(path)
        return said({"value": [{"audioConferencing": {"ConferenceId": "77", "tollNumber": "+1"}}]})

    found = read_dial_in(connect(script), "https://teams.microsoft.com/l/meetup-join/19%3ameeting")
    assert "19%253ameeting" in asked[0]
    assert found is not None
    assert (found.conference_id, found.toll_number) == ("77", "+1")
