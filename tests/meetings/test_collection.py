"""Services × languages × damage: the same meeting is found in all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from itertools import product
from urllib.parse import quote

import pytest

from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.meetings.extract import find_join_details

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
GOTO = "https://global.gotomeeting.com/join/374772109"
RINGCENTRAL = "https://v.ringcentral.com/join/123456789?pw=abcd"
CHIME = "https://chime.aws/6064724824"
LINKS = (TEAMS, ZOOM, WEBEX, MEET, GOTO, RINGCENTRAL, CHIME)
PLACES = {
    "en": "United States",
    "de": "Deutschland",
    "fr": "France",
    "es": "España",
    "it": "Italia",
    "pt": "Portugal",
    "nl": "Nederland",
    "pl": "Polska",
    "cs": "Česko",
    "sv": "Sverige",
    "ja": "日本",
    "zh": "中国",
}


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


def goto(language: str) -> str:
    join, _, code, dial, _, number = LABELS[language]
    return f"{join}\n{GOTO}\n\n{dial}.\n{PLACES[language]}: {number}\n\n{code}: 374-772-109\n"


def ringcentral(language: str) -> str:
    join, meeting, code, dial, _, number = LABELS[language]
    return (
        f"{join}: {RINGCENTRAL}\n{meeting}: 123 456 789\n{code}: Ab12cd\n{dial}:\n"
        f"{number},,123456789#\n{number}\nhttps://v.ringcentral.com/teleconference\n"
    )


def chime(language: str) -> str:
    join, meeting, _, dial, _, number = LABELS[language]
    return (
        f"{join}: {CHIME}\n{meeting}: 6064 72 4824\n{dial}: {number},,,6064724824#\n"
        f"{PLACES[language]} (1): {number}\nhttps://chime.aws/dialinnumbers/\n"
    )


def bridge(language: str) -> str:
    """A telephone conference of an unknown provider: number, and the PIN on the next line."""
    _, _, _, dial, conference, number = LABELS[language]
    return f"{dial}: {number}\n{conference}: 471 108 15 #\n"


def tel_links(language: str) -> str:
    """The number stands in a `tel:` link alone, percent-coded."""
    join, _, _, dial, _, number = LABELS[language]
    coded = number.replace("+", "%2B").replace(" ", "%20")
    return f"{join} <{TEAMS}>\n{dial} <tel:{coded}%2C%2C123456789%23>\n"


WRITTEN: dict[str, tuple[Callable[[str], str], str, str]] = {
    "teams": (teams, TEAMS, "p123456789#"),
    "zoom": (zoom, ZOOM, "p85775884256#ppp*278999#"),
    "webex": (webex, WEBEX, "p1774007047##"),
    "meet": (meet, MEET, "p123456789#"),
    "goto": (goto, GOTO, "p374772109#"),
    "ringcentral": (ringcentral, RINGCENTRAL, "p123456789#"),
    "chime": (chime, CHIME, "pp6064724824#"),
    "": (bridge, "", "p47110815#"),
}
IDENTIFIERS = {
    "teams": ("281442953617", "aB3dE9"),
    "zoom": ("85775884256", "278999"),
    "webex": ("1774007047", "hW3xPq7T"),
    "meet": ("abc-defg-hij", ""),
    "goto": ("374772109", ""),
    "ringcentral": ("123456789", "Ab12cd"),
    "chime": ("6064724824", ""),
    "": ("", ""),
}


def as_html(text: str) -> str:
    lines = (f"<div style='margin:0'><span lang=x>{escape(line)}</span></div>" for line in text.split("\n"))
    return f"<html><head><style>div{{margin:1px}}</style></head><body>{''.join(lines)}</body></html>"


def proofpoint(link: str) -> str:
    coded = "".join(c if c.isalnum() or c == "." else "_" if c == "/" else f"-{ord(c):02X}" for c in link)
    return f"https://urldefense.proofpoint.com/v2/url?u={coded}&d=DwMF&c=x&e="


def behind_proofpoint(text: str) -> str:
    for link in LINKS:
        text = text.replace(link, proofpoint(link))
    return text


def quoted_printable(text: str) -> str:
    return "".join(c if c.isascii() and c not in "=\n" else "".join(f"={b:02X}" for b in c.encode()) for c in text)


def behind_safe_links(text: str) -> str:
    for link in LINKS:
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
    "proofpoint": behind_proofpoint,
    "quoted-printable": quoted_printable,
    "zero-width spaces": lambda text: text.replace(": ", ":\u200b ").replace("#", "#\u200b"),
    "forwarded": lambda text: "".join(f"> {line}\n" for line in text.split("\n")),
    "a signature before it": lambda text: f"Ana Meyer, Mobile +49 171 2345678\nOrder 4711-0815-2026\n\n{text}",
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize(("service", "language", "damage"), list(product(WRITTEN, LABELS, DAMAGE)))
def test_the_meeting_is_found(service: str, language: str, damage: str) -> None:
    write, url, tones = WRITTEN[service]
    found = find_join_details(Event("1", "c", "Review", SPAN), DAMAGE[damage](write(language)), "DE")
    number = "".join(each for each in LABELS[language][-1] if each in "+0123456789")
    assert (found.service, found.url) == (service, url)
    assert [(each.number, each.tones) for each in found.dial_ins] == [(number, tones)]
    assert (found.meeting_id, found.passcode) == IDENTIFIERS[service]


@pytest.mark.parametrize("language", LABELS)
def test_a_number_in_a_coded_link_alone_is_found(language: str) -> None:
    found = find_join_details(Event("1", "c", "Review", SPAN), tel_links(language), "DE")
    number = "".join(each for each in LABELS[language][-1] if each in "+0123456789")
    assert [(each.number, each.tones) for each in found.dial_ins] == [(number, "p123456789#")]
