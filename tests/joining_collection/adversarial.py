"""Invitations whose numbers tempt: nothing to dial, or a dial-in among numbers that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tests.joining_collection import (
    adversarial_fresh,
    distractions_development,
    distractions_fresh,
    distractions_held_out,
    genuine_development,
    genuine_fresh,
    genuine_held_out,
)
from tests.joining_collection.case import Block, Part, pairs
from tests.joining_collection.distractions_development import Distraction
from tests.joining_collection.maker import Maker, grouped

Template = Callable[[Maker], Block]


@dataclass(frozen=True, slots=True)
class Stock:
    """What a part builds with."""

    genuine: tuple[Template, ...]
    signatures: tuple[Distraction, ...]
    distractions: tuple[Distraction, ...]
    silent: tuple[Distraction, ...]


STOCK = {
    Part.DEVELOPMENT: Stock(
        genuine_development.TEMPLATES,
        distractions_development.SIGNATURES,
        distractions_development.DISTRACTIONS,
        distractions_development.SILENT_MEETINGS,
    ),
    Part.HELD_OUT: Stock(
        genuine_held_out.TEMPLATES,
        distractions_held_out.SIGNATURES,
        distractions_held_out.DISTRACTIONS,
        distractions_held_out.SILENT_MEETINGS,
    ),
    Part.FRESH: Stock(
        genuine_fresh.TEMPLATES,
        distractions_fresh.SIGNATURES,
        distractions_fresh.DISTRACTIONS,
        distractions_fresh.SILENT_MEETINGS,
    ),
}
HOST_LABELS: dict[Part, dict[str, tuple[str, ...]]] = {
    Part.DEVELOPMENT: {
        "en": ("Leader PIN", "Host key", "Chairperson passcode"),
        "de": ("Leiter-PIN", "Vorsitzenden-Code", "Host-Schlüssel"),
        "fr": ("Code du modérateur", "Code président"),
        "es": ("Código del moderador", "Clave de anfitrión"),
        "it": ("Codice moderatore", "Chiave organizzatore"),
        "nl": ("Voorzitterscode", "Hostsleutel"),
    },
    Part.FRESH: {
        "en": ("Presenter PIN", "Conference owner code"),
        "de": ("Gastgeberschlüssel", "PIN des Veranstalters"),
        "fr": ("PIN de l'hôte", "Code du responsable de la conférence"),
        "es": ("PIN del presidente", "Código del anfitrión"),
        "it": ("PIN del relatore", "Codice host"),
        "nl": ("PIN van de organisator", "Hostcode"),
    },
    Part.HELD_OUT: {
        "en": ("Chairperson code", "Organizer PIN", "Panelist passcode", "Presenter code"),
        "de": ("Organisator-PIN", "Referentencode", "PIN des Konferenzleiters"),
        "fr": ("Code de l'animateur", "Code panéliste"),
        "es": ("PIN del organizador", "Código del presentador"),
        "it": ("PIN del conduttore", "Codice relatore"),
        "nl": ("Leiderspincode", "Presentatorcode"),
    },
}
"""More names of the code that is not the participant's, in the languages where they are sure."""


def nothing(lines: Iterable[str], service: str = "none") -> Block:
    return Block(tuple(lines), service)


def distraction_alone(m: Maker) -> Block:
    return nothing(m.rng.choice(STOCK[m.part].distractions)(m))


def distraction_and_signature(m: Maker) -> Block:
    stock = STOCK[m.part]
    return nothing([*m.rng.choice(stock.distractions)(m), "", *m.rng.choice(stock.signatures)(m)])


def silent_meeting_and_signature(m: Maker) -> Block:
    stock = STOCK[m.part]
    return nothing([*m.rng.choice(stock.silent)(m), "", *m.rng.choice(stock.signatures)(m)], "link only")


def signature_above_silent_meeting(m: Maker) -> Block:
    stock = STOCK[m.part]
    return nothing([*m.rng.choice(stock.signatures)(m), "", *m.rng.choice(stock.silent)(m)], "link only")


def silent_meeting_and_distraction(m: Maker) -> Block:
    stock = STOCK[m.part]
    return nothing([*m.rng.choice(stock.silent)(m), "", *m.rng.choice(stock.distractions)(m)], "link only")


