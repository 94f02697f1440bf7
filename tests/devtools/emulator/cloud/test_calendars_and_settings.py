"""Making calendars, changing settings, free and busy times, suggestions of times; mail to oneself."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.devtools.emulator.cloud.conftest import ANA, Client, SignIn


def zoned(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


EVENT = {"subject": "In there", "start": zoned("2026-11-25T12:00:00"), "end": zoned("2026-11-25T12:30:00")}


def test_a_calendar_is_made_filled_renamed_and_removed(ana: Client) -> None:
    made = ana.call("POST", "/me/calendars", json={"name": "Volunteer", "color": "lightBlue"})
    assert made.status_code == 201
    calendar = made.json()
    assert (calendar["name"], calendar["color"], calendar["canEdit"], calendar["isDefaultCalendar"]) == (
        "Volunteer", "lightBlue", True, False,
    )  # fmt: skip
    path = f"/me/calendars/{calendar['id']}"
    assert ana.call("POST", f"{path}/events", json=EVENT).status_code == 201
    assert ana.get(f"{path}/events/$count").text == "1"
    assert ana.call("PATCH", path, json={"name": "Helpers"}).json()["name"] == "Helpers"
    assert "Helpers" in [each["name"] for each in ana.json("/me/calendars")["value"]]
    assert ana.call("DELETE", path).status_code == 204
    assert ana.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "calendar"}, 409, "ErrorFolderExists"),
        ({}, 400, "ErrorInvalidRequest"),
        ({"name": ""}, 400, "ErrorInvalidRequest"),
        ({"name": 7}, 400, "ErrorInvalidRequest"),
        ({"name": "x", "color": "ultraviolet"}, 400, "RequestBodyRead"),
    ],
)
def test_calendars_that_cannot_be_are_refused(ana: Client, body: object, status: int, code: str) -> None:
    answer = ana.call("POST", "/me/calendars", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_the_default_calendar_stays_and_others_calendars_are_not_renamed(ana: Client, sign_in: SignIn) -> None:
    assert ana.call("DELETE", "/me/calendar").status_code == 400
    shared = ana.json("/me/calendars")["value"][1]["id"]
    assert ana.call("PATCH", f"/me/calendars/{shared}", json={"name": "Mine"}).status_code == 403
    assert sign_in("Calendars.Read").call("POST", "/me/calendars", json={"name": "New"}).status_code == 403


def test_settings_are_changed_and_take_effect(sign_in: SignIn) -> None:
    ana = sign_in("MailboxSettings.ReadWrite", "Calendars.Read")
    body = {
        "@odata.context": "ignored",
        "timeZone": "Pacific Standard Time",
        "language": {"locale": "fr-FR"},
        "timeFormat": "hh:mm tt",
        "automaticRepliesSetting": {"status": "alwaysEnabled", "externalAudience": "all"},
        "workingHours": {"startTime": "09:00:00.0000000", "daysOfWeek": ["Monday", "tuesday"]},
    }
    changed = ana.call("PATCH", "/me/mailboxSettings", json=body)
    assert changed.status_code == 200, changed.text
    assert set(changed.json()) == {"@odata.context", *(name for name in body if not name.startswith("@"))}
    settings = ana.json("/me/mailboxSettings")
    assert settings["timeZone"] == "Pacific Standard Time"
    assert settings["language"]["locale"] == "fr-FR"
    assert settings["timeFormat"] == "hh:mm tt"
    assert settings["automaticRepliesSetting"]["status"] == "alwaysEnabled"
    assert settings["workingHours"]["daysOfWeek"] == ["monday", "tuesday"]
    assert settings["workingHours"]["endTime"] == "17:00:00.0000000"
    assert ana.json("/me/mailboxSettings/timeZone")["value"] == "Pacific Standard Time"
    assert ana.json("/me/mailboxSettings/language")["locale"] == "fr-FR"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"workingHours": {"startTime": "08"}}, "RequestBodyRead"),
        ({"workingHours": {"startTime": "25:00:00"}}, "RequestBodyRead"),
        ({"workingHours": {"startTime": "18:00:00"}}, "ErrorInvalidTimeSettings"),
        ({"workingHours": {"daysOfWeek": ["RandomDay"]}}, "InvalidArguments"),
        ({"timeZone": "Middle Earth Standard Time"}, "InvalidTimeZone"),
        ({"workingHours": {"timeZone": {"name": "Nowhere"}}}, "InvalidTimeZone"),
        ({"language": {"locale": "no such language"}}, "ErrorInvalidArgument"),
        ({"automaticRepliesSetting": {"status": "sometimes"}}, "RequestBodyRead"),
        ({"userPurpose": "room"}, "BadRequest"),
        ({"timeFormat": "HH", "timeZone": 7}, "RequestBodyRead"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_change_nothing(sign_in: SignIn, body: object, code: str) -> None:
    ana = sign_in("MailboxSettings.ReadWrite")
    before = ana.json("/me/mailboxSettings")
    refused = ana.call("PATCH", "/me/mailboxSettings", json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert ana.json("/me/mailboxSettings") == before


def test_settings_need_their_scope(ana: Client) -> None:
    assert ana.call("PATCH", "/me/mailboxSettings", json={"timeFormat": "HH:mm"}).status_code == 403


@pytest.mark.parametrize("spelling", ["", "()", "(TimeZoneStandard=microsoft.graph.timeZoneStandard'Windows')"])
def test_zones_of_windows_are_the_usual_ones(ana: Client, spelling: str) -> None:
    zones = ana.json(f"/me/outlook/supportedTimeZones{spelling}")["value"]
    assert {"alias": "Tokyo Standard Time", "displayName": "(UTC+09:00) Tokyo Standard Time"} in zones
    assert {"alias": "UTC", "displayName": "(UTC) UTC"} in zones


@pytest.mark.parametrize("standard", ["microsoft.graph.timeZoneStandard'Iana'", "'iana'"])
def test_zones_of_iana_on_request(ana: Client, standard: str) -> None:
    zones = ana.json(f"/me/outlook/supportedTimeZones(TimeZoneStandard={standard})")["value"]
    assert {"alias": "Europe/Berlin", "displayName": "Europe/Berlin"} in zones


def schedule(client: Client, **changed: Any) -> Any:
    body = {
        "schedules": [ANA, "ben@contoso.example", "nobody@contoso.example"],
        "startTime": zoned("2026-11-23T08:00:00"),
        "endTime": zoned("2026-11-23T12:00:00"),
        "availabilityViewInterval": 60,
        **changed,
    }
    return client.call("POST", "/me/calendar/getSchedule", json=body)


def test_schedules_show_ones_own_day_and_how_busy_others_are(ana: Client) -> None:
    own, other, unknown = schedule(ana).json()["value"]
    assert own["scheduleId"] == ANA
    assert len(own["availabilityView"]) == 4
    assert own["availabilityView"][0] == "2"
    assert set(own["availabilityView"]) <= set("0123")
    subjects = [each["subject"] for each in own["scheduleItems"]]
    assert "Product review" in subjects
    assert own["workingHours"]["daysOfWeek"][0] == "monday"
    assert all(set(each) == {"status", "start", "end"} for each in other["scheduleItems"])
    assert unknown["error"]["responseCode"] == "5009"


def test_schedules_take_names_in_any_case_and_numbers_as_texts(ana: Client) -> None:
    body = {
        "Schedules": [ANA],
        "StartTime": zoned("2026-11-23T09:00:00", "W. Europe Standard Time"),
        "EndTime": zoned("2026-11-23T18:00:00", "W. Europe Standard Time"),
        "availabilityViewInterval": "15",
    }
    headers = {"Prefer": 'outlook.timezone="W. Europe Standard Time"'}
    answer = ana.call("POST", "/me/calendar/getSchedule", json=body, headers=headers)
    found = answer.json()["value"][0]
    assert len(found["availabilityView"]) == 36
    assert found["scheduleItems"][0]["start"]["timeZone"] == "W. Europe Standard Time"
    assert "outlook.timezone" in answer.headers["Preference-Applied"]


@pytest.mark.parametrize(
    "changed",
    [
        {"schedules": []},
        {"schedules": "ana@contoso.example"},
        {"startTime": None},
        {"endTime": zoned("2026-11-23T07:00:00")},
        {"availabilityViewInterval": 4},
        {"availabilityViewInterval": 1441},
        {"availabilityViewInterval": "often"},
        {"startTime": zoned("2026-11-23T08:00:00", "Nowhere")},
    ],
)
def test_schedules_that_cannot_be_are_refused(ana: Client, changed: dict[str, Any]) -> None:
    assert schedule(ana, **changed).status_code == 400


def test_too_long_a_window_is_an_error_of_each_schedule(ana: Client) -> None:
    found = schedule(ana, endTime=zoned("2027-11-23T08:00:00")).json()["value"]
    assert {each["error"]["responseCode"] for each in found} == {"5006"}


def times(client: Client, **body: Any) -> Any:
    return client.call("POST", "/me/findMeetingTimes", json=body)


SLOT = {"start": zoned("2026-11-23T07:00:00"), "end": zoned("2026-11-27T17:00:00")}


def test_times_are_suggested_where_no_one_is_busy(sign_in: SignIn) -> None:
    ana = sign_in("Calendars.Read.Shared", "Calendars.Read")
    answer = times(
        ana,
        attendees=[{"type": "required", "emailAddress": {"address": "ben@contoso.example"}}],
        timeConstraint={"activityDomain": "work", "timeSlots": [SLOT]},
        meetingDuration="PT1H",
        isOrganizerOptional="false",
        returnSuggestionReasons="true",
        minimumAttendeePercentage="100",
        maxCandidates=3,
    )
    result = answer.json()
    assert result["emptySuggestionsReason"] == ""
    suggestions = result["meetingTimeSuggestions"]
    assert [each["order"] for each in suggestions] == [1, 2, 3]
    assert all(each["confidence"] == 100 and each["suggestionReason"] for each in suggestions)
    first = suggestions[0]
    body = {"schedules": [ANA, "ben@contoso.example"], "availabilityViewInterval": 60}
    slot = {"startTime": first["meetingTimeSlot"]["start"], "endTime": first["meetingTimeSlot"]["end"]}
    views = ana.call("POST", "/me/calendar/getSchedule", json=body | slot).json()["value"]
    assert [each["availabilityView"] for each in views] == ["0", "0"]


def test_unknown_people_count_half_and_the_reason_says_so(sign_in: SignIn) -> None:
    ana = sign_in("Calendars.Read.Shared")
    attendees = [{"emailAddress": {"address": "nobody@fabrikam.example"}}]
    asked = {"attendees": attendees, "timeConstraint": {"timeSlots": [SLOT]}}
    refused = times(ana, **asked).json()
    assert refused["emptySuggestionsReason"] == "attendeesUnavailableOrUnknown"
    assert refused["meetingTimeSuggestions"] == []
    found = times(ana, **asked, minimumAttendeePercentage=40).json()["meetingTimeSuggestions"]
    assert {each["confidence"] for each in found} == {49}


def test_times_need_no_body_but_sense(sign_in: SignIn) -> None:
    ana = sign_in("Calendars.Read.Shared")
    assert ana.call("POST", "/me/findMeetingTimes").json()["meetingTimeSuggestions"]
    senseless: tuple[dict[str, Any], ...] = (
        {"meetingDuration": "an hour"},
        {"meetingDuration": "PT0M"},
        {"maxCandidates": "many"},
        {"minimumAttendeePercentage": 101},
        {"isOrganizerOptional": "perhaps"},
        {"timeConstraint": {"activityDomain": "sleep"}},
        {"timeConstraint": {"timeSlots": [{"start": SLOT["end"], "end": SLOT["start"]}]}},
        {"attendees": [{}]},
    )
    for body in senseless:
        assert times(ana, **body).status_code == 400, body


def test_a_personal_account_has_neither(sign_in: SignIn) -> None:
    ana = sign_in("Calendars.Read", "Calendars.Read.Shared", tenant="consumers")
    assert schedule(ana).status_code == 403
    assert times(ana).status_code == 403


def mime(text: str) -> bytes:
    return base64.b64encode(text.replace("\n", "\r\n").encode())


INVITATION = """MIME-Version: 1.0
To: ana@contoso.example
Subject: Come
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

