"""Dial-in blocks of the part "fresh": current releases of the services, further layouts of companies' bridges."""

from __future__ import annotations

from collections.abc import Callable

from tests.joining_collection.case import Block, pairs
from tests.joining_collection.maker import Maker, grouped


def teams_current(m: Maker) -> Block:
    meeting, passcode, conference = m.digits(13), m.token(8), m.digits(9)
    number, free = m.phone(), m.free("US")
    url = f"https://teams.microsoft.com/meet/{meeting}?p={m.token(18)}"
    lines = (
        "Microsoft Teams",
        f"[[{m['join']}|{url}]]",
        m.line("meeting_id", grouped(meeting, 3, 3, 3, 4)),
        m.line("passcode", passcode),
        "_" * 32,
        f"**{m['dial']}**",
        f"[[{number.international},,{conference}#|tel:{number.e164},,{conference}#]] {m.country_name(number.country)}",
        f"[[{free.dashed},,{conference}#|tel:{free.e164},,{conference}#]] {m.country_name('US')} ({m['free']})",
        f"[[{m['local']}|https://dialin.teams.microsoft.com/{m.guid()}?id={conference}]]",
        m.line("conf_id", f"{grouped(conference, 3, 3, 3)}#"),
    )
    return Block(lines, "teams", pairs([number.e164, free.e164], [f"{conference}#"]), url=url)


def zoom_bullets(m: Maker) -> Block:
    meeting, passcode, first, second = m.digits(11), m.passcode(), m.phone("US"), m.phone()
    url = f"https://us06web.zoom.us/j/{meeting}?pwd={m.token(30)}.1"
    lines = (
        f"{m['join']}",
        url,
        "",
        m.line("meeting_id", grouped(meeting, 3, 4, 4)),
        m.line("passcode", passcode),
        "",
        "---",
        "",
        m["onetap"],
        f"{first.e164},,{meeting}#,,,,*{passcode}# US (Chicago)",
        f"{second.e164},,{meeting}#,,,,*{passcode}# {m.country_name(second.country)}",
        "",
        "---",
        "",
        m["dial"],
        f"• {first.international} US (Chicago)",
        f"• {second.international} {m.country_name(second.country)}",
        "",
        f"{m['local']}: https://us06web.zoom.us/u/k{m.token(8)}",
    )
    typed = [f"{meeting}#*{passcode}#", f"{meeting}##{passcode}#"]
    return Block(lines, "zoom", pairs([first.e164, second.e164], typed), url=url)


def webex_meeting(m: Maker) -> Block:
    meeting, first, second, site = m.digits(11), m.phone("US"), m.phone(), m.letters(8)
    url = f"https://{site}.webex.com/{site}/j.php?MTID=m{m.hexadecimal(32)}"
    lines = (
        f"{m['join']}{m.colon}{url}",
        m.line("meeting_id", grouped(meeting, 4, 3, 4)),
        m.line("passcode", m.token(10)),
        "",
        f"{m['dial']}",
        f"{first.dashed} United States Toll",
        f"{second.dashed} {m.country_name(second.country)} Toll",
        m.line("code", grouped(meeting, 4, 3, 4)),
        f"[[{m['local']}|https://{site}.webex.com/{site}/globalcallin.php?MTID=m{m.hexadecimal(32)}]]",
    )
    typed = [f"{meeting}#", f"{meeting}##"]
    return Block(lines, "webex", pairs([first.e164, second.e164], typed), url=url)


def meet_or_dial(m: Maker) -> Block:
    """With the marks for the direction of writing that Google puts around numbers."""
    code, pin, number = m.letters(3, 4, 3), m.digits(9), m.phone()
    url = f"https://meet.google.com/{code}"
    lines = (
        f"{m['join']}{m.colon}{url}",
        f"{m['dial']}{m.colon}\u202a({number.country}) {number.international}\u202c PIN: {grouped(pin, 3, 3, 3)}#",
        f"{m['local']}: https://tel.meet/{code}?pin={m.digits(13)}",
    )
    return Block(lines, "meet", pairs([number.e164], [f"{pin}#"]), url=url)


