"""Further adversarial invitations of the part "fresh": quoted messages in other shapes, more codes, more persons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from babel.dates import format_date

from tests.joining_collection import distractions_fresh, genuine_fresh
from tests.joining_collection.case import Block, pairs
from tests.joining_collection.maker import Maker, grouped

OLD = date(2025, 3, 4)
"""When the quoted messages were written."""

Quotation = Callable[[Maker, Iterable[str]], list[str]]


def _date(m: Maker) -> str:
    return str(format_date(OLD, "long", locale=m.language))


def outlook_header(m: Maker, lines: Iterable[str]) -> list[str]:
    """A rule and four lines; Outlook leaves the address out where it knows the person."""
    colleague = m.rng.choice(("Jonas Winter", "Jonas Winter <jonas@fabrikam.example>"))
    return [
        "_" * 32,
        f"{m['from']}{m.colon}{colleague}",
        f"{m['sent']}{m.colon}{_date(m)} 09:14",
        f"{m['to']}{m.colon}Ana Okafor <ana@contoso.example>",
        f"{m['subject']}{m.colon}{m['agenda'].partition(':')[0]}",
        "",
        *lines,
    ]


def bold_header(m: Maker, lines: Iterable[str]) -> list[str]:
    """As plain text of a mail in HTML keeps it."""
    return [
        f"*{m['from']}:* Jonas Winter <jonas@fabrikam.example>",
        f"*{m['sent']}:* {_date(m)} 09:14",
        f"*{m['to']}:* ana@contoso.example",
        f"*{m['subject']}:* {m['agenda'].partition(':')[0]}",
        "",
        *lines,
    ]


def introduced(m: Maker, lines: Iterable[str]) -> list[str]:
    """A line with date and person, and marks before the rest."""
    head = m["wrote"].format(d=_date(m), n="Jonas Winter <jonas@fabrikam.example>")
    return [head, "", *("> " + line for line in lines)]


def introduced_without_marks(m: Maker, lines: Iterable[str]) -> list[str]:
    return [m["wrote"].format(d=_date(m), n="Jonas Winter <jonas@fabrikam.example>"), "", *lines]


def marked_twice(m: Maker, lines: Iterable[str]) -> list[str]:
    return [">> " + line for line in (m["hello"], "", *lines)]


QUOTATIONS: tuple[Quotation, ...] = (
    outlook_header, bold_header, introduced, introduced_without_marks, marked_twice,
)  # fmt: skip


def _genuine(m: Maker) -> Block:
    """A service's invitation; the country of the phone stays as it is."""
    named = [template for template in genuine_fresh.TEMPLATES if "bridge" not in template.__name__]
    return m.rng.choice(named)(m)


def quoted_below_link(m: Maker) -> Block:
    """A meeting by link alone; below, the dial-in of an older one."""
    old = _genuine(m)
    silent = m.rng.choice(distractions_fresh.SILENT_MEETINGS)(m)
    return Block((*silent, "", *m.rng.choice(QUOTATIONS)(m, old.lines)), "quoted")


def bridge_quoted_below_link(m: Maker) -> Block:
    """The older meeting is on a company's bridge."""
    old = m.rng.choice((genuine_fresh.bridge_bullets, genuine_fresh.bridge_with_host_code))(m)
    silent = m.rng.choice(distractions_fresh.SILENT_MEETINGS)(m)
    return Block((*silent, "", *m.rng.choice(QUOTATIONS)(m, old.lines)), "quoted", host_codes=old.host_codes)


def quoted_below_dial_in(m: Maker) -> Block:
    old, block = _genuine(m), _genuine(m)
    return replace(block, lines=(*block.lines, "", *m.rng.choice(QUOTATIONS)(m, old.lines)))


def forwarded_invitation(m: Maker) -> Block:
    """The author adds a line; the invitation passed on is the meeting."""
    block = _genuine(m)
    return replace(block, lines=(m["regards"], m.person, "", *outlook_header(m, block.lines)))


def codes_of_all_kinds(m: Maker) -> Block:
    """The guests' code last, after the customer's, the host's and a video room's."""
    host, guest, number = m.digits(6), m.digits(6), m.phone()
    lines = (
        m.line("number", number.international),
        m.line("customer", m.digits(6)),
        m.line("host", f"{host}#"),
        m.line("guest", f"{guest}#"),
    )
    return Block(lines, "generic", pairs([number.e164], [f"{guest}#"]), frozenset({host}))


def host_in_brackets(m: Maker) -> Block:
    host, guest, number = m.digits(6), m.digits(6), m.phone()
    lines = (
        f"{m['dial']}: {number.international}",
        f"{m['guest']}: {guest}# ({m['host']}: {host}#)",
    )
    return Block(lines, "generic", pairs([number.e164], [f"{guest}#"]), frozenset({host}))


def two_hosts_one_tap(m: Maker) -> Block:
    host, guest, number = m.digits(8), m.digits(8), m.phone()
    lines = (
        f"{number.e164},,{guest}# ({m['guest']})",
        f"{number.e164},,{host}# ({m['host']})",
    )
    return Block(lines, "generic", pairs([number.e164], [f"{guest}#"]), frozenset({host}))


def person_between(m: Maker) -> Block:
    """A service's meeting with the assistant's number between link and dial-in."""
    conference, number, url = m.digits(9), m.phone(), m.teams_url()
    lines = (
        f"[[{m['join']}|{url}]]",
        f"{m['questions']} {m.mobile().international}",
        m["dial"],
        f"{number.international},,{conference}# {m.country_name(number.country)}",
        m.line("conf_id", f"{grouped(conference, 3, 3, 3)}#"),
    )
    return Block(lines, "teams", pairs([number.e164], [f"{conference}#"]), url=url)


def persons_listed(m: Maker) -> Block:
    """Attendees with their numbers, and a door's code."""
    names = ("Ana Okafor", "Jonas Winter", "Mei Tanaka")
    lines = (*(f"{name}: {m.phone().international}" for name in names), m.line("door", f"{m.digits(5)}#"))
    return Block(lines, "none")


def two_meetings_listed(m: Maker) -> Block:
    first, second = (template(m) for template in m.rng.sample(genuine_fresh.TEMPLATES[:7], 2))
    lines = (f"A. {m['agenda']}", *first.lines, "", f"B. {m['agenda']}", *second.lines)
    return Block(lines, "two meetings", first.pairs | second.pairs)


TEMPLATES: tuple[Callable[[Maker], Block], ...] = (
    quoted_below_link, quoted_below_link, quoted_below_link, bridge_quoted_below_link, bridge_quoted_below_link,
    quoted_below_dial_in, quoted_below_dial_in, forwarded_invitation, codes_of_all_kinds, host_in_brackets,
    two_hosts_one_tap, person_between, persons_listed, two_meetings_listed,
)  # fmt: skip
OPTIONAL = frozenset({two_meetings_listed.__name__, two_hosts_one_tap.__name__})
