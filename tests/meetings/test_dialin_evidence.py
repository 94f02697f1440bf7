"""Which numbers are dialled: the conference's with a participant's code, and no one else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from itertools import product

import pytest

from carlendar.domain.event import Event, Person
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.plan import JoinAction, Situation, plan
from tests.meetings.labels import HOMES, LANGUAGES, labels

SPAN = Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
TEAMS_LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%7d"
SILENT = f"Join the meeting now<{TEAMS_LINK}>\nMeeting ID: 281 442 953 617\nPasscode: aB3dE9\n"
TEAMS = (
    SILENT
    + f"{'_' * 32}\nDial in by phone\n+1 312-555-0188,,802137465# United States, Chicago\n"
    + "Find a local number<https://dialin.teams.microsoft.com/1?id=802137465>\nPhone conference ID: 802 137 465#\n"
)
ZOOM = (
    "Join Zoom Meeting\nhttps://us02web.zoom.us/j/80213746592?pwd=Zx8abc.1\n\nMeeting ID: 802 1374 6592\n"
    "Passcode: 278999\n\nOne tap mobile\n+13125550188,,80213746592#,,,,*278999# US (Chicago)\n\n"
    "Dial by your location\n+1 312 555 0188 US (Chicago)\n\nFind your local number: https://us02web.zoom.us/u/k\n"
)
ZOOM_BARE = "https://us02web.zoom.us/j/80213746592\n+13125550188,,80213746592#\n"
ZOOM_SILENT = "Join Zoom Meeting\nhttps://us02web.zoom.us/j/80213746592\nMeeting ID: 802 1374 6592\nPasscode: 278999\n"
WEBEX = (
    "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef\n"
    "Meeting number (access code): 177 400 7047\nMeeting password: hW3xPq7Tz2a\n"
    "Tap to join from a mobile device (attendees only)\n+1-312-555-0188,,1774007047## US Toll\n"
    "Join by phone\n+1-312-555-0188 US Toll\n"
    "Global call-in numbers<https://contoso.webex.com/contoso/globalcallin.php?MTID=m012>\n"
)
MEET = (
    "Join with Google Meet: https://meet.google.com/abc-defg-hij\nOr dial: (US) +1 312-555-0188 PIN: 123456789#\n"
    "More phone numbers: https://tel.meet/abc-defg-hij?pin=1\n"
)
GOTO = (
    "https://global.gotomeeting.com/join/123456789\nYou can also dial in using your phone.\n"
    "United States: +1 (312) 555-0188\nAccess Code: 123-456-789\n"
)
BRIDGE = "Dial-in number: +1 312 555 0188\nAccess code: 730184\n"
GENUINE = {
    "teams": TEAMS,
    "zoom": ZOOM,
    "bare": ZOOM_BARE,
    "webex": WEBEX,
    "meet": MEET,
    "goto": GOTO,
    "bridge": BRIDGE,
}
OTHERS = {"silent teams": SILENT, "silent zoom": ZOOM_SILENT, "no meeting": "Let us meet at the office.\n"}
CONFERENCE = "+13125550188"

STRANGERS = (
    "Office: +49 40 55501234",
    "Ana Meyer\nHead of Sales\nContoso GmbH\nTel: +49 40 55501234\nMobil: +49 171 2345678",
    "-- \nAna Meyer\n+49 40 55501234",
    "Ana Meyer | Contoso | +49 40 55501234",
    "T +49 40 55501234\nM +49 171 2345678",
    "You can contact me at:\nAna Meyer\nana@contoso.example\n+49 40 55501234",
    "+49 40 55501234",
    "Ana Meyer, Hamburg, Germany, +49 40 55501234",
    "Germany: +49 40 55501234",
    "+49 40 55501234 Germany",
    "Germany Sales: +49 40 55501234",
    "Call me at +49 40 55501234 if you are delayed",
    "If you have trouble dialing in, call +49 40 55501234",
    "Problems joining? Dial +49 40 55501234",
    "Dial-in is not available. Ana: +49 171 2345678, code 730185",
    "If you can't dial in, my mobile is +49 171 2345678, PIN 7301#",
    "Bei Problemen mit der Einwahl: +49 40 55501234",
    "Ich bin telefonisch erreichbar unter +49 40 55501234",
    "For technical support: +49 40 55501234, PIN 4711#",
    "Flight AB123, booking code: 730184, hotline +49 40 55501234",
    "Door code: 602913\nHost: Ana +49 171 2345678",
    "Ana Meyer +49 171 2345678\nDoor code: 602913#",
    "Hotel Contoso, reservation number 730184#, phone +49 40 55501234",
    "Parking: +49 40 55501234, gate PIN 4711#",
    "Dial +49 40 55501234 on arrival, code 6029",
    "Tel. +49 40 55501234\nID 4711-0815",
    "Office +49 40 55501234 ext. 730184",
    "Mobile: +49 171 2345678,,1234",
    "Interpreter line (French): +49 40 55501234, interpreter code 889792#",
    "Moderator: Ana Meyer, +49 171 2345678",
    "or +49 171 2345678 (Ana)",
    "(415) 555-0123",
    "<tel:+494055501234> +49 40 55501234",
    "Emergency contact: +49 40 55501234 PIN: 4711#",
    "電話: +81 3-5550-1234",
    "手机：+86 138 5550 1234",
    "Join by H.323\n162.255.37.11 (US West)",
)


def dial_ins(body: str, region: str = "DE", place: str = "") -> set[tuple[str, str]]:
    """Number and digits of all that is offered, parked or moving."""
    found = find_join_details(Event("1", "c", "Review", SPAN, place=Place(place) if place else None), body, region)
    plans = [plan(found, Situation(parked=parked, region=region)) for parked in (True, False)]
    steps = [step for made in plans for step in (made.first, *made.also) if step.action is JoinAction.CALL]
    offered = {(step.number, step.tones.replace("p", "")) for step in steps}
    return offered | {(each.number, each.digits) for each in found.dial_ins}


def as_html(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))


def above(stranger: str, body: str) -> str:
    return f"{stranger}\n\n{body}"


def below(stranger: str, body: str) -> str:
    return f"{body.rstrip()}\n{stranger}"


def below_a_blank_line(stranger: str, body: str) -> str:
    return f"{body.rstrip()}\n\n{stranger}"


def behind_on_the_line(stranger: str, body: str) -> str:
    return f"{body.rstrip()} {stranger}"


def in_html(stranger: str, body: str) -> str:
    return as_html(f"{body}\nBest regards\n{stranger}")


PLACED: tuple[Callable[[str, str], str], ...] = (above, below, below_a_blank_line, behind_on_the_line, in_html)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_s_number_is_never_offered(stranger: str) -> None:
    """Beside every service's dial-in, in every place, read in two countries: only the conference is."""
    wrong = [
        (name, placed.__name__, region)
        for (name, body), placed, region in product((GENUINE | OTHERS).items(), PLACED, ("DE", "US"))
        if {number for number, _ in dial_ins(placed(stranger, body), region)} - {CONFERENCE}
    ]
    missed = [
        (name, placed.__name__)
        for (name, body), placed in product(GENUINE.items(), PLACED)
        if {number for number, _ in dial_ins(placed(stranger, body))} != {CONFERENCE}
        # a whole sentence of text before a label on its line leaves in doubt what it labels
        and placed is not behind_on_the_line
    ]
    assert (wrong, missed) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bridge_is_found_by_its_labels_in_every_language(language: str) -> None:
    home, mine = HOMES[language], labels(language)
    expected = {(home.e164, "730184#")}
    number = mine["number"][0]
    missed = [
        (number, code, mark, body)
        for code, mark in product(mine["code"], ("", "#"))
        for body in (
            f"{number}: {home.written}\n{code}: 730184{mark}\n",
            f"{number}:\n{home.written}\n{code}:\n730184{mark}\n",
            f"{number}: {home.e164} {code}: 730184{mark}",
            f"{mine['dial'][0]}\n{home.written}\n{code}: 730184{mark}\n",
        )
        if dial_ins(body, home.region) != expected
    ]
    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_participant_s_code_is_dialled_wherever_the_host_s_stands(language: str) -> None:
    home, mine = HOMES[language], labels(language)
    expected = {(home.e164, "730184#")}
    number = f"{mine['number'][0]}: {home.written}\n"
    wrong = []
    for host, guest in product(mine["host"], mine["guest"]):
        codes = f"{host}: 1112223#\n{guest}: 730184#\n"
        turned = f"{guest}: 730184#\n{host}: 1112223#\n"
        wrong += [
            body
            for body in (number + codes, codes + number, number + turned)
            if dial_ins(body, home.region) != expected
        ]
    wrong += [host for host in mine["host"] if dial_ins(f"{number}{host}: 1112223#\n", home.region)]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_s_own_line_and_other_codes_are_no_dial_in_in_any_language(language: str) -> None:
    home, mine = HOMES[language], labels(language)
    bridge = f"{mine['number'][0]}: {home.e164}\n{mine['code'][0]}: 730184#\n"
    wrong = []
    for personal in mine["personal"]:
        stranger = f"{personal}: {home.other}"
        codes = (mine["other"][0], mine["code"][0])
        wrong += [code for code in codes if dial_ins(f"{stranger}\n{code}: 602913#\n", home.region)]
        wrong += [personal for body in (SILENT,) if dial_ins(f"{body}\n{stranger}\n", home.region)]
        beside = (f"{bridge}\nAna Meyer\n{stranger}\n", f"{bridge}{stranger}\n", f"{stranger}\n{bridge}")
        wrong += [body for body in beside if dial_ins(body, home.region) != {(home.e164, "730184#")}]
    for other in mine["other"]:
        wrong += [
            other for mark in ("", "#") if dial_ins(f"Ana Meyer\n{home.other}\n{other}: 602913{mark}\n", home.region)
        ]
        around = f"{other}: 602913#\n{bridge}{other}: 602914\n"
        wrong += [around for _ in "1" if dial_ins(around, home.region) != {(home.e164, "730184#")}]
    assert wrong == []


