"""Calendar views as Graph gives them: paging, options, preferences, time zones, stubs of delta."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from tests.devtools.emulator.cloud.conftest import Client, SignIn

ANA = "ana@contoso.example"
BERLIN = ZoneInfo("Europe/Berlin")
DAY = "startDateTime=2026-11-23T00:00:00%2B01:00&endDateTime=2026-11-24T00:00:00%2B01:00"
FORTNIGHT = "startDateTime=2026-11-22T23:00:00Z&endDateTime=2026-12-06T23:00:00Z"
START = datetime(2026, 11, 23, tzinfo=BERLIN)


def titles(items: list[dict[str, Any]]) -> list[str]:
    return [item["subject"] for item in items]


def test_the_first_day_is_the_day_of_the_pictures(ana: Client) -> None:
    page = ana.json(f"/me/calendarView?{DAY}&$orderby=start/dateTime")
    assert titles(page["value"]) == [
        "Product review",
        "Budget sync with finance and controlling",
        "Lunch with Ben",
        "Supplier call: battery housings",
    ]
    review = page["value"][0]
    assert review["start"] == {"dateTime": "2026-11-23T08:00:00.0000000", "timeZone": "UTC"}
    assert review["onlineMeeting"]["conferenceId"] == "987654321"
    assert len(review["attendees"]) == 6
    assert review["organizer"]["emailAddress"]["name"] == "Priya Raman"


def test_a_page_has_ten_items_and_all_pages_have_what_the_world_holds(ana: Client, cloud: RunningCloud) -> None:
    first = ana.json(f"/me/calendarView?{FORTNIGHT}")
    assert len(first["value"]) == 10
    items, _ = ana.all_pages(f"/me/calendarView?{FORTNIGHT}")
    truth = cloud.world.events_between(ANA, START, START + timedelta(days=14))
    assert sorted(titles(items)) == sorted(each.entry.title for each in truth if each.entry.calendar == "own")
    assert len({item["id"] for item in items}) == len(items) > 20


def test_without_an_order_single_instances_come_before_occurrences(ana: Client) -> None:
    items, _ = ana.all_pages(f"/me/calendarView?{FORTNIGHT}")
    kinds = [item["type"] == "singleInstance" for item in items]
    assert kinds == sorted(kinds, reverse=True)
    assert not all(kinds)
    assert {item["type"] for item in items} == {"singleInstance", "occurrence", "exception"}


def test_every_calendar_has_a_view_of_its_own(ana: Client) -> None:
    calendars = ana.json("/me/calendars")["value"]
    assert [each["name"] for each in calendars] == ["Calendar", "Battery team", "Germany holidays"]
    team, _ = ana.all_pages(f"/me/calendars/{calendars[1]['id']}/calendarView?{FORTNIGHT}")
    assert "Battery lab booked" in titles(team)
    assert "Private appointment" in titles(team)
    assert "Salary talks" not in titles(team)
    groups = ana.json("/me/calendarGroups")["value"]
    inside = ana.json(f"/me/calendarGroups/{groups[0]['id']}/calendars")["value"]
    assert [each["name"] for each in inside] == ["Calendar"]


def test_options_choose_order_filter_and_count(ana: Client) -> None:
    page = ana.json(
        f"/me/calendarView?{FORTNIGHT}&$top=2&$count=true&$select=subject,createdDateTime"
        "&$orderby=start/dateTime desc&$filter=showAs eq 'oof' or contains(subject,'demo')"
    )
    assert page["@odata.count"] == 3
    assert titles(page["value"]) == ["Holiday", "Doctor"]
    assert set(page["value"][0]) == {"@odata.etag", "id", "subject"}
    assert titles(ana.json(page["@odata.nextLink"])["value"]) == ["Vendor demo"]
    assert "createdDateTime" in ana.json(f"/me/calendarView?{DAY}")["value"][0]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "startDateTime=2026-11-23T00:00:00Z",
        "startDateTime=yesterday&endDateTime=today",
        "startDateTime=0001-01-01T00:00:00Z&endDateTime=0001-01-02T00:00:00Z",
        f"{FORTNIGHT}&$top=0",
        f"{FORTNIGHT}&$filter=subject is 'x'",
        f"{FORTNIGHT}&$top=2000",
        f"{FORTNIGHT}&$orderby=subject sideways",
        "startDateTime=2026-11-25T00:00:00Z&endDateTime=2026-11-24T00:00:00Z",
    ],
)
def test_what_makes_no_sense_is_refused_with_a_code(ana: Client, query: str) -> None:
    response = ana.get(f"/me/calendarView?{query}")
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"]
    assert error["innerError"]["request-id"] == response.headers["request-id"]


@pytest.mark.parametrize(
    ("name", "hour"), [("W. Europe Standard Time", 9), ("Asia/Tokyo", 17), ("UTC", 8), ("Pacific Standard Time", 0)]
)
def test_times_come_in_the_zone_that_was_asked_for(ana: Client, name: str, hour: int) -> None:
    response = ana.get(
        f"/me/calendarView?{DAY}&$orderby=start/dateTime", headers={"Prefer": f'outlook.timezone="{name}"'}
    )
    review = response.json()["value"][0]
    assert review["start"] == {"dateTime": f"2026-11-23T{hour:02d}:00:00.0000000", "timeZone": name}
    assert review["originalStartTimeZone"] == "W. Europe Standard Time"
    assert f'outlook.timezone="{name}"' in response.headers["Preference-Applied"]


def test_an_unknown_zone_is_refused(ana: Client) -> None:
    response = ana.get(f"/me/calendarView?{DAY}", headers={"Prefer": 'outlook.timezone="Mars/Olympus"'})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "TimeZoneNotSupportedException")


@pytest.mark.parametrize("name", ["UTC", "Asia/Tokyo", "Pacific Standard Time"])
def test_whole_days_are_midnight_to_midnight_in_every_zone(ana: Client, name: str) -> None:
    items, _ = ana.all_pages(f"/me/calendarView?{FORTNIGHT}", headers={"Prefer": f'outlook.timezone="{name}"'})
    holiday = next(item for item in items if item["subject"] == "Holiday")
    assert holiday["isAllDay"]
    assert holiday["start"] == {"dateTime": "2026-12-03T00:00:00.0000000", "timeZone": name}
    assert holiday["end"]["dateTime"] == "2026-12-05T00:00:00.0000000"


def test_text_bodies_and_immutable_ids_on_request(ana: Client) -> None:
    prefer = 'IdType="ImmutableId", outlook.body-content-type="text", odata.maxpagesize=3'
    response = ana.get(f"/me/calendarView?{DAY}&$orderby=start/dateTime", headers={"Prefer": prefer})
    page = response.json()
    assert len(page["value"]) == 3
    assert page["value"][0]["body"]["contentType"] == "text"
    assert "<https://teams.microsoft.com/l/meetup-join/" in page["value"][0]["body"]["content"]
    mutable = ana.json(f"/me/calendarView?{DAY}&$orderby=start/dateTime")["value"][0]
    assert mutable["id"] != page["value"][0]["id"]
    assert mutable["body"]["contentType"] == "html"
    assert {"odata.maxpagesize=3", 'IdType="ImmutableId"'} <= set(response.headers["Preference-Applied"].split(", "))
    for identifier in (mutable["id"], page["value"][0]["id"]):
        assert ana.json(f"/me/events/{identifier}")["subject"] == "Product review"


def test_a_view_brings_texts_alone_page_by_page_where_nothing_else_is_selected(ana: Client) -> None:
    first = ana.json(f"/me/calendarView?{DAY}&$select=id,body&$orderby=start/dateTime&$top=2")
    assert [set(item) for item in first["value"]] == [{"@odata.etag", "id", "body"}] * 2
    assert set(first["value"][0]["body"]) == {"contentType", "content"}
    items, _ = ana.all_pages(f"/me/calendarView?{DAY}&$select=id,body&$orderby=start/dateTime&$top=2")
    whole, _ = ana.all_pages(f"/me/calendarView?{DAY}&$orderby=start/dateTime")
    assert [(item["id"], item["body"]) for item in items] == [(item["id"], item["body"]) for item in whole]


def test_replies_are_compressed_where_that_is_accepted(ana: Client) -> None:
    assert ana.get(f"/me/calendarView?{DAY}").headers["Content-Encoding"] == "gzip"
    plain = ana.get(f"/me/calendarView?{DAY}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


def test_a_series_keeps_its_clock_time_over_a_change_to_summer_time(ana: Client) -> None:
    master = next(i for i in ana.all_pages("/me/events")[0] if i["subject"] == "Review with Detroit")
    bounds = master["recurrence"]["range"]
    assert (bounds["type"], bounds["endDate"], bounds["numberOfOccurrences"]) == ("noEnd", "0001-01-01", 0)
    window = "startDateTime=2027-03-05T00:00:00Z&endDateTime=2027-04-03T00:00:00Z"
    starts = [i["start"]["dateTime"][5:16] for i in ana.json(f"/me/events/{master['id']}/instances?{window}")["value"]]
    assert starts == ["03-05T14:00", "03-12T14:00", "03-19T13:00", "03-26T13:00", "04-02T13:00"]


def test_delta_gives_stubs_masters_and_full_exceptions(ana: Client) -> None:
    items, link = ana.all_pages(f"/me/calendarView/delta?{FORTNIGHT}")
    assert "$deltatoken=" in link
    stub = next(item for item in items if item["type"] == "occurrence")
    assert set(stub) == {"@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"}
    masters = {item["id"]: item for item in items if item["type"] == "seriesMaster"}
    stand_up = next(item for item in masters.values() if item["subject"] == "Team stand-up")
    assert stand_up["start"]["dateTime"] == "2026-11-24T07:45:00.0000000"
    exceptions = [i for i in items if i["type"] == "exception" and i["seriesMasterId"] == stand_up["id"]]
    assert {"Team stand-up (later today)", "Canceled: Team stand-up"} <= set(titles(exceptions))
    assert stub["seriesMasterId"] in masters


def test_delta_tells_what_changed_and_then_nothing(ana: Client, cloud: RunningCloud) -> None:
    box = cloud.world.person(ANA)
    _, link = ana.all_pages(f"/me/calendarView/delta?{FORTNIGHT}")
    items, link = ana.all_pages(link)
    assert items == []
    new = box.add("Coffee", START + timedelta(hours=15), timedelta(minutes=15))
    lunch = next(e for e in box.entries.values() if e.title == "Lunch with Ben")
    review = next(e for e in box.entries.values() if e.title == "Product review")
    box.move(lunch.key, START + timedelta(hours=12))
    box.delete(review.key)
    box.add("Next year", START + timedelta(days=300), timedelta(hours=1))
    items, link = ana.all_pages(link, headers={"Prefer": 'IdType="ImmutableId"'})
    assert {i["subject"] for i in items if "@removed" not in i} == {"Coffee", "Lunch with Ben"}
    removed = [i for i in items if "@removed" in i]
    assert [i["@removed"] for i in removed] == [{"reason": "deleted"}] * 2
    assert new.title == "Coffee"
    assert ana.all_pages(link)[0] == []


def test_a_deleted_occurrence_brings_no_removal_but_its_series_anew(ana: Client, cloud: RunningCloud) -> None:
    box = cloud.world.person(ANA)
    focus = next(e for e in box.entries.values() if e.title == "Focus time")
    before, link = ana.all_pages(f"/me/calendarView/delta?{FORTNIGHT}")
    box.delete(focus.key, original=(START + timedelta(days=2)).date())
    items, _ = ana.all_pages(link)
    assert not any("@removed" in item for item in items)
    listed = [i["start"]["dateTime"][:10] for i in items if i["type"] == "occurrence"]
    were = [i["start"]["dateTime"][:10] for i in before if i.get("seriesMasterId") == items[0]["id"]]
    assert set(were) - set(listed) == {"2026-11-25"}


def test_a_deleted_series_is_removed_by_its_master(ana: Client, cloud: RunningCloud) -> None:
    box = cloud.world.person(ANA)
    focus = next(e for e in box.entries.values() if e.title == "Focus time")
    before, link = ana.all_pages(f"/me/calendarView/delta?{FORTNIGHT}")
    master = next(i for i in before if i.get("subject") == "Focus time")
    box.delete(focus.key)
    items, _ = ana.all_pages(link)
    assert [i["id"] for i in items] == [master["id"]]
    assert ana.get(f"/me/events/{master['id']}").status_code == 404


def test_delta_refuses_options_and_pages_by_preference(ana: Client) -> None:
    for option in ("$select=subject", "$top=5", "$filter=isAllDay eq true", "$orderby=subject"):
        assert ana.get(f"/me/calendarView/delta?{FORTNIGHT}&{option}").status_code == 400
    first = ana.get(f"/me/calendarView/delta?{FORTNIGHT}", headers={"Prefer": "odata.maxpagesize=3"})
    assert 3 <= len(first.json()["value"]) < 20
    assert "$skiptoken=" in first.json()["@odata.nextLink"]
    assert first.headers["Preference-Applied"] == "odata.track-changes, odata.maxpagesize=3"


def test_the_window_is_fixed_in_the_token(ana: Client, cloud: RunningCloud) -> None:
    _, link = ana.all_pages(f"/me/calendarView/delta?{DAY}")
    cloud.world.person(ANA).add("Tomorrow", START + timedelta(days=1, hours=9), timedelta(hours=1))
    items, _ = ana.all_pages(link + "&startDateTime=2026-11-20T00:00:00Z&endDateTime=2026-12-20T00:00:00Z")
    assert ["@removed" in item for item in items] == [True]


def test_lost_tokens_are_gone(ana: Client, cloud: RunningCloud) -> None:
    _, link = ana.all_pages(f"/me/calendarView/delta?{FORTNIGHT}")
    cloud.inject(Fault("lost_token", 1, status=400, code="syncStateNotFound"))
    refused = ana.get(link)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "syncStateNotFound")
    assert ana.get(link).status_code == 200
    cloud.lose_sync_state()
    gone = ana.get(link)
    assert (gone.status_code, gone.json()["error"]["code"]) == (410, "SyncStateNotFound")


def test_endless_paging_repeats_a_page_behind_ever_new_links(ana: Client, cloud: RunningCloud) -> None:
    cloud.inject(Fault("endless_paging"))
    first = ana.json(f"/me/calendarView/delta?{FORTNIGHT}")
    second = ana.json(first["@odata.nextLink"])
    third = ana.json(second["@odata.nextLink"])
    assert [i["id"] for i in second["value"]] == [i["id"] for i in third["value"]]
    assert len({first["@odata.nextLink"], second["@odata.nextLink"], third["@odata.nextLink"]}) == 3


def test_sync_by_delta_ends_where_the_world_is(ana: Client, cloud: RunningCloud, sign_in: SignIn) -> None:
    """The merge that clients make of stubs and masters shows exactly what the world shows."""
    items, _ = ana.all_pages(f"/me/calendarView/delta?{FORTNIGHT}")
    masters = {i["id"]: i for i in items if i["type"] == "seriesMaster"}
    shown = sorted(
        (i["start"]["dateTime"], i.get("subject") or masters[i["seriesMasterId"]]["subject"])
        for i in items
        if i["type"] != "seriesMaster"
    )
    truth = cloud.world.events_between(ANA, START, START + timedelta(days=14))
    moments = sorted(
        (each.entry.span.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000"), each.entry.title)
        if isinstance(each.entry.span.start, datetime)
        else (f"{each.entry.span.start}T00:00:00.0000000", each.entry.title)
        for each in truth
        if each.entry.calendar == "own"
    )
    assert shown == moments
