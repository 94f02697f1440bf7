"""System query options: applied or refused, never passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msal
import pytest
import requests

from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from tests.devtools.emulator.cloud.conftest import ANA, Client, SignIn

DAY = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-24T00:00:00Z"
EVENT = {
    "subject": "Marked",
    "start": {"dateTime": "2026-11-25T12:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-11-25T12:30:00", "timeZone": "UTC"},
}
MARK = "String {0f6a2f7e-36a4-4f6b-9a55-5f0d7f0f1a10} Name Example"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Ana, who reads: one cloud for all refusals, which change nothing."""
    world = load_world(scenario_file("commute"))
    with RunningCloud(world, tmp_path_factory.mktemp("cloud")) as running, requests.Session() as session:
        session.trust_env, session.verify = False, str(running.ca_file)
        running.auto_approve(ANA)
        app = msal.PublicClientApplication(
            running.client_id, authority=running.authority, instance_discovery=False, http_client=session
        )
        scopes = ["User.Read", "Calendars.Read", "MailboxSettings.Read", "Presence.Read"]
        token = app.acquire_token_by_device_flow(app.initiate_device_flow(scopes))["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        yield Client(running, session)


def refused(client: Client, path: str) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == 400, response.text
    error: dict[str, Any] = response.json()["error"]
    assert error["code"]
    assert error["innerError"]["request-id"]
    return error


@pytest.mark.parametrize(
    "path",
    [
        "/me/events?$search=\"budget\"",
        "/me/calendarView?" + DAY + "&$search=budget",
        "/me/events?search=budget",
        "/me/calendars?$search=own",
        "/me/events?$expand=subject",
        "/me/events?$expand=nothing",
        "/me/events?$expand=extensions($top=1)",
        "/me/events?$expand=singleValueExtendedProperties",
        "/me/calendars?$expand=events",
        "/me/events?$select=subject,nothing",
        "/me/events?$select=start/nothing",
        "/me/events?$select=",
        "/me/calendars?$select=subject",
        "/me/calendarGroups?$select=color",
        "/me?$select=shoeSize",
        "/me?$expand=manager",
        "/me?$filter=mail eq 'x'",
        "/me/mailboxSettings?$select=mood",
        "/me/presence?$select=mood",
        "/me/events?$filter=nothing eq 'x'",
        "/me/events?$filter=start eq 'x'",
        "/me/events?$filter=isAllDay eq 'true'",
        "/me/events?$filter=subject eq true",
        "/me/events?$filter=subject eq 1",
        "/me/events?$filter=reminderMinutesBeforeStart eq '15'",
        "/me/events?$filter=contains(nothing,'x')",
        "/me/events?$filter=contains(isAllDay,'x')",
        "/me/events?$filter=attendees/any(a:a/emailAddress/address eq 'x')",
        "/me/events?$filter=categories/all(c:c eq 'x')",
        "/me/events?$filter=",
        "/me/events?$filter=" + "(" * 3000 + "isAllDay eq true" + ")" * 3000,
        "/me/events?$orderby=nothing",
        "/me/events?$orderby=start",
        "/me/events?$orderby=attendees",
        "/me/events?$orderby=",
        "/me/calendarView?" + DAY + "&$orderby=start",
        "/me/events?$count=perhaps",
        "/me/events?$top=²",
        "/me/events?$skip=" + "9" * 5000,
        "/me/events?$select=id&$select=subject",
        "/me/events?$select=id&select=subject",
        "/me/events?$nothing=1",
        "/me/events?$apply=aggregate(id with countdistinct as n)",
        "/me/events?$format=xml",
        "/me/events/$count?$top=1",
        "/me/outlook/supportedTimeZones?$select=nothing",
        "/me/outlook/supportedTimeZones(TimeZoneStandard='Roman')",
        "/me/reminderView(startDateTime='2026-11-23T00:00:00Z',endDateTime='2026-11-24T00:00:00Z')?$select=nothing",
        "/me/calendarView/delta?" + DAY + "&$select=subject",
        "/me/photo/$value?$select=id",
    ],
)  # fmt: skip
def test_what_is_not_applied_is_refused(reader: Client, path: str) -> None:
    refused(reader, path)


def test_actions_refuse_options_too(ana: Client) -> None:
    event = ana.json("/me/events?$top=1")["value"][0]
    for path in (f"/me/events/{event['id']}/dismissReminder?$select=id", "/me/sendMail?$top=1"):
        assert ana.call("POST", path, json={}).status_code == 400


def test_a_name_is_refused_as_graph_words_it(ana: Client) -> None:
    error = refused(ana, "/me/events?$select=shoeSize")
    assert error["code"] == "BadRequest"
    assert error["message"] == (
        "Parsing OData Select and Expand failed: Could not find a property named 'shoeSize' on type "
        "'microsoft.graph.event'."
    )
    error = refused(ana, "/me/events?$orderby=start")
    assert error["message"] == "The $orderby expression must evaluate to a single value of primitive type."


def test_names_count_without_regard_to_case_and_with_their_type(ana: Client) -> None:
    query = f"{DAY}&$select=Subject,microsoft.graph.event/start,location/displayName&$orderby=START/datetime&$top=2"
    page = ana.json(f"/me/calendarView?{query}")
    assert set(page["value"][0]) == {"@odata.etag", "id", "subject", "start", "location"}
    assert len(ana.json(page["@odata.nextLink"])["value"]) == 2
    assert set(ana.json("/me/events?select=subject&top=1")["value"][0]) == {"@odata.etag", "id", "subject"}
    link = ana.json("/me/events?top=1")["@odata.nextLink"]
    assert len(ana.json(link)["value"]) == 1


def test_times_compare_in_every_spelling(ana: Client) -> None:
    found = [
        [each["subject"] for each in ana.json(f"/me/calendarView?{DAY}&$top=50&$filter={expression}")["value"]]
        for expression in (
            "start/dateTime ge '2026-11-23T12:00:00'",
            "start/dateTime ge '2026-11-23T13:00:00%2B01:00'",
            "start/dateTime ge 2026-11-23T12:00:00.0Z",
            "not (start/dateTime lt '2026-11-23T07:00:00-05:00')",
        )
    ]
    assert found[0]
    assert found == [found[0]] * 4


def test_negated_functions_are_applied(ana: Client) -> None:
    total = ana.get("/me/events/$count").text
    having = ana.get("/me/events/$count?$filter=contains(subject,'review')").text
    without = ana.get("/me/events/$count?$filter=contains(subject,'review') eq false").text
    assert 0 < int(having) < int(total)
    assert int(having) + int(without) == int(total)


def test_counts_are_plain_text(ana: Client) -> None:
    answer = ana.get("/me/events/$count")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert int(answer.text) == ana.json("/me/events?$count=true&$top=1")["@odata.count"]
    calendar = ana.json("/me/calendars")["value"][1]
    assert int(ana.get(f"/me/calendars/{calendar['id']}/events/$count").text) > 0
    assert int(ana.get("/me/calendars/$count").text) == 3
    assert (
        int(ana.get(f"/me/calendarView/$count?{DAY}").text)
        == ana.json(f"/me/calendarView?{DAY}&$count=true")["@odata.count"]
    )


def test_expanded_parts_come_with_the_event(ana: Client) -> None:
    item = ana.json("/me/events?$top=1&$expand=calendar($select=name),attachments,extensions&$select=subject")["value"][
        0
    ]
    assert set(item) == {"@odata.etag", "id", "subject", "calendar", "attachments", "extensions"}
    assert set(item["calendar"]) == {"id", "name"}
    plain = ana.json("/me/events?$top=1")["value"][0]
    assert "calendar" not in plain
    assert "attachments" not in plain


def test_events_are_found_again_by_an_extended_property(ana: Client) -> None:
    body = EVENT | {"singleValueExtendedProperties": [{"id": MARK, "value": "it's mine"}]}
    made = ana.call("POST", "/me/events", json=body).json()
    assert "singleValueExtendedProperties" not in made
    wanted = f"singleValueExtendedProperties/any(ep: ep/id eq '{MARK}' and ep/value eq 'it''s mine')"
    found = ana.json("/me/events", params={"$filter": wanted})["value"]
    assert [each["id"] for each in found] == [made["id"]]
    nothing = ana.json("/me/events", params={"$filter": wanted.replace("mine", "yours")})["value"]
    assert nothing == []
    expanded = ana.json(
        f"/me/events/{made['id']}", params={"$expand": f"singleValueExtendedProperties($filter=id eq '{MARK}')"}
    )
    assert expanded["singleValueExtendedProperties"] == [{"id": MARK, "value": "it's mine"}]


def test_categories_are_filtered_by_any(ana: Client) -> None:
    made = ana.call("POST", "/me/events", json=EVENT | {"categories": ["Trial category"]}).json()
    found = ana.json("/me/events", params={"$filter": "categories/any(c:c eq 'Trial category')"})["value"]
    assert [each["id"] for each in found] == [made["id"]]


def test_a_profile_brings_what_is_selected(ana: Client, sign_in: SignIn) -> None:
    profile = ana.json("/me?$select=displayName,mailboxSettings,department,otherMails")
    assert profile["displayName"] == "Ana Lindner"
    assert profile["mailboxSettings"]["timeZone"] == "W. Europe Standard Time"
    assert (profile["department"], profile["otherMails"]) == (None, [])
    assert sign_in("User.Read").get("/me?$select=mailboxSettings").status_code == 403


def test_options_of_a_batch_are_checked_alike(ana: Client, cloud: RunningCloud) -> None:
    urls = ["/me/events?$search=x", "/me/events?$select=id&$select=subject", "/me/events?$top=1&$select=id"]
    requests = [{"id": str(at), "method": "GET", "url": url} for at, url in enumerate(urls)]
    answers = ana.call("POST", "/$batch", json={"requests": requests}).json()["responses"]
    assert {each["id"]: each["status"] for each in answers} == {"0": 400, "1": 400, "2": 200}