def genuine_and_signature(m: Maker) -> Block:
    stock = STOCK[m.part]
    block = m.rng.choice(stock.genuine)(m)
    return replace(block, lines=(*block.lines, "", *m.rng.choice(stock.signatures)(m)))


def signature_above_genuine(m: Maker) -> Block:
    stock = STOCK[m.part]
    block = m.rng.choice(stock.genuine)(m)
    return replace(block, lines=(*m.rng.choice(stock.signatures)(m), "", *block.lines))


def genuine_and_distraction(m: Maker) -> Block:
    stock = STOCK[m.part]
    block = m.rng.choice(stock.genuine)(m)
    return replace(block, lines=(*block.lines, "", *m.rng.choice(stock.distractions)(m)))


def distraction_above_genuine(m: Maker) -> Block:
    stock = STOCK[m.part]
    block = m.rng.choice(stock.genuine)(m)
    return replace(block, lines=(*m.rng.choice(stock.distractions)(m), "", *block.lines))


def foreign_one_tap_and_local_signature(m: Maker) -> Block:
    """The only number of the meeting is abroad; the sender's is in the driver's country."""
    meeting, number = m.digits(11), m.phone("GB" if m.country == "US" else "US")
    lines = (
        m["join"],
        f"https://us02web.zoom.us/j/{meeting}",
        m["onetap"],
        f"{number.e164},,{meeting}#",
        "",
        *m.rng.choice(STOCK[m.part].signatures)(m),
    )
    url = f"https://us02web.zoom.us/j/{meeting}"
    return Block(lines, "zoom", pairs([number.e164], [f"{meeting}#"]), url=url)


def old_meeting_quoted(m: Maker) -> Block:
    """Above, a meeting by link alone; below, the quoted mail with the dial-in of another meeting."""
    stock = STOCK[m.part]
    old = m.rng.choice([template for template in stock.genuine if "bridge" not in template.__name__])(m)
    return nothing([*stock.silent[0](m), "", *quoted(m, old.lines)], "quoted")


def old_meeting_quoted_below_genuine(m: Maker) -> Block:
    stock = STOCK[m.part]
    named = [template for template in stock.genuine if "bridge" not in template.__name__]
    country = m.country
    old = m.rng.choice(named)(m)
    m.country = country
    block = m.rng.choice(named)(m)
    return replace(block, lines=(*block.lines, "", *quoted(m, old.lines)), host_codes=block.host_codes | old.host_codes)


def quoted(m: Maker, lines: Iterable[str]) -> list[str]:
    """As mail programs quote: a heading with sender and date, or a mark before each line."""
    if m.part is Part.DEVELOPMENT:
        head = [f"-----{m['original']}-----", f"{m['from']}: Jonas Winter <jonas@fabrikam.example>"]
        return [*head, "Date: 2025-03-04 09:00", "", *lines]
    return ["> " + line for line in (f"{m['from']}: jonas@fabrikam.example, 2025-03-04", "", *lines)]


def two_meetings(m: Maker) -> Block:
    """Two invitations in one mail: each number with its own code, or nothing at all."""
    services = [t for t in STOCK[m.part].genuine if "bridge" not in t.__name__ and t.__name__ != "shared_cost"]
    country = m.country
    first, second = (template(m) for template in m.rng.sample(services, 2))
    m.country = country
    lines = (f"1) {m['agenda']}", *first.lines, "", f"2) {m['agenda']}", *second.lines)
    hosts = first.host_codes | second.host_codes
    return Block(lines, "two meetings", first.pairs | second.pairs, hosts)


def help_desk_between(m: Maker) -> Block:
    """The help desk's number stands between the dial-in number and its code, or before both."""
    code, number, help_desk = m.digits(7), m.phone(), m.phone()
    lines = [
        m.line("number", number.international),
        m.line("hotline", help_desk.international),
        m.line("code", f"{code}#"),
    ]
    if m.part is Part.HELD_OUT:
        lines[0], lines[1] = lines[1], lines[0]
    return Block(tuple(lines), "generic", pairs([number.e164], [f"{code}#"]))