@pytest.mark.parametrize(
    ("body", "region", "expected"),
    [
        ("Dial-in number: (312) 555-0123\nAccess code: 730184", "US", {("+13125550123", "730184#")}),
        ("Dial-in number: (312) 555-0123\nAccess code: 730184", "DE", {("+13125550123", "730184#")}),
        (
            "Dial-In Number: +1 (773) 555-0123\nHost Access: 123-456-789\nParticipant Access: 987-654-321",
            "US",
            {("+17735550123", "987654321#")},
        ),
        ("Dial-in number: 1800 123 456\nPIN: 730184", "AU", {("+611800123456", "730184#")}),
        ("Dial-in number: 1300 123 456\nPIN: 730184", "AU", {("+611300123456", "730184#")}),
        ("Dial-in number: 1800 555 123\nPIN: 730184", "IE", {("+3531800555123", "730184#")}),
        ("Dial-in number: 1800 123 4567\nPIN: 730184", "IN", {("+9118001234567", "730184#")}),
        ("Dial-in number: 1800 88 1234\nPIN: 730184", "MY", {("+601800881234", "730184#")}),
        ("Dial-in number: 1800 012 345\nPIN: 730184", "TH", {("+661800012345", "730184#")}),
        ("Dial-in number: 800 123 4567\nPIN: 730184", "SG", {("+658001234567", "730184#")}),
        ("Dial-in number: 400 123 4567\nPIN: 730184", "CN", {("+864001234567", "730184#")}),
        ("Dial-in number: 0800 123 456\nPIN: 730184", "NZ", {("+64800123456", "730184#")}),
        ("Germany (Toll Free): 0 800 723 5274\nAccess Code: 123-456-789", "US", {("+498007235274", "123456789#")}),
        (
            "+1 312 555 0188 (host code 1112223#, participant code 730184#)",
            "US",
            {(CONFERENCE, "730184#")},
        ),
        ("Host: +1 312 555 0188,,1112223#\nGuests: +1 312 555 0188,,730184#", "US", {(CONFERENCE, "730184#")}),
        (
            (
                "Tap to join from a mobile device (panelists only)\n+1-312-555-0188,,25526784372##\n"
                "Tap to join from a mobile device (attendees only)\n+1-312-555-0188,,25526784999##"
            ),
            "US",
            {(CONFERENCE, "25526784999##")},
        ),
        ("Attendee ID: 4711\nAccess code: 730184#\nDial-in: +1 312 555 0188", "US", {(CONFERENCE, "730184#")}),
        ("Dial in: +49 69 90009123 (24/7), code: 730184", "DE", {("+496990009123", "730184#")}),
        ("Dial in: +49 69 90009123 10:30, code: 730184", "DE", {("+496990009123", "730184#")}),
        ("Bridge: 069 90009123 x730184#", "DE", {("+496990009123", "730184#")}),
        (
            "ダイヤルイン：０３－１２３４－５６７８\nアクセスコード：７３０１８４＃",
            "JP",
            {("+81312345678", "730184#")},
        ),
        (
            "US bridge: +1 312 555 0188\nCode: 730184#\nGerman bridge: +49 69 90009123\nCode: 222222#",
            "DE",
            {(CONFERENCE, "730184#"), ("+496990009123", "222222#")},
        ),
        (
            (
                "https://bluejeans.com/407741366\nPhone Dial-in\n+1.312.555.0188 (United States)\n"
                "Meeting ID: 407 741 366\nParticipant Passcode: 5758"
            ),
            "US",
            {(CONFERENCE, "407741366#5758#")},
        ),
    ],
)
def test_a_code_belongs_to_the_number_of_its_own_block(body: str, region: str, expected: set[tuple[str, str]]) -> None:
    assert dial_ins(body, region) == expected


