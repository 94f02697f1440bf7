"""Booleans and numbers sent as texts, as Graph's own examples send them: read as what they say, or refused."""

from __future__ import annotations

import pytest

from carlendar_devtools.emulator.cloud.running import RunningCloud
from tests.devtools.emulator.cloud.conftest import ANA, Client, SignIn

START = {"dateTime": "2026-11-25T00:00:00", "timeZone": "UTC"}
END = {"dateTime": "2026-11-26T00:00:00", "timeZone": "UTC"}
EVENT = {"subject": "Text", "start": START, "end": END}


@pytest.mark.parametrize(
    ("name", "shown", "text", "value"),
    [
        ("isAllDay", "isAllDay", "true", True),
        ("isAllDay", "isAllDay", "false", False),
        ("isAllDay", "isAllDay", "False", False),
        ("isAllDay", "isAllDay", None, False),
        ("isOnlineMeeting", "isOnlineMeeting", "false", False),
        ("isOnlineMeeting", "isOnlineMeeting", "True", True),
        ("isReminderOn", "isReminderOn", "false", False),
        ("responseRequested", "responseRequested", "false", False),
        ("allowNewTimeProposals", "allowNewTimeProposals", "false", False),
        ("hideAttendees", "hideAttendees", "true", True),
        ("reminderMinutesBeforeStart", "reminderMinutesBeforeStart", "30", 30),
    ],
)
def test_a_text_means_what_it_says(ana: Client, name: str, shown: str, text: object, value: object) -> None:
    made = ana.call("POST", "/me/events", json={**EVENT, name: text})
    assert made.status_code == 201, made.text
    assert made.json()[shown] == value


@pytest.mark.parametrize("name", ["isAllDay", "isOnlineMeeting", "isReminderOn", "responseRequested", "hideAttendees"])
def test_other_values_are_refused(ana: Client, name: str) -> None:
    values: tuple[object, ...] = ("yes", "1", "", 1, 0, [], {})
    for value in values:
        refused = ana.call("POST", "/me/events", json={**EVENT, name: value})
        assert refused.status_code == 400, value
        assert refused.json()["error"]["code"] == "RequestBodyRead"
        assert "Edm.Boolean" in refused.json()["error"]["message"]


def test_a_reminder_that_is_off_stays_off_when_its_minutes_change(ana: Client) -> None:
    made = ana.call("POST", "/me/events", json={**EVENT, "isReminderOn": False}).json()
    changed = ana.call("PATCH", f"/me/events/{made['id']}", json={"reminderMinutesBeforeStart": "5"}).json()
    assert changed["isReminderOn"] is False


def test_mail_is_not_kept_where_a_text_says_so(ana: Client, cloud: RunningCloud, sign_in: SignIn) -> None:
    reader = sign_in("Mail.Read", "Mail.Send")
    message = {"subject": "Late", "toRecipients": [{"emailAddress": {"address": "ben@contoso.example"}}]}
    for kept, count in (("false", 0), (False, 0), ("true", 1), (None, 2)):
        body = {"message": message, "saveToSentItems": kept}
        assert reader.call("POST", "/me/sendMail", json=body).status_code == 202
        assert len(reader.json("/me/mailFolders/sentitems/messages")["value"]) == count
    assert len(cloud.world.person(ANA).sent) == 4


def test_an_answer_is_not_sent_where_a_text_says_so(ana: Client, cloud: RunningCloud) -> None:
    event = next(
        each for each in ana.json("/me/events?$top=100")["value"] if not each["isOrganizer"] and not each["isCancelled"]
    )
    sent = cloud.world.person(ANA).sent
    assert ana.call("POST", f"/me/events/{event['id']}/accept", json={"sendResponse": "false"}).status_code == 202
    assert sent == []
    refused = ana.call("POST", f"/me/events/{event['id']}/accept", json={"sendResponse": "maybe"})
    assert refused.json()["error"]["code"] == "RequestBodyRead"
