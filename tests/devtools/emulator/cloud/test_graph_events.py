"""Changing events over Graph: create, change, delete, answers, reminders, mail, meetings, batches."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
import requests

from carlendar_devtools.emulator.cloud.running import RunningCloud
from tests.devtools.emulator.cloud.conftest import Client, SignIn

ANA = "ana@contoso.example"
START = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Berlin"))
FORTNIGHT = "startDateTime=2026-11-22T23:00:00Z&endDateTime=2026-12-06T23:00:00Z"
NEW = {
    "subject": "Test drive",
    "start": {"dateTime": "2026-11-24T17:30:00", "timeZone": "W. Europe Standard Time"},
    "end": {"dateTime": "2026-11-24T18:00:00", "timeZone": "W. Europe Standard Time"},
    "body": {"contentType": "HTML", "content": "<p>Bring the keys</p>"},
    "location": {"displayName": "Garage", "coordinates": {"latitude": 53.5, "longitude": 10.0}},
    "attendees": [{"emailAddress": {"address": "ben@contoso.example", "name": "Ben Okafor"}, "type": "required"}],
    "reminderMinutesBeforeStart": 30,
    "isReminderOn": True,
}


def event_of(ana: Client, title: str) -> Any:
    items, _ = ana.all_pages(f"/me/calendarView?{FORTNIGHT}&$orderby=start/dateTime")
    return next(item for item in items if item["subject"] == title)


def code_of(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_an_event_is_created_changed_and_deleted(ana: Client, cloud: RunningCloud) -> None:
    made = ana.call("POST", "/me/events", json=NEW)
    assert made.status_code == 201
    event = made.json()
    assert event["start"] == {"dateTime": "2026-11-24T16:30:00.0000000", "timeZone": "UTC"}
    assert (event["isOrganizer"], event["responseStatus"]["response"]) == (True, "organizer")
    assert event["location"]["coordinates"] == {"latitude": 53.5, "longitude": 10.0}
    assert cloud.world.person(ANA).sent[-1].kind == "invitation"
    changed = ana.call("PATCH", f"/me/events/{event['id']}", json={"subject": "Second drive", "showAs": "tentative"})
    assert (changed.json()["subject"], changed.json()["showAs"]) == ("Second drive", "tentative")
    assert changed.json()["changeKey"] != event["changeKey"]
    stale = ana.call("PATCH", f"/me/events/{event['id']}", json={}, headers={"If-Match": event["@odata.etag"]})
    assert stale.status_code == 412
    assert ana.call("DELETE", f"/me/events/{event['id']}").status_code == 204
    assert code_of(ana.get(f"/me/events/{event['id']}")) == (404, "ErrorItemNotFound")


@pytest.mark.parametrize("levels", [600, 5000, 100_000])
@pytest.mark.parametrize("path", ["/me/events", "/$batch"])
def test_a_body_nested_too_deeply_is_a_bad_request(ana: Client, path: str, levels: int) -> None:
    body = '{"subject": ' + "[" * levels + "]" * levels + "}"
    answer = ana.call("POST", path, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert ana.get("/me").status_code == 200


def test_the_same_transaction_makes_one_event(ana: Client) -> None:
    first = ana.call("POST", "/me/events", json={**NEW, "transactionId": "t-1"}).json()
    second = ana.call("POST", "/me/events", json={**NEW, "transactionId": "t-1"}).json()
    assert first["id"] == second["id"]
    assert sum(item["subject"] == "Test drive" for item in ana.all_pages("/me/events")[0]) == 1


def test_a_series_is_created_and_one_occurrence_changed(ana: Client) -> None:
    rule = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"},
        "range": {"type": "numbered", "startDate": "2026-11-24", "numberOfOccurrences": 3},
    }
    master = ana.call("POST", "/me/events", json={**NEW, "recurrence": rule}).json()
    assert (master["type"], master["recurrence"]["range"]["type"]) == ("seriesMaster", "numbered")
    window = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-02-01T00:00:00Z"
    instances = ana.json(f"/me/events/{master['id']}/instances?{window}")["value"]
    assert [each["start"]["dateTime"][:10] for each in instances] == ["2026-11-24", "2026-12-01", "2026-12-08"]
    ana.call("PATCH", f"/me/events/{instances[1]['id']}", json={"subject": "Moved drive"})
    ana.call("DELETE", f"/me/events/{instances[2]['id']}")
    after = ana.json(f"/me/events/{master['id']}/instances?{window}")["value"]
    assert [(each["type"], each["subject"]) for each in after] == [
        ("occurrence", "Test drive"),
        ("exception", "Moved drive"),
    ]
    whole = ana.json(
        f"/me/events/{master['id']}?$select=subject,cancelledOccurrences,exceptionOccurrences&$expand=exceptionOccurrences"
    )
    assert len(whole["cancelledOccurrences"]) == 1
    assert whole["exceptionOccurrences"][0]["subject"] == "Moved drive"


def test_whole_days_have_to_begin_at_midnight(ana: Client) -> None:
    day = {**NEW, "isAllDay": True}
    assert ana.call("POST", "/me/events", json=day).status_code == 400
    day["start"] = {"dateTime": "2026-11-24T00:00:00", "timeZone": "Europe/Berlin"}
    day["end"] = {"dateTime": "2026-11-25T00:00:00", "timeZone": "Europe/Berlin"}
    made = ana.call("POST", "/me/events", json=day).json()
    assert (made["isAllDay"], made["end"]["dateTime"]) == (True, "2026-11-25T00:00:00.0000000")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**NEW, "start": None},
        {**NEW, "showAs": "asleep"},
        {**NEW, "recurrence": {"pattern": {"type": "hourly"}}},
        {**NEW, "end": {"dateTime": "2026-11-24T08:00:00", "timeZone": "UTC"}},
        {**NEW, "subject": 7},
        {**NEW, "attendees": "everybody"},
        {**NEW, "location": {"displayName": "x", "coordinates": "north"}},
        {**NEW, "categories": 7},
        {**NEW, "start": {"dateTime": "9999-12-31T23:00:00", "timeZone": "UTC"}},
        {**NEW, "recurrence": {"pattern": {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 99}, "range": {}}},
        {**NEW, "attendees": [{"emailAddress": {"name": "Nobody"}}]},
        {**NEW, "start": {"dateTime": "soon", "timeZone": "UTC"}},
    ],
)
def test_events_that_make_no_sense_are_refused(ana: Client, body: object) -> None:
    assert ana.call("POST", "/me/events", json=body).status_code == 400


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b""])
def test_bodies_that_are_no_object_are_refused(ana: Client, body: bytes) -> None:
    response = ana.call("POST", "/me/events", data=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("action", "response", "show_as"),
    [
        ("accept", "accepted", "busy"),
        ("tentativelyAccept", "tentativelyAccepted", "tentative"),
        ("decline", "declined", "free"),
    ],
)
def test_invitations_are_answered(ana: Client, cloud: RunningCloud, action: str, response: str, show_as: str) -> None:
    event = event_of(ana, "Interview: test engineer")
    assert event["responseStatus"] == {"response": "notResponded", "time": "0001-01-01T00:00:00Z"}
    done = ana.call("POST", f"/me/events/{event['id']}/{action}", json={"Comment": "On my way", "SendResponse": True})
    assert (done.status_code, done.text) == (202, "")
    after = ana.json(f"/me/events/{event['id']}")
    assert (after["responseStatus"]["response"], after["showAs"]) == (response, show_as)
    sent = cloud.world.person(ANA).sent[-1]
    assert (sent.kind, sent.to, sent.text) == ("response", ("karin.holm@contoso.example",), "On my way")


def test_one_occurrence_is_answered_for_itself(ana: Client) -> None:
    event = event_of(ana, "Team stand-up")
    assert ana.call("POST", f"/me/events/{event['id']}/decline", json={"sendResponse": False}).status_code == 202
    assert ana.json(f"/me/events/{event['id']}")["type"] == "exception"
    master = ana.json(f"/me/events/{event['seriesMasterId']}")
    assert master["responseStatus"]["response"] == "accepted"


def test_a_declined_meeting_leaves_where_that_is_the_setting(ana: Client, cloud: RunningCloud) -> None:
    from dataclasses import replace

    box = cloud.world.person(ANA)
    box.person = replace(box.person, keeps_declined=False)
    event = event_of(ana, "Interview: test engineer")
    assert ana.call("POST", f"/me/events/{event['id']}/decline", json={}).status_code == 202
    assert ana.get(f"/me/events/{event['id']}").status_code == 404


def test_new_times_can_be_proposed_but_not_without_an_answer(ana: Client, cloud: RunningCloud) -> None:
    event = event_of(ana, "Interview: test engineer")
    proposal = {
        "start": {"dateTime": "2026-11-25T08:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-25T09:00:00", "timeZone": "UTC"},
    }
    path = f"/me/events/{event['id']}/tentativelyAccept"
    assert ana.call("POST", path, json={"proposedNewTime": proposal, "sendResponse": False}).status_code == 400
    assert ana.call("POST", path, json={"proposedNewTime": proposal, "sendResponse": True}).status_code == 202
    assert "2026-11-25T08:00:00" in cloud.world.person(ANA).sent[-1].detail


def test_organisers_call_off_and_others_cannot(ana: Client, cloud: RunningCloud) -> None:
    own, other = event_of(ana, "Lunch with Ben"), event_of(ana, "Product review")
    assert ana.call("POST", f"/me/events/{own['id']}/accept", json={}).status_code == 400
    assert ana.call("POST", f"/me/events/{other['id']}/cancel", json={}).status_code == 400
    assert ana.call("POST", f"/me/events/{own['id']}/cancel", json={"comment": "Sorry"}).status_code == 202
    assert ana.get(f"/me/events/{own['id']}").status_code == 404
    assert cloud.world.person(ANA).sent[-1].kind == "cancellation"


def test_meetings_are_forwarded(ana: Client, cloud: RunningCloud) -> None:
    event = event_of(ana, "Product review")
    to = [{"emailAddress": {"address": "kim@contoso.example"}}]
    assert ana.call("POST", f"/me/events/{event['id']}/forward", json={"toRecipients": to}).status_code == 202
    assert cloud.world.person(ANA).sent[-1].to == ("kim@contoso.example",)
    assert ana.call("POST", f"/me/events/{event['id']}/forward", json={}).status_code == 400


def test_reminders_fire_are_put_off_and_dismissed(ana: Client) -> None:
    view = "/me/reminderView(startDateTime='2026-11-23T07:00:00Z',endDateTime='2026-11-23T10:00:00Z')"
    reminders = ana.json(view)["value"]
    assert [each["eventSubject"] for each in reminders][:1] == ["Product review"]
    path = f"/me/events/{reminders[0]['eventId']}"
    minutes = ana.json(path)["reminderMinutesBeforeStart"]
    assert reminders[0]["reminderFireTime"]["dateTime"] == f"2026-11-23T07:{60 - minutes}:00.0000000"
    later = {"newReminderTime": {"dateTime": "2026-11-23T07:58:00", "timeZone": "UTC"}}
    assert ana.call("POST", f"{path}/snoozeReminder", json=later).status_code == 200
    assert ana.json(view)["value"][0]["reminderFireTime"]["dateTime"] == "2026-11-23T07:58:00.0000000"
    assert ana.call("POST", f"{path}/dismissReminder").status_code == 200
    assert "Product review" not in [each["eventSubject"] for each in ana.json(view)["value"]]


def test_mail_is_sent_and_kept(ana: Client, cloud: RunningCloud) -> None:
    message = {
        "subject": "I'm running late",
        "body": {"contentType": "Text", "content": "Ten minutes"},
        "toRecipients": [{"emailAddress": {"address": "priya.raman@contoso.example"}}],
    }
    assert ana.call("POST", "/me/sendMail", json={"Message": message, "SaveToSentItems": True}).status_code == 202
    sent = cloud.world.person(ANA).sent[-1]
    assert (sent.kind, sent.to, sent.subject) == ("mail", ("priya.raman@contoso.example",), "I'm running late")
    assert code_of(ana.call("POST", "/me/sendMail", json={"message": {}})) == (400, "ErrorInvalidRecipients")


def test_online_meetings_are_found_by_their_doubly_encoded_url(ana: Client) -> None:
    event = event_of(ana, "Product review")
    url = event["onlineMeeting"]["joinUrl"]
    found = ana.json(f"/me/onlineMeetings?$filter=JoinWebUrl%20eq%20'{quote(url, safe='')}'")["value"]
    assert found[0]["audioConferencing"]["conferenceId"] == "987654321"
    number = found[0]["joinMeetingIdSettings"]["joinMeetingId"]
    same = ana.json(f"/me/onlineMeetings?$filter=joinMeetingIdSettings/joinMeetingId eq '{number}'")["value"]
    assert same[0]["id"] == found[0]["id"]
    assert ana.json(f"/me/onlineMeetings/{found[0]['id']}")["joinWebUrl"] == url
    assert ana.get("/me/onlineMeetings").status_code == 400


def test_an_online_meeting_is_registered_on_request(ana: Client) -> None:
    made = ana.call(
        "POST", "/me/events", json={**NEW, "isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    )
    assert made.json()["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/l/meetup-join/")


def test_other_calendars_of_others_are_for_reading(ana: Client) -> None:
    team = ana.json("/me/calendars")["value"][1]
    assert not team["canEdit"]
    refused = ana.call("POST", f"/me/calendars/{team['id']}/events", json=NEW)
    assert code_of(refused) == (403, "ErrorAccessDenied")


def test_a_batch_runs_in_its_order_of_dependence(ana: Client, cloud: RunningCloud) -> None:
    cloud.limits.at_once = 20
    json_type = {"Content-Type": "application/json"}
    batch = {
        "requests": [
            {"id": "1", "method": "GET", "url": "/me"},
            {"id": "2", "method": "GET", "url": "/me/events/AAMkADnonsense"},
            {
                "id": "3",
                "method": "GET",
                "url": f"/me/calendarView?{FORTNIGHT}&$top=1",
                "dependsOn": ["1"],
                "headers": {"Prefer": 'outlook.timezone="Asia/Tokyo"'},
            },
            {"id": "4", "method": "GET", "url": "/me/calendars", "dependsOn": ["2"]},
            {"id": "5", "method": "POST", "url": "/me/events", "body": NEW, "headers": json_type},
        ]
    }
    replies = ana.call("POST", "/$batch", json=batch).json()["responses"]
    found = {each["id"]: each for each in replies}
    assert [found[each]["status"] for each in "12345"] == [200, 400, 200, 424, 201]
    assert found["3"]["body"]["value"][0]["start"]["timeZone"] == "Asia/Tokyo"
    assert found["3"]["body"]["@odata.nextLink"].startswith(cloud.graph)


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [{"id": str(n), "method": "GET", "url": "/me"} for n in range(21)],
        [{"id": "1", "method": "GET"}],
        [{"id": "1", "method": "GET", "url": "/me"}, {"id": "1", "method": "GET", "url": "/me"}],
        [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["9"]}],
        [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["1"]}],
        [{"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/me"}],
        [{"id": "1", "method": "POST", "url": "/me/events", "body": NEW}],
    ],
)
def test_batches_that_make_no_sense_are_refused(ana: Client, requests: object) -> None:
    assert ana.call("POST", "/$batch", json={"requests": requests}).status_code == 400


def test_scopes_are_enforced(sign_in: SignIn) -> None:
    basic = sign_in("Calendars.ReadBasic")
    event = basic.json(f"/me/calendarView?{FORTNIGHT}")["value"][0]
    assert "body" not in event
    assert "bodyPreview" not in event
    for method, path in (
        ("GET", "/me"),
        ("GET", f"/me/calendarView/delta?{FORTNIGHT}"),
        ("POST", "/me/sendMail"),
        ("POST", f"/me/events/{event['id']}/accept"),
        ("DELETE", f"/me/events/{event['id']}"),
        ("GET", "/me/mailboxSettings"),
        ("GET", "/me/presence"),
    ):
        assert code_of(basic.call(method, path, json={})) == (403, "ErrorAccessDenied")
    assert "body" in sign_in("Calendars.Read").json(f"/me/calendarView?{FORTNIGHT}")["value"][0]


def test_one_person_sees_nothing_of_another(ana: Client, sign_in: SignIn) -> None:
    ben = sign_in("User.Read", "Calendars.Read", address="ben@contoso.example")
    event = event_of(ana, "Product review")
    assert ben.get(f"/me/events/{event['id']}").status_code == 404
    assert ben.get("/users/ana@contoso.example/calendars").status_code == 403
    assert ben.json("/users/ben@contoso.example/calendars")["value"][0]["name"] == "Kalender"
    assert code_of(ben.get("/me/photo/$value")) == (404, "ImageNotFound")


def test_profile_photo_and_settings(ana: Client) -> None:
    assert ana.json("/me")["displayName"] == "Ana Lindner"
    photo = ana.get("/me/photos/48x48/$value")
    assert (photo.headers["Content-Type"], photo.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert ana.json("/me/photos/48x48")["width"] == 48
    settings = ana.json("/me/mailboxSettings")
    assert (settings["timeZone"], settings["language"]["locale"]) == ("W. Europe Standard Time", "en-GB")
    assert ana.json("/me/mailboxSettings/timeZone")["value"] == "W. Europe Standard Time"


def test_what_does_not_exist_is_reported_as_missing(ana: Client) -> None:
    assert code_of(ana.get("/me/nothing")) == (400, "BadRequest")
    assert code_of(ana.get("/organization")) == (400, "BadRequest")
    assert code_of(ana.get("/me/events/!!!")) == (400, "ErrorInvalidIdMalformed")
    assert code_of(ana.get("/me/calendars/AAkALgnone")) == (404, "ErrorItemNotFound")
    assert ana.call("PUT", "/me").status_code == 405


def test_the_world_is_changed_by_hand(ana: Client, cloud: RunningCloud) -> None:
    box = cloud.world.person(ANA)
    entry = box.add("Coffee", START + timedelta(hours=15), timedelta(minutes=15))
    assert event_of(ana, "Coffee")["start"]["dateTime"] == "2026-11-23T14:00:00.0000000"
    box.cancel(entry.key)
    assert event_of(ana, "Canceled: Coffee")["isCancelled"] is True
    box.delete(entry.key)
    assert "Coffee" not in str(cloud.world.events_between(ANA, START, START + timedelta(days=1)))