def other_codes_around(m: Maker) -> Block:
    """Customer, booking and door codes around the participant's."""
    code, number = m.digits(8), m.phone()
    around = [m.line(key, m.digits(length)) for key, length in (("customer", 8), ("booking", 6), ("door", 4))]
    m.rng.shuffle(around)
    lines = (around[0], m.line("number", number.international), m.line("code", f"{code}#"), *around[1:])
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def host_code_first(m: Maker) -> Block:
    host, guest, number = m.digits(7), m.digits(7), m.phone()
    label = m.rng.choice(HOST_LABELS[m.part].get(m.language, (m["host"],)))
    if m.part is Part.DEVELOPMENT:
        lines: tuple[str, ...] = (f"{label}: {host}#", m.line("guest", f"{guest}#"), m.line("number", number.national))
    else:
        lines = (m.line("number", number.international), f"{label}{m.colon}{host}#, {m['guest']}{m.colon}{guest}#")
    return Block(lines, "generic", pairs([number.e164], [f"{guest}#"]), frozenset({host}))


def host_key_of_zoom(m: Maker) -> Block:
    """The host's copy of an invitation."""
    block = STOCK[m.part].genuine[2](m)
    host = m.digits(6)
    label = m.rng.choice(HOST_LABELS[m.part].get(m.language, (m["host"],)))
    return replace(block, lines=(f"{label}{m.colon}{host}", *block.lines), host_codes=frozenset({host}))


def interpreter_line(m: Maker) -> Block:
    """The interpreter's telephone line is another service than the meeting."""
    block = STOCK[m.part].genuine[0](m)
    if m.part is Part.DEVELOPMENT:
        extra = [f"Interpreter line (French): {m.phone().international}, interpreter code {m.digits(6)}#"]
    else:
        extra = [f"Phone interpreting service: {m.free('US').international}", f"Client no.: {m.digits(6)}"]
    return replace(block, lines=(*block.lines, "", *extra))


def one_tap_for_the_host(m: Maker) -> Block:
    """Two one-tap lines of one number, the host's first."""
    host, guest, number = m.digits(9), m.digits(9), m.phone()
    written = number.international if m.part is Part.DEVELOPMENT else number.e164
    lines = (f"{m['host']}: {written},,{host}#", f"{m['guest']}: {written},,{guest}#")
    return Block(lines, "generic", pairs([number.e164], [f"{guest}#"]), frozenset({host}))


def room_systems_beside_dial_in(m: Maker) -> Block:
    """Addresses and numbers for video rooms between the link and the telephone's lines."""
    url, conference, number = m.teams_url(), m.digits(9), m.phone()
    if m.part is Part.DEVELOPMENT:
        rooms = [f"{m.digits(9)}@t.plcm.example", f"Video ID: {grouped(m.digits(10), 3, 3, 3, 1)}"]
    else:
        rooms = [f"SIP: {m.digits(10)}@video.contoso.example", f"H.323: 203.0.113.{m.digits(2)}##{m.digits(10)}"]
    lines = (
        f"[[{m['join']}|{url}]]",
        *rooms,
        m["dial"],
        f"{number.international},,{conference}# {m.country_name(number.country)}",
        m.line("conf_id", f"{grouped(conference, 3, 3, 3)}#"),
    )
    return Block(lines, "teams", pairs([number.e164], [f"{conference}#"]), url=url)


TEMPLATES: tuple[Template, ...] = (
    distraction_alone, distraction_alone, distraction_and_signature, distraction_and_signature,
    silent_meeting_and_signature, silent_meeting_and_signature, signature_above_silent_meeting,
    silent_meeting_and_distraction, silent_meeting_and_distraction, genuine_and_signature, genuine_and_signature,
    genuine_and_signature, signature_above_genuine, genuine_and_distraction, genuine_and_distraction,
    distraction_above_genuine, foreign_one_tap_and_local_signature, old_meeting_quoted,
    old_meeting_quoted_below_genuine, two_meetings, help_desk_between, other_codes_around, host_code_first,
    host_key_of_zoom, interpreter_line, one_tap_for_the_host, room_systems_beside_dial_in,
)  # fmt: skip
"""A template that draws from many pieces stands several times."""
OPTIONAL = frozenset({two_meetings.__name__}) | adversarial_fresh.OPTIONAL
"""Where offering no dial-in is right as well."""


def templates(part: Part) -> tuple[Template, ...]:
    """The templates of a part."""
    if part is not Part.FRESH:
        return TEMPLATES
    own = {old_meeting_quoted, old_meeting_quoted_below_genuine, two_meetings}
    return (*(template for template in TEMPLATES if template not in own), *adversarial_fresh.TEMPLATES)