Come along.
--b
Content-Type: text/calendar; method=REQUEST; charset=utf-8

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:come-1
DTSTART:20261125T120000Z
DTEND:20261125T123000Z
SUMMARY:Come
ORGANIZER:mailto:{organizer}
ATTENDEE;RSVP=TRUE:mailto:ana@contoso.example
END:VEVENT
END:VCALENDAR
--b--
"""


def test_an_invitation_to_oneself_can_be_answered(sign_in: SignIn) -> None:
    ana = sign_in("Mail.Send", "Mail.ReadWrite", "Calendars.ReadWrite")
    content = mime(INVITATION.format(organizer="ana+trial@contoso.example"))
    sent = ana.call("POST", "/me/sendMail", data=content, headers={"Content-Type": "text/plain"})
    assert sent.status_code == 202, sent.text
    event = ana.json("/me/events?$filter=subject eq 'Come'")["value"][0]
    assert (event["isOrganizer"], event["responseStatus"]["response"]) == (False, "notResponded")
    assert ana.call("POST", f"/me/events/{event['id']}/accept", json={}).status_code == 202
    assert ana.json(f"/me/events/{event['id']}")["responseStatus"]["response"] == "accepted"
    subjects = [each["subject"] for each in ana.json("/me/mailFolders/inbox/messages")["value"]]
    assert subjects == ["Accepted: Come", "Come"]
    for message in ana.json("/me/messages")["value"]:
        assert ana.call("DELETE", f"/me/messages/{message['id']}").status_code == 204
    assert ana.json("/me/mailFolders/inbox/messages")["value"] == []
    assert ana.get("/me/mailFolders/deleteditems/messages/$count").text == "4"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"this is no base64!", "ErrorMimeContentInvalidBase64String"),
        (base64.b64encode(b"Subject: to nobody\r\n\r\nHi"), "ErrorInvalidRecipients"),
    ],
)
def test_mime_that_makes_no_sense_is_refused(ana: Client, content: bytes, code: str) -> None:
    answer = ana.call("POST", "/me/sendMail", data=content, headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_an_invitation_of_ones_own_is_not_entered_again(ana: Client) -> None:
    content = mime(INVITATION.format(organizer="ana@contoso.example"))
    assert ana.call("POST", "/me/sendMail", data=content, headers={"Content-Type": "text/plain"}).status_code == 202
    assert ana.json("/me/events?$filter=subject eq 'Come'")["value"] == []
