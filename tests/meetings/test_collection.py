"""Services × languages × damage: the same meeting is found in all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from itertools import product
from urllib.parse import quote

import pytest

from app.domain.event import Event
from app.domain.timespan import Timespan
from app.meetings.extract import way_in

SPAN = Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))

# join, meeting ID, passcode, dial in, conference ID, the place as services write it, its number
LABELS = {
    "en": (
        "Join the meeting now",
        "Meeting ID",
        "Passcode",
        "Dial in by phone",
        "Phone conference ID",
        "+1 323-555-0199",
    ),
    "de": (
        "Jetzt teilnehmen",
        "Besprechungs-ID",
        "Kennung",
        "Per Telefon einwählen",
        "Telefonkonferenz-ID",
        "+49 69 12345678",
    ),
    "fr": (
        "Rejoindre la réunion",
        "ID de réunion",
        "Code secret",
        "Se connecter",
        "ID de conférence",
        "+33 1 70 99 12 34",
    ),
    "es": (
        "Unirse a la reunión",
        "Id. de reunión",
        "Código de acceso",
        "Llamar",
        "Id. de conferencia",
        "+34 912 34 56 78",
    ),
    "it": ("Partecipa", "ID riunione", "Passcode", "Accedi con il telefono", "ID conferenza", "+39 02 1234 5678"),
    "pt": (
        "Entrar na reunião",
        "ID da reunião",
        "Senha",
        "Ligar por telefone",
        "ID da conferência",
        "+351 21 123 4567",
    ),
    "nl": ("Deelnemen", "Vergadering-id", "Wachtwoordcode", "Inbellen", "Telefonische vergader-id", "+31 20 123 4567"),
    "pl": (
        "Dołącz",
        "Identyfikator",
        "Kod dostępu",
        "Połącz telefonicznie",
        "Identyfikator konferencji",
        "+48 22 123 45 67",
    ),
    "cs": ("Připojit se", "ID schůzky", "Heslo", "Připojit se telefonicky", "ID konference", "+420 225 123 456"),
    "sv": ("Anslut till mötet", "Mötes-ID", "Lösenord", "Ring in", "Telefonkonferens-ID", "+46 8 123 456 78"),
    "ja": ("今すぐ会議に参加する", "会議 ID", "パスコード", "電話でダイヤルイン", "電話会議 ID", "+81 3-1234-5678"),
    "zh": ("立即加入会议", "会议 ID", "密码", "通过电话拨入", "电话会议 ID", "+86 10 1234 5678"),
}
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d"
ZOOM = "https://contoso.zoom.us/j/85775884256?pwd=VG9rZW4.1"
WEBEX = "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef"
MEET = "https://meet.google.com/abc-defg-hij"


def teams(language: str) -> str:
    join, meeting, code, dial, conference, number = LABELS[language]
    return (
        f"{join} <{TEAMS}>\n{meeting}: 281 442 953 617\n{code}: aB3dE9\n{'_' * 32}\n{dial}\n"
        f"{number},,123456789#\n{conference}: 123 456 789#\n"
    )


def zoom(language: str) -> str:
    join, meeting, code, dial, _, number = LABELS[language]
    return (
        f"{join}\n{ZOOM}\n{meeting}: 857 7588 4256\n{code}: 278999\n---\n{dial}\n"
        f"{number},,85775884256#,,,,*278999#\n{number}\nhttps://contoso.zoom.us/u/kcAbCd\n"
    )


def webex(language: str) -> str:
    join, meeting, code, dial, _, number = LABELS[language]
    return f"{join}\n{WEBEX}\n{meeting}: 177 400 7047\n{code}: hW3xPq7T\n{dial}\n{number},,1774007047##\n"


def meet(language: str) -> str:
    join, _, _, dial, _, number = LABELS[language]
    return f"{join}: {MEET}\n{dial}: ({language.upper()}) {number} PIN: 123 456 789#\nhttps://tel.meet/abc-defg-hij?pin=1\n"


WRITTEN: dict[str, tuple[Callable[[str], str], str, str]] = {
    "teams": (teams, TEAMS, "p123456789#"),
    "zoom": (zoom, ZOOM, "p85775884256#ppp*278999#"),
    "webex": (webex, WEBEX, "p1774007047##"),
    "meet": (meet, MEET, "p123456789#"),
}


def as_html(text: str) -> str:
    lines = (f"<div style='margin:0'><span lang=x>{escape(line)}</span></div>" for line in text.split("\n"))
    return f"<html><head><style>div{{margin:1px}}</style></head><body>{''.join(lines)}</body></html>"


def behind_safe_links(text: str) -> str:
    for link in (TEAMS, ZOOM, WEBEX, MEET):
        wrapped = (
            f"https://eur02.safelinks.protection.outlook.com/?url={quote(link, safe='')}&data=05%7C&sdata=x&reserved=0"
        )
        text = text.replace(link, wrapped)
    return as_html(text)


DAMAGE: dict[str, Callable[[str], str]] = {
    "none": str,
    "html": as_html,
    "safe links": behind_safe_links,
    "line breaks lost": lambda text: text.replace("\n", " "),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "raw iCalendar text": lambda text: text.replace(",", "\\,").replace("\n", "\\n"),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize(("service", "language", "damage"), list(product(WRITTEN, LABELS, DAMAGE)))
def test_the_meeting_is_found(service: str, language: str, damage: str) -> None:
    write, url, tones = WRITTEN[service]
    found = way_in(Event("1", "c", "Review", SPAN), DAMAGE[damage](write(language)), "DE")
    number = "".join(each for each in LABELS[language][-1] if each in "+0123456789")
    assert (found.service, found.url) == (service, url)
    assert [(each.number, each.tones) for each in found.dial_ins] == [(number, tones)]
    assert (
        found.meeting_id
        == {"teams": "281442953617", "zoom": "85775884256", "webex": "1774007047", "meet": "abc-defg-hij"}[service]
    )
    assert found.passcode == {"teams": "aB3dE9", "zoom": "278999", "webex": "hW3xPq7T", "meet": ""}[service]
