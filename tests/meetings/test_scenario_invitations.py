"""The invitations that the emulated world writes lead into their meetings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from carlendar.domain.event import Event, OnlineMeetingInfo
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.html import text_of
from carlendar.meetings.join_details import JoinDetails
from carlendar.meetings.plan import JoinAction, Situation, plan
from carlendar_devtools.emulator.world.invitation_parts import Invitation, InvitationRequest
from carlendar_devtools.emulator.world.invitations import SHAPES, invitation

OWN = "Please read the figures first."
SPAN = Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))


def made(shape: str, *, dial_in: str = "") -> Invitation:
    conference = "123456789" if dial_in else ""
    return invitation(shape, InvitationRequest("seed", OWN, dial_in, conference))


def found(written: Invitation) -> JoinDetails:
    room = written.room
    online = OnlineMeetingInfo(room.join_url, room.conference_id, room.toll_number) if room else None
    place = Place(written.place) if written.place else None
    return find_join_details(Event("1", "c", "Review", SPAN, online=online, place=place), written.html, "DE")


@pytest.mark.parametrize("shape", ["teams", "teams-old", "teams-german"])
def test_teams_with_telephone(shape: str) -> None:
    written = made(shape, dial_in="+49 69 90009 321")
    way = found(written)
    assert written.room is not None
    assert (way.service, way.found_in, way.url) == ("teams", "online_meeting", written.room.join_url)
    assert (way.meeting_id, way.passcode) == (written.room.meeting_id, written.room.passcode)
    assert [(each.number, each.tones) for each in way.dial_ins] == [("+496990009321", "p123456789#")]
    assert plan(way, Situation(parked=False)).first.action is JoinAction.CALL


@pytest.mark.parametrize("shape", ["teams", "teams-old", "teams-german", "teams-home", "safe-links"])
def test_without_telephone_there_is_only_the_link(shape: str) -> None:
    way = found(made(shape))
    assert way.url
    assert way.dial_ins == ()
    assert plan(way, Situation(parked=False)).first.why == "no_dial_in"


@pytest.mark.parametrize(
    ("shape", "service", "where", "number", "pauses"),
    [
        ("zoom", "zoom", "location", "+496990009922", 4),
        ("webex", "webex", "body", "+496990009736", 1),
        ("meet", "meet", "body", "+493023125506", 1),
    ],
)
def test_other_services(shape: str, service: str, where: str, number: str, pauses: int) -> None:
    way = found(made(shape))
    assert (way.service, way.found_in, way.dial_ins[0].number) == (service, where, number)
    assert way.dial_ins[0].tones.count("p") == pauses
    assert way.dial_ins[0].digits.endswith("#")
    assert way.refused == ()


@pytest.mark.parametrize("shape", ["teams", "teams-old", "teams-german", "teams-home", "plain"])
def test_only_the_author_s_own_text_is_kept_for_reading(shape: str) -> None:
    assert text_of(made(shape, dial_in="+49 69 90009 321").html) == OWN


def test_every_shape_is_tried_here() -> None:
    tried = {"teams", "teams-old", "teams-german", "teams-home", "zoom", "webex", "meet", "safe-links", "plain"}
    assert set(SHAPES) == tried
