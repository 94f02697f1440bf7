"""Dial-ins that are recognised by their form, whatever the words, and numbers of the same form that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.meetings.extract import find_join_details

SPAN = Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
NUMBER, CODE = "+493023125188", "730184#"
LINK = "Join: https://meet.jit.si/AdatumWeekly\n"
DIAL_IN = "Dial-in: +49 30 23125188\nAccess code: 730184#\n"
HEADER = (
    "-----Original Message-----\nFrom: Jonas Winter <jonas@fabrikam.example>\nSent: Tuesday, 4 March 2025 09:14\n"
    "To: Ana Okafor\nSubject: Budget\n\n"
)


def offered(body: str, title: str = "Review", region: str = "DE") -> set[tuple[str, str]]:
    event = Event("1", "c", title, SPAN)
    return {(each.number, each.digits) for each in find_join_details(event, body, region).dial_ins}


@pytest.mark.parametrize(
    "text",
    [
        "Einwahl: 030 23125188 / 730184#",
        "Telko 030 23125188 Code 730184#",
        "Bitte rufen Sie 030 23125188 an und geben Sie die PIN 730184# ein.",
        "Dial +49 30 23125188 then 730184#",
        "We use my bridge: +49 30 23125188, passcode 730184",
        "Numéro : +49 30 23125188\nCode : 730184#",
        "Número de la conferencia: 030 23125188\nCódigo de conferencia: 730184#",
        "Numer: +49 30 23125188, kod: 730184#",
        "Číslo: +49 30 23125188\nPIN: 730184#",
        "Αριθμός: +49 30 23125188\nΚωδικός: 730184#",
        "Номер: +49 30 23125188, ПИН: 730184#",
        "הוועידה: +49 30 23125188 קוד: 730184#",
        "<table><tr><th>Dial-in</th><th>PIN</th></tr><tr><td>+49 30 23125188</td><td>730184#</td></tr></table>",
        "Mobile one-click: +49 30 23125188,,730184#",
        "Un clic dal cellulare<tel:+493023125188,,730184%23>",
    ],
)
def test_number_and_code_of_a_conference_are_found_by_their_form(text: str) -> None:
    assert offered(text) == {(NUMBER, CODE)}


@pytest.mark.parametrize("link", ["", LINK])
@pytest.mark.parametrize(
    "text",
    [
        "Ana Okafor: +49 30 23125188\nPIN: 7301#",
        "Call the caretaker at +49 30 23125188, code 730184#",
        "Appelez le gardien au +49 30 23125188, code 730184#",
        "Rufen Sie den Hausmeister unter 030 23125188 an, Code 730184#",
        "Zadzwoń do portiera +49 30 23125188, kod 730184#",
        "Ring vaktmästaren på 030 23125188, kod 730184#",
        "Позвоните охране: +49 30 23125188, код 730184#",
        "管理人：+49 30 23125188\n暗証番号：730184#",
        "Portero: +49 30 23125188\nClave de acceso: 730184#",
        "Porter\nNumber: +49 30 23125188\nCode: 730184#",
        "Key collection\nPhone number: +49 30 23125188\nCode: 730184#",
        "Room phone: +49 30 23125188\nMeeting room PIN: 730184",
        "Mobile: +49 30 23125188,,7301",
        "ניתן ליצור איתי קשר בטלפון +49 30 23125188",
    ],
)
def test_a_person_with_a_code_of_something_else_is_none(text: str, link: str) -> None:
    assert offered(f"{link}{text}\n") == set()


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Připojení po telefonu: +49 30 23125188\nPIN hosta: 730184#\n", {CODE}),
        ("Pripojenie cez telefón: +49 30 23125188\nPIN hosťa: 730184#\n", {CODE}),
        ("Dołącz telefonicznie: +49 30 23125188\nPIN hosta: 112233#\nPIN gościa: 730184#\n", {CODE}),
    ],
)
def test_hosta_is_the_guest_in_czech_and_the_host_in_polish(text: str, digits: set[str]) -> None:
    assert {typed for _, typed in offered(text)} == digits


def test_the_number_of_a_services_meeting_is_not_dialled() -> None:
    silent = "https://contoso.webex.com/meet/ana\nMeeting number: 312 555 0188\nAccess code: 730184\n"
    assert offered(silent, region="US") == set()


def test_each_of_two_services_meetings_keeps_its_own_code() -> None:
    chime = "1) https://app.chime.aws/meetings/1680284631\nDial-in:\nGermany: +49 30 23125188\nCode: 1680 28 4631\n"
    zoom = "2) https://zoom.us/j/68613133125\n+49 30 23125199 Germany\nMeeting ID: 686 1313 3125\nPasscode: 486907\n"
    assert offered(f"{chime}\n{zoom}") <= {(NUMBER, "1680284631#")}


def test_an_older_meeting_below_the_link_is_not_dialled() -> None:
    assert offered(f"{LINK}\n{HEADER}{DIAL_IN}") == set()


def test_an_invitation_that_is_passed_on_counts_and_an_older_one_below_an_answer_does_not() -> None:
    assert offered(f"See below\n\n{HEADER}{DIAL_IN}", "FW: Budget") == {(NUMBER, CODE)}
    assert offered(f"See you\n\n{HEADER}{DIAL_IN}", "RE: Budget") == set()


def test_an_address_in_angle_brackets_is_read_in_html_as_well() -> None:
    assert offered("Tap<tel:+493023125188,,730184%23><br>PIN: 730184#<p>Hello</p>") == {(NUMBER, CODE)}