def goto_plain(m: Maker) -> Block:
    code, number, second = m.digits(9), m.phone(), m.phone("GB")
    url = f"https://meet.goto.com/{code}"
    lines = (
        m["join"],
        url,
        "",
        m["dial"],
        f"{m.country_name(number.country)}: {number.international}",
        f"United Kingdom: {second.international}",
        "",
        m.line("code", grouped(code, 3, 3, 3, by="-")),
    )
    return Block(lines, "goto", pairs([number.e164, second.e164], [f"{code}#", code]), url=url)


def chime_one_click(m: Maker) -> Block:
    code, number = m.digits(10), m.phone()
    url = f"https://chime.aws/{code}"
    lines = (
        f"{m['join']}{m.colon}{url}",
        f"{m['onetap']}{m.colon}{number.e164},,{code}#",
        f"{m['dial']}{m.colon}{number.international}",
        m.line("meeting_id", grouped(code, 4, 2, 4)),
    )
    return Block(lines, "chime", pairs([number.e164], [f"{code}#", code]), url=url)


def ringcentral_video(m: Maker) -> Block:
    code, number = m.digits(12), m.phone("US")
    url = f"https://v.ringcentral.com/join/{code}?pw={m.hexadecimal(32)}"
    lines = (
        m["join"],
        url,
        m["onetap"],
        f"{number.e164},,{code}# United States",
        m["dial"],
        f"{number.bracketed} United States",
        m.line("meeting_id", code),
    )
    return Block(lines, "ringcentral", pairs([number.e164], [f"{code}#", code]), url=url)


def bridge_bullets(m: Maker) -> Block:
    code, number = m.digits(8), m.phone()
    lines = (m["dial"], f"- {m.line('number', number.international)}", f"- {m.line('code', f'{code}#')}")
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def bridge_columns(m: Maker) -> Block:
    """Columns without colons."""
    code, number = m.digits(7), m.phone()
    lines = (f"{m['number']}\t{number.national}", f"{m['guest']}\t{code}#")
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def bridge_countries(m: Maker) -> Block:
    code, first, second = m.digits(6), m.phone(), m.phone("CH")
    lines = (
        f"{m['dial']}:",
        f"{m.country_name(first.country)}: {first.international}",
        f"{m.country_name('CH')}: {second.international}",
        m.line("guest", f"{code}#"),
    )
    return Block(lines, "generic", pairs([first.e164, second.e164], [f"{code}#"]))


def bridge_in_brackets(m: Maker) -> Block:
    code, number = m.digits(6), m.phone()
    lines = (f"{m['dial']}: {number.international} ({m['guest']}: {code}#)",)
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def bridge_with_host_code(m: Maker) -> Block:
    host, guest, number = m.digits(6), m.digits(6), m.phone()
    lines = (
        m.line("number", number.international),
        m.line("host", host),
        m.line("guest", guest),
    )
    return Block(lines, "generic", pairs([number.e164], [guest, f"{guest}#"]), frozenset({host}))


def bridge_toll_free(m: Maker) -> Block:
    m.country = m.rng.choice(("GB", "DE", "AU", "CH", "NZ", "US"))
    code, number = m.digits(9), m.free(m.country)
    lines = (
        f"{m['number']} ({m['free']}){m.colon}{number.national}",
        m.line("code", grouped(code, 3, 3, 3)),
    )
    return Block(lines, "generic", pairs([number.e164], [code, f"{code}#"]))


def bridge_labels_above(m: Maker) -> Block:
    code, number = m.digits(8), m.phone()
    lines = (m["number"], number.international, m["code"], f"{code}#")
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def bridge_one_tap(m: Maker) -> Block:
    code, number = m.digits(7), m.phone()
    lines = (f"{m['onetap']}{m.colon}{number.international},,{code}#",)
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


TEMPLATES: tuple[Callable[[Maker], Block], ...] = (
    teams_current, webex_meeting, zoom_bullets, meet_or_dial, goto_plain, chime_one_click, ringcentral_video,
    bridge_bullets, bridge_columns, bridge_countries, bridge_in_brackets, bridge_with_host_code, bridge_toll_free,
    bridge_labels_above, bridge_one_tap,
)  # fmt: skip