@pytest.mark.parametrize(
    "place", ["Ana mobile +49 171 2345678", "Call Ana +49 171 2345678", "Reception +49 30 12345678"]
)
def test_a_person_s_number_in_the_place_is_none(place: str) -> None:
    assert dial_ins("", place=place) == set()


def test_a_number_in_the_place_is_none_where_a_link_leads_elsewhere() -> None:
    assert dial_ins(ZOOM_SILENT, place="+49 30 12345678") == set()


def test_a_number_in_the_place_gets_the_code_of_the_body() -> None:
    assert dial_ins("PIN: 730184#", place="+49 69 90009123") == {("+496990009123", "730184#")}


def test_a_national_number_of_two_possible_countries_is_not_dialled() -> None:
    organizer = Person("Ana Meyer", "ana@contoso.co.uk")
    body = "Dial-in number: 0800 123 4567\nPIN: 730184#"
    assert find_join_details(Event("1", "c", "Review", SPAN, organizer=organizer), body, "DE").dial_ins == ()
    assert dial_ins(body, "GB") == {("+448001234567", "730184#")}


def test_an_older_meeting_that_is_quoted_is_not_called() -> None:
    quoted = f"-----Original Message-----\nFrom: Jonas <jonas@fabrikam.example>\nDate: 2025-03-04 09:00\n\n{BRIDGE}"
    assert dial_ins(SILENT + quoted) == set()
    assert dial_ins(f"See below.\n{quoted}") == {(CONFERENCE, "730184#")}


