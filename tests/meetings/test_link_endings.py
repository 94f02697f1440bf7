"""Where a link and a passcode end when the line breaks of an invitation were lost."""

from __future__ import annotations

import time

import pytest

from carlendar.meetings import identifiers
from carlendar.meetings.endings import trimmed
from carlendar.meetings.links import found_in

LABELS = (
    "Meeting ID: 857",
    "Besprechungs-ID: 857",
    "ID de réunion : 857",
    "Numéro de réunion : 857",
    "ID de reunión: 857",
    "ID riunione: 857",
    "ID do encontro: 857",
    "Número de reunião: 857",
    "Vergadering-ID: 857",
    "Mødets id: 857",
    "Møte-ID: 857",
    "Mötes-ID: 857",
    "Kokouksen tunnus: 857",
    "Identyfikator spotkania: 857",
    "ID schůzky: 857",
    "Číslo schůzky: 857",
    "Értekezlet azonosítója: 857",
    "Id-ul întâlnirii: 857",
    "Toplantı Kimliği: 857",
    "Αναγνωριστικό σύσκεψης: 857",
    "Идентификатор конференции: 857",
    "Ідентифікатор наради: 857",
    "מזהה פגישה: 857",
    "معرّف الاجتماع: 857",
    "ミーティングID: 857",
    "会议号：857",
    "회의 ID: 857",
    "---One tap mobile",
    "________________",
    "Dial in by phone+1 323",
    "+1 323 555 0100",
    "https://zoom.us/u/abcdEF",
)
"""What stands behind the link in invitations of 24 languages: the next label, a rule, a number or a link."""

LINKS = (
    "https://us02web.zoom.us/j/85775884256?pwd=Zx8.1",
    "https://zoom.us/j/85775884256",
    "https://zoom.us/j/85775884256?pwd=QkLm3x",
    "https://zoom.us/j/85775884256?pwd=aEl6bnFiS2hHZ3VJNGVjOVJ4ZFhzdz09",
    "https://zoom.us/w/85775884256",
    "https://teams.microsoft.com/meet/2814429536174?p=aB3dE9QkLm",
    "https://teams.microsoft.com/meet/2814429536174",
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d",
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0",
    "https://meet.google.com/abc-defg-hij",
    "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef",
    "https://global.gotomeeting.com/join/123456789",
    "https://v.ringcentral.com/join/482915377?pw=9f3c2a7e",
    "https://app.chime.aws/meetings/4829153771",
    "https://app.chime.aws/meetings?pin=4829153771",
    "https://v.ringcentral.com/join/482915377?pw=0123456789abcdef0123456789abcdef",
    "https://contoso.zoom.us/my/ana.meyer",
    "https://contoso.webex.com/meet/ana.meyer",
)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("link", LINKS)
def test_a_link_ends_where_its_service_ends_it(link: str, label: str) -> None:
    assert next(found_in(f"Join: {link}{label} 7588 4256\n")) == link


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("following", ["", " Meeting ID: 857", "\nor dial: +1 323", " (Zoom)", "\nPasscode: 730184"])
def test_a_link_that_stands_alone_is_kept_whole(link: str, following: str) -> None:
    assert next(found_in(f"Join: {link}{following}")) == link


@pytest.mark.parametrize(
    "link",
    [
        "https://us02web.zoom.us/j/85775884256?pwd=Zx8.1&from=addon",
        "https://zoom.us/j/85775884256?pwd=Zx8.1#success",
        "https://zoom.us/w/85775884256?tk=Ab-C_d.E&pwd=Zx8.1&uuid=WN_AbCd-Ef",
        "https://contoso.zoom.us/wc/85775884256/join?pwd=Zx8.1",
        "https://meet.google.com/abc-defg-hij?authuser=1&hs=122",
        "https://meet.jit.si/ContosoDaily#config.startWithAudioMuted=true",
        "https://zoom.us/j/123456789012",
        "https://teams.microsoft.com/meet/28144295361742814",
        "https://v.ringcentral.com/join/482915377?pw=9f3c2aXyZ",
        "https://app.slack.com/huddle/T01ABCD23/C04EFGH56",
        "https://youtu.be/1234Abcdefg",
        "https://meet.jit.si/Besprechung-Köln",
        "https://meet.jit.si/会議室",
        "https://jitsi.contoso.example/Überblick",
        "https://v.ringcentral.com/join/482915377?pw=9f3c2a7e&x=1",
        "https://teams.microsoft.com/l/meetup-join/19%3am_x%40thread.v2/0?context=%7b%22a%22%3a%7b%7d%7d&anon=true",
        "https://facetime.apple.com/join#v=1&p=k3J_x9-Q&k=Zm9v-bar",
        "https://meet.proton.me/join/id-K3J9X2Q8#pwd-Zm9vYmFy",
    ],
)
def test_what_belongs_to_a_link_stays(link: str) -> None:
    assert trimmed(link) == link


