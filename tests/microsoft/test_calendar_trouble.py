"""What the calendar does with a Graph that is throttled, forgetful or garbled; scripted answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from carlendar.domain.account import Calendar
from carlendar.domain.timespan import Timespan
from carlendar.errors import GoneError, OutageError, RefusedError, SignInNeededError, ThrottledError
from carlendar.microsoft import items
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.items import event_from

Answer = tuple[int, dict[str, str], bytes]
Script = Callable[[str, str, dict[str, str], bytes], Answer]
Connect = Callable[[Script], GraphClient]
CALENDAR = Calendar("cal", "account", "Calendar", is_default=True)
START, END = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)


def said(data: object, status: int = 200, **headers: str) -> Answer:
    return status, headers, json.dumps(data).encode()


def batch(answer: Callable[[str, int], dict[str, object]], sizes: list[int]) -> Script:
    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        requests = json.loads(body)["requests"]
        sizes.append(len(requests))
        answers = [{"id": entry["id"], **answer(entry["url"], at)} for at, entry in enumerate(requests)]
        return said({"responses": answers[::-1]})

    return script


def test_bodies_come_in_batches_as_they_are_and_gone_events_are_left_out(connect: Connect) -> None:
    sizes: list[int] = []

    def answer(url: str, at: int) -> dict[str, object]:
        if "id7?" in url:
            return {"status": 404, "body": {"error": {"code": "ErrorItemNotFound"}}}
        content = None if "id8?" in url else f"<p>{url}</p>"
        return {"status": 200, "body": {"body": {"contentType": "html", "content": content}}}

    found = MicrosoftCalendar(connect(batch(answer, sizes)), "account").bodies(CALENDAR, [f"id{n}" for n in range(45)])
    assert sizes == [20, 20, 5]
    assert set(found) == {f"id{n}" for n in range(45)} - {"id7"}
    assert found["id1"] == "<p>/me/events/id1?$select=id,body</p>"
    assert found["id8"] == ""


def paged(pages: list[Answer], asked: list[str]) -> Script:
    """A view that answers these in turn; a batch answers every text."""

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if method == "POST":
            requests = json.loads(body)["requests"]
            asked.extend(each["url"].partition("?")[0].rpartition("/")[2] for each in requests)
            answers = [{"id": each["id"], "status": 200, "body": {"body": {"content": "alone"}}} for each in requests]
            return said({"responses": answers})
        asked.append(urlsplit(path).path)
        return pages.pop(0)

    return script


def texts(first: int, last: int, link: str = "") -> Answer:
    value: list[object] = [
        {"id": f"id{n}", "body": {"contentType": "html", "content": f"text {n}"}} for n in range(first, last)
    ]
    return said({"value": value, **({"@odata.nextLink": link} if link else {})})


def test_many_bodies_come_by_pages_and_what_a_page_lacks_by_itself(connect: Connect) -> None:
    asked: list[str] = []
    source = MicrosoftCalendar(connect(paged([texts(0, 38)], asked)), "account")
    found = source.bodies(CALENDAR, [f"id{n}" for n in range(40)], Timespan(START, END))
    assert asked == ["/v1.0/me/calendarView", "id38", "id39"]
    assert found == {f"id{n}": f"text {n}" if n < 38 else "alone" for n in range(40)}


def test_few_bodies_and_those_of_unknown_days_come_in_batches(connect: Connect) -> None:
    for wanted, starts in ((20, Timespan(START, END)), (40, None)):
        asked: list[str] = []
        MicrosoftCalendar(connect(paged([], asked)), "account").bodies(
            CALENDAR, [f"id{n}" for n in range(wanted)], starts
        )
        assert asked == [f"id{n}" for n in range(wanted)]


@pytest.mark.parametrize(
    "page",
    [said({}, 500), said({}, 403), said({}, 404), said({"value": None}), (200, {}, b'{"value": [{"id'), said([])],
)
def test_where_a_page_of_bodies_fails_each_is_asked_for_by_itself(connect: Connect, page: Answer) -> None:
    asked: list[str] = []
    source = MicrosoftCalendar(connect(paged([page], asked)), "account")
    found = source.bodies(CALENDAR, [f"id{n}" for n in range(40)], Timespan(START, END))
    assert found == {f"id{n}": "alone" for n in range(40)}


@pytest.mark.parametrize(("status", "error"), [(429, ThrottledError), (401, SignInNeededError)])
def test_what_a_page_of_bodies_says_of_the_account_is_not_tried_item_by_item(
    connect: Connect, status: int, error: type[Exception]
) -> None:
    asked: list[str] = []
    source = MicrosoftCalendar(connect(paged([said({}, status)] * 2, asked)), "account")
    with pytest.raises(error):
        source.bodies(CALENDAR, [f"id{n}" for n in range(40)], Timespan(START, END))
    assert set(asked) == {"/v1.0/me/calendarView"}


def test_others_events_between_the_wanted_ones_cost_a_few_pages_at_most(
    connect: Connect, serve: Callable[[Script], str]
) -> None:
    asked: list[str] = []
    served: list[str] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        served.append(headers["Host"])
        number = len(asked)
        link = f"https://{headers['Host']}/v1.0/me/calendarView?page={number}"
        return paged([texts(1000 + 50 * number, 1050 + 50 * number, link)], asked)(method, path, headers, body)

    found = MicrosoftCalendar(connect(script), "account").bodies(
        CALENDAR, [f"id{n}" for n in range(40)], Timespan(START, END)
    )
    assert len(found) == 40
    assert asked.count("/v1.0/me/calendarView") <= 2


def test_a_batch_asks_a_mailbox_three_things_at_a_time(connect: Connect) -> None:
    seen: list[dict[str, object]] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        seen.extend(json.loads(body)["requests"])
        answers = [{"id": each["id"], "status": 200, "body": {}} for each in seen]
        return said({"responses": answers})

    MicrosoftCalendar(connect(script), "account").bodies(CALENDAR, [f"id{n}" for n in range(8)])
    assert [each.get("dependsOn") for each in seen] == [None, None, None, ["0"], ["1"], ["2"], ["3"], ["4"]]


def test_what_was_behind_a_failure_in_a_batch_is_asked_again(connect: Connect) -> None:
    asked: list[list[str]] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        requests = json.loads(body)["requests"]
        asked.append([each["url"].split("?")[0][-1] for each in requests])
        bad = {each["id"] for each in requests if each["url"].startswith("/me/events/0?")}
        failed = {each["id"] for each in requests if set(each.get("dependsOn", ())) & bad}
        status = {True: 404, False: 200}
        answers = [{"id": each["id"], "status": status[each["id"] in bad], "body": {}} for each in requests]
        return said({"responses": [{**each, "status": 424} if each["id"] in failed else each for each in answers]})

    found = MicrosoftCalendar(connect(script), "account").bodies(CALENDAR, [str(n) for n in range(5)])
    assert asked == [["0", "1", "2", "3", "4"], ["3"]]
    assert set(found) == set("1234")


def test_a_throttled_part_waits_as_long_as_asked_within_a_limit(connect: Connect) -> None:
    waits: list[float] = []
    asked = [0]

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        asked[0] += 1
        wait = {"Retry-After": "2.5"} if asked[0] == 1 else {"retry-after": "900"}
        return said({"responses": [{"id": "0", "status": 429, "headers": wait}]})

    with pytest.raises(ThrottledError) as caught:
        MicrosoftCalendar(connect(script), "account", waits.append).bodies(CALENDAR, ["a"])
    assert (waits, caught.value.retry_after) == ([2.5], 900)


def test_throttled_parts_of_a_batch_are_asked_again_a_few_at_a_time(connect: Connect) -> None:
    sizes: list[int] = []

    def answer(url: str, at: int) -> dict[str, object]:
        return {"status": 200, "body": {"body": {"content": url}}} if at < 4 else {"status": 429, "headers": None}

    found = MicrosoftCalendar(connect(batch(answer, sizes)), "account").bodies(CALENDAR, [f"id{n}" for n in range(20)])
    assert len(found) == 20
    assert sizes == [20, 4, 4, 4, 4]


def test_a_batch_that_is_throttled_as_a_whole_says_how_long_to_wait(connect: Connect) -> None:
    script = batch(lambda *_: {"status": 429, "headers": {"retry-after": "3.5"}}, [])
    with pytest.raises(ThrottledError) as caught:
        MicrosoftCalendar(connect(script), "account", lambda _: None).bodies(CALENDAR, ["a"])
    assert caught.value.retry_after == 3.5


@pytest.mark.parametrize("data", [{}, {"responses": None}, {"responses": [7, {"id": "x"}, {"id": "9", "status": 200}]}])
def test_a_batch_with_answers_missing_is_an_outage(connect: Connect, data: dict[str, object]) -> None:
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
    assert listing.traffic.requests == 1, "it is not retried endlessly in one window"


def test_throttling_is_not_answered_with_more_requests(connect: Connect) -> None:
    source = MicrosoftCalendar(connect(listing_with(said({}, 429, **{"Retry-After": "2"}))), "account")
    position = source.listing(CALENDAR, START, END, "").position
    with pytest.raises(ThrottledError):
        source.listing(CALENDAR, START, END, position)


@pytest.mark.parametrize("position", ["nonsense", "{}", "[]", '{"version":0,"start":"x","end":"y"}', "null"])
def test_a_position_of_someone_else_means_a_listing(connect: Connect, position: str) -> None:
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


MOMENT = {"dateTime": "2026-11-20T09:00:00.0000000", "timeZone": "UTC"}
GOOD = {"id": "good", "subject": "Review", "start": MOMENT, "end": MOMENT}


@pytest.mark.parametrize(
    "status", [(500, "ErrorContentConversionFailed"), (403, "ErrorAccessDenied"), (400, ""), (502, ""), (503, "")]
)
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "7"}])
def test_a_text_that_fails_by_itself_stands_for_itself(
    connect: Connect, status: tuple[int, str], headers: dict[str, str]
) -> None:
    def answer(url: str, at: int) -> dict[str, object]:
        if "bad?" in url:
            return {"status": status[0], "headers": headers, "body": {"error": {"code": status[1]}}}
        return {"status": 200, "body": {"body": {"content": "fine"}}}

    source = MicrosoftCalendar(connect(batch(answer, [])), "account", lambda _: None)
    found = source.bodies(CALENDAR, ["a", "bad", "b"])
    assert (found["a"], found["b"]) == ("fine", "fine")
    assert isinstance(found["bad"], OutageError | RefusedError)


def test_a_sign_in_that_one_text_asks_for_is_the_accounts(connect: Connect) -> None:
    script = batch(lambda *_: {"status": 401, "body": {}}, [])
    with pytest.raises(SignInNeededError):
        MicrosoftCalendar(connect(script), "account").bodies(CALENDAR, ["a"])


@pytest.mark.parametrize(
    ("bad", "unreadable"),
    [
        (b'{"id": "bad", "start": 1e999, "reminderMinutesBeforeStart": 1%s}' % (b"0" * 400), ("bad",)),
        (b'{"id": "bad", "attendees": "\xff\xfe\x01", "start": {"dateTime": "9999-12-31T23:59:59"}}', ("bad",)),
        (b'{"id": "bad", "x": %s}' % (b"[" * 30_000 + b"]" * 30_000), ("bad",)),
        (b'{"id": %s}' % (b"9" * 5000), ("",)),
        (b"null", ("",)),
        (b"[[]]", ("",)),
        (b'{"id": "master", "type": "seriesMaster"}', ()),
        (b'{"id": "gone", "@removed": {}}', ()),
    ],
    ids=["beyond any float", "broken bytes", "deep", "digits", "null", "list", "master", "removal"],
)
def test_one_item_of_a_listing_costs_itself_and_is_counted(
    connect: Connect, bad: bytes, unreadable: tuple[str, ...]
) -> None:
    body = b'{"value": [%s, %s]}' % (bad, json.dumps(GOOD).encode())
    listing = MicrosoftCalendar(connect(lambda *_: (200, {}, body)), "account").listing(CALENDAR, START, END, "")
    assert [event.id for event in listing.events or ()] == ["good"]
    assert listing.unreadable == unreadable


@pytest.mark.parametrize("number", ["1" + "0" * 400, "9" * 5000, "1e999", "NaN", "-Infinity"])
@pytest.mark.parametrize("field", ["reminderMinutesBeforeStart", "latitude"])
def test_a_number_beyond_all_bounds_costs_that_number(connect: Connect, number: str, field: str) -> None:
    item = GOOD | {"isReminderOn": True, "reminderMinutesBeforeStart": 5}
    item["location"] = {"displayName": "Room", "coordinates": {"latitude": 1, "longitude": 2}}
    text = json.dumps({"value": [item]}).replace(
        f'"{field}": {5 if field.startswith("reminder") else 1}', f'"{field}": {number}'
    )
    source = MicrosoftCalendar(connect(lambda *_: (200, {}, text.encode())), "account")
    (event,) = source.listing(CALENDAR, START, END, "").events or ()
    assert (event.title, event.place and event.place.name) == ("Review", "Room")


def test_an_item_that_fails_in_a_new_way_is_kept_with_what_is_known(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = event_from

    def failing(item: Any, calendar_id: str) -> Any:
        if "attendees" in item:
            raise RecursionError
        return original(item, calendar_id)

    monkeypatch.setattr(items, "event_from", failing)
    body = json.dumps({"value": [GOOD | {"id": "odd", "attendees": []}, GOOD]}).encode()
    listing = MicrosoftCalendar(connect(lambda *_: (200, {}, body)), "account").listing(CALENDAR, START, END, "")
    assert [(event.id, event.title) for event in listing.events or ()] == [("good", "Review"), ("odd", "Review")]
    assert listing.unreadable == ()


@pytest.mark.parametrize(
    "item",
    [
        b"null",
        b"7",
        b'{"id": "\\udcff"}',
        b'{"seriesMasterId": "\\ud800", "id": "x"}',
        b'{"id": 1e400}',
        b'{"id": "bad", "type": "occurrence"}',
    ],
)
def test_a_bad_item_of_a_delta_does_not_stop_its_position_and_is_not_lost(connect: Connect, item: bytes) -> None:
    rounds: list[str] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if "/delta" not in path:
            return said({"value": [GOOD]})
        rounds.append(path)
        link = f'"@odata.deltaLink": "https://{headers["Host"]}/v1.0/me/calendarView/delta?token={len(rounds)}"'
        return 200, {}, b'{"value": [%s], %s}' % (item if len(rounds) == 2 else b"", link.encode())

    source = MicrosoftCalendar(connect(script), "account")
    position = ""
    for _ in range(5):
        listing = source.listing(CALENDAR, START, END, position)
        position = listing.position
        assert listing.events is None or [event.id for event in listing.events] == ["good"]
    assert [path.partition("token=")[2] for path in rounds] == ["", "1", "2", "3"]


def test_one_change_that_cannot_be_asked_for_by_name_is_found_by_a_listing(connect: Connect) -> None:
    rounds: list[str] = []

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if "/$batch" in path:
            return said({"responses": [{"id": "0", "status": 500, "body": {}}]})
        if "/delta" not in path:
            return said({"value": [GOOD | {"subject": f"After {len(rounds)}"}]})
        rounds.append(path)
        link = f"https://{headers['Host']}/v1.0/me/calendarView/delta?token={len(rounds)}"
        return said({"value": [{"id": "good"}] if len(rounds) == 2 else [], "@odata.deltaLink": link})

    source = MicrosoftCalendar(connect(script), "account")
    position = source.listing(CALENDAR, START, END, "").position
    position = source.listing(CALENDAR, START, END, position).position
    listing = source.listing(CALENDAR, START, END, position)
    assert [event.title for event in listing.events or ()] == ["After 2"]
    assert "token=2" in listing.position


def listing_that_fails_on(days: set[str], status: int, asked: list[str]) -> Script:
    """A calendar whose service fails at any listing that touches one of these days."""

    def script(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        query = parse_qs(urlsplit(path).query)
        start, end = (datetime.fromisoformat(query[name][0]) for name in ("startDateTime", "endDateTime"))
        asked.append(path)
        if any(start <= datetime.fromisoformat(f"{day}T12:00:00+00:00") < end for day in days):
            return said({"error": {"code": "ErrorContentConversionFailed"}}, status)
        moment = {"dateTime": f"{start:%Y-%m-%d}T09:00:00", "timeZone": "UTC"}
        return said({"value": [{"id": f"{start:%d}", "start": moment, "end": moment}]})

    return script


def test_an_event_at_which_the_service_fails_costs_its_day_alone(connect: Connect) -> None:
    asked: list[str] = []
    end = datetime(2026, 11, 27, tzinfo=UTC)
    source = MicrosoftCalendar(connect(listing_that_fails_on({"2026-11-22"}, 500, asked)), "account")
    listing = source.listing(CALENDAR, START, end, "")
    assert [event.id for event in listing.events or ()] == ["20", "21", "23", "24", "25", "26"]
    assert (listing.position, listing.unreadable) == ("", ("",))
    assert listing.scope is not None
    assert [(span.start.day, span.end.day) for span in listing.scope.spans] == [(20, 22), (23, 27)]


@pytest.mark.parametrize(("status", "most"), [(500, 4), (502, 1), (503, 1), (403, 1), (404, 1)])
def test_a_service_that_fails_altogether_is_not_asked_day_by_day(connect: Connect, status: int, most: int) -> None:
    asked: list[str] = []
    days = {f"2026-11-{day}" for day in range(20, 27)}
    source = MicrosoftCalendar(connect(listing_that_fails_on(days, status, asked)), "account")
    with pytest.raises((OutageError, RefusedError, GoneError)):
        source.listing(CALENDAR, START, datetime(2026, 11, 27, tzinfo=UTC), "")
    assert len(asked) == most