@pytest.mark.parametrize(
    ("label", "passcode", "onward"),
    [
        ("Meeting ID", "Passcode", "One tap mobile"),
        ("Besprechungs-ID", "Kenncode", "Schnelleinwahl mobil"),
        ("ミーティングID", "パスコード", "ワンタップモバイル機器"),
        ("Toplantı Kimliği", "Parola", "Tek dokunuşla mobil"),
        ("会议号", "密码", "手机一键拨号"),
        ("Идентификатор конференции", "Пароль", "Одним касанием"),
        ("ID de réunion", "Code secret", "Une seule touche sur mobile"),
    ],
)
@pytest.mark.parametrize("link", ["https://us02web.zoom.us/j/80213746592?pwd=Zx8.1", "https://zoom.us/j/80213746592"])
def test_a_label_that_ran_on_is_no_part_of_link_or_passcode(label: str, passcode: str, onward: str, link: str) -> None:
    body = f"{link}{label}: 802 1374 6592{passcode}: 278999{onward}+13125550188,,80213746592#,,,,*278999# US"
    found = find_join_details(Event("1", "c", "Review", SPAN), body, "US")
    assert (found.url, found.meeting_id, found.passcode) == (link, "80213746592", "278999")
    assert [(each.number, each.digits) for each in found.dial_ins] == [(CONFERENCE, "80213746592#*278999#")]


@pytest.mark.parametrize("label", ["Meeting ID", "Besprechungs-ID", "会議 ID", "Toplantı kimliği", "Id. de reunión"])
def test_a_label_that_ran_on_behind_a_teams_link_is_no_part_of_it(label: str) -> None:
    link = "https://teams.microsoft.com/meet/281442953617?p=abcDEF123456"
    assert find_join_details(Event("1", "c", "Review", SPAN), f"{link}{label}: 281 442 953 617", "US").url == link


def test_a_one_tap_line_below_a_long_table_of_figures_is_found() -> None:
    table = "\n".join(f"Item {row}: {1000 + row} pieces, {20260000 + row}" for row in range(800))
    assert {number for number, _ in dial_ins(f"{table}\n{ZOOM}")} == {CONFERENCE}