def test_a_name_in_capitals_is_kept_where_no_label_follows() -> None:
    assert next(found_in("https://contoso.zoom.us/my/anaMeyer\nor dial +1")) == "https://contoso.zoom.us/my/anaMeyer"


@pytest.mark.parametrize(
    "around", ["“{}”", "{}…", "{}\\nMeeting", "**{}**", "[{}]", "({})", "<{}>>", "{};", "'{}'", "会議{}です"]
)
@pytest.mark.parametrize("link", ["https://whereby.com/contoso-daily", "https://zoom.us/j/85775884256?pwd=Zx8.1"])
def test_characters_around_a_link_are_not_part_of_it(link: str, around: str) -> None:
    assert next(found_in(around.format(link))) == link


def test_two_links_without_a_space_are_two() -> None:
    zoom, numbers = "https://zoom.us/j/85775884256?pwd=Zx8.1", "https://zoom.us/u/abcd"
    assert list(found_in(f"{zoom}{numbers}")) == [zoom, numbers]


def test_a_room_of_any_letters_ends_where_another_script_begins() -> None:
    assert trimmed("https://meet.jit.si/ContosoDaily会議") == "https://meet.jit.si/ContosoDaily"


@pytest.mark.parametrize(
    ("service", "number", "text", "expected"),
    [
        ("teams", "281442953617", "Meeting ID: 281 442 953 617Passcode: aB3dE9Dial in by phone+1 323", "aB3dE9"),
        ("teams", "281442953617", "Besprechungs-ID: 281 442 953 617Passcode: aB3dE9fGPer Telefon", "aB3dE9fG"),
        ("teams", "281442953617", "会议 ID: 281 442 953 617密码: aB3dE9拨入", "aB3dE9"),
        ("teams", "281442953617", "Toplantı Kimliği: 281 442 953 617Geçiş kodu: aB3dE9Çevirin", "aB3dE9"),
        ("teams", "281442953617", "Meeting ID: 281 442 953 617\nPasscode: aB3dE9fG\nDial in", "aB3dE9fG"),
        ("teams", "281442953617", "Meeting ID: 281 442 953 617\nPasscode: xYzAbcde\n", "xYzAbcde"),
        ("zoom", "85775884256", "Meeting ID: 857 7588 4256Passcode: 730184---One tap mobile", "730184"),
        ("zoom", "85775884256", "Meeting-ID: 857 7588 4256Kenncode: 730184Schnelleinwahl mobil", "730184"),
        ("zoom", "85775884256", "ミーティングID: 857 7588 4256パスコード: 730184ワンタップ", "730184"),
        ("zoom", "85775884256", "ID: 857 7588 4256Code secret : 730184Téléphone", "730184"),
        ("zoom", "85775884256", "Meeting ID: 857 7588 4256Passcode: 730184+13125550100,,857", "730184"),
        ("zoom", "85775884256", "Meeting ID: 857 7588 4256Passcode: 730184https://zoom.us/u/x", "730184"),
        ("zoom", "85775884256", "Meeting ID: 857 7588 4256\nPasscode: a1@b*C\n", "a1@b*C"),
        ("zoom", "85775884256", "会议号：857 7588 4256 密码：730184 ", "730184"),
    ],
)
def test_a_passcode_ends_where_the_next_words_begin(service: str, number: str, text: str, expected: str) -> None:
    assert identifiers.passcode(service, number, text) == expected


@pytest.mark.parametrize("host", ["teams.microsoft.com/x", "zoom.us/w/1", "contoso.webex.com/", "x.example/"])
@pytest.mark.parametrize(
    "unit", ["?context=%7b", "?pwd=aaaa", "Aa", "a/", "=//zoom.us/", "%257b", "1会", "@thread.v2/0"]
)
def test_the_end_of_hostile_links_is_found_in_linear_time(host: str, unit: str) -> None:
    text = "\n".join([f"https://{host}{unit * 4000}"[:4000]] * 32)
    start = time.process_time()
    assert len(list(found_in(text))) <= 32 * 400
    assert time.process_time() - start < 2.0  # a tenth of that is usual
