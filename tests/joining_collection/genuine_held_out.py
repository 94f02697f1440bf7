"""Dial-in blocks of the part "held_out": other releases of the services, other layouts of the companies."""

from __future__ import annotations

from collections.abc import Callable

from tests.joining_collection.case import Block, pairs
from tests.joining_collection.maker import Maker, grouped, in_digits_of
from tests.joining_collection.numbers import Phone


def teams_classic(m: Maker) -> Block:
    url, conference, number, free = m.teams_url(), m.digits(9), m.phone(), m.free("US")
    lines = (
        "",
        f"{'_' * 80}",
        f"[[{m['join']}|{url}]]",
        m.line("meeting_id", m.digits(12)),
        f"{m['dial']}",
        (
            f"[[{number.international},,{conference}#|tel:{number.e164},,{conference}# ]]   "
            f"{m.country_name(number.country)}"
        ),
        f"[[{free.bracketed},,{conference}#|tel:{free.e164},,{conference}# ]]   {m.country_name('US')} ({m['free']})",
        m.line("conf_id", f"{grouped(conference, 3, 3, 3)}#"),
        (
            f"[[{m['local']}|https://dialin.teams.microsoft.com/{m.guid()}?id={conference}]] | "
            f"[[PIN|https://dialin.teams.microsoft.com/usp/pstnconferencing]]"
        ),
        f"[[?|https://teams.microsoft.com/meetingOptions/?organizerId={m.guid()}&language={m.language}]]",
        f"{'_' * 80}",
    )
    return Block(lines, "teams", pairs([number.e164, free.e164], [f"{conference}#"]), url=url)


def teams_without_one_tap(m: Maker) -> Block:
    url, conference, number = m.teams_url(), m.digits(9), m.phone()
    lines = (
        f"[[{m['join']}|{url}]]",
        f"[[{number.international}|tel:{number.e164}]]    {m.country_name(number.country)} (Toll)",
        m.line("conf_id", f"{grouped(conference, 3, 3, 3)}#"),
        f"[[{m['local']}|https://dialin.teams.microsoft.com/{m.guid()}?id={conference}]]",
    )
    return Block(lines, "teams", pairs([number.e164], [f"{conference}#"]), url=url)


def zoom_classic(m: Maker) -> Block:
    meeting, passcode, first, second = m.digits(10), m.digits(6), m.phone("US"), m.phone("US")
    url = f"https://{m.company.split()[0].lower()}.zoom.us/j/{meeting}?pwd={m.token(32)}"
    lines = (
        f"{m['join']}: {url}",
        m.line("passcode", passcode),
        "",
        (
            f"{m['onetap']}: US: {first.e164},,{meeting}#,,,,,,0#,,{passcode}#  or "
            f"{second.e164},,{meeting}#,,,,,,0#,,{passcode}#"
        ),
        "",
        f"{m['bylocation']}:",
        f"     US: {first.international}  or {second.international}",
        f"     {m.line('meeting_id', grouped(meeting, 3, 3, 4))}",
        f"     International numbers available: https://zoom.us/u/a{m.token(8)}",
    )
    typed = [f"{meeting}#0#{passcode}#", f"{meeting}#*{passcode}#", f"{meeting}##{passcode}#"]
    return Block(lines, "zoom", pairs([first.e164, second.e164], typed), url=url)


def zoom_numbers_only(m: Maker) -> Block:
    meeting, passcode = m.digits(11), m.passcode()
    url = f"https://zoom.us/j/{meeting}"
    numbers = [m.phone(), m.phone("FR"), m.phone("GB")]
    lines = (
        m["join"],
        url,
        "",
        *(f"        {number.international} {m.country_name(number.country)}" for number in numbers),
        m.line("meeting_id", grouped(meeting, 3, 4, 4)),
        m.line("passcode", passcode),
    )
    typed = [f"{meeting}#*{passcode}#", f"{meeting}##{passcode}#"]
    return Block(lines, "zoom", pairs([n.e164 for n in numbers], typed), url=url)


def zoom_webinar(m: Maker) -> Block:
    webinar, passcode, number = m.digits(11), m.passcode(), m.phone()
    url = f"https://us05web.zoom.us/w/{webinar}?tk={m.token(24)}&pwd={m.token(24)}.1"
    lines = (
        f"{m['join']}: ",
        url,
        m.line("passcode", passcode),
        f"{m['onetap']}: ",
        f"{number.e164},,{webinar}#,,,,*{passcode}# {m.country_name(number.country)}",
    )
    typed = [f"{webinar}#*{passcode}#", f"{webinar}##{passcode}#"]
    return Block(lines, "zoom", pairs([number.e164], typed), url=url)


def webex_classic(m: Maker) -> Block:
    meeting, number, second = m.digits(10), m.phone("US"), m.phone()
    site = m.letters(7)
    url = f"https://{site}.webex.com/{site}/j.php?MTID=m{m.hexadecimal(32)}"
    lines = (
        f"[[{m['join']}|{url}]]",
        m.line("meeting_id", grouped(meeting, 3, 3, 4)),
        m.line("passcode", m.token(9)),
        "",
        m["dial"],
        f"[[{number.dashed}|tel:%2B{number.dashed[1:]},,*01*{meeting}%23%23*01*]] US Toll",
        (
            f"[[{second.dashed}|tel:%2B{second.dashed[1:]},,*01*{meeting}%23%23*01*]] "
            f"{m.country_name(second.country)} Toll"
        ),
        m.line("code", grouped(meeting, 3, 3, 4)),
    )
    typed = [f"*01*{meeting}##*01*", f"{meeting}##", f"{meeting}#"]
    return Block(lines, "webex", pairs([number.e164, second.e164], typed), url=url)


def webex_personal_room(m: Maker) -> Block:
    meeting, host, number = m.digits(9), m.digits(4), m.phone()
    url = f"https://{m.letters(8)}.webex.com/meet/{m.letters(5)}"
    lines = (
        f"{m['join']}: {url}",
        f"{m['dial']}:",
        f"{number.dashed} {m.country_name(number.country)} Toll",
        m.line("host", host),
        m.line("code", grouped(meeting, 3, 3, 3)),
    )
    typed = [f"{meeting}#", f"{meeting}##"]
    return Block(lines, "webex", pairs([number.e164], typed), frozenset({host}), url=url)


def meet_phone_line(m: Maker) -> Block:
    url, pin, number = f"https://meet.google.com/{m.letters(3, 4, 3)}", m.digits(9), m.phone()
    lines = (
        f"{m['join']}",
        f"[[{url[8:]}|{url}?hs=224]]",
        m["dial"],
        f"({number.country}) [[{number.international}|tel:{number.dashed}]]",
        f"PIN: {grouped(pin, 3, 3, 3)}#",
        f"[[{m['local']}|https://tel.meet/{url[-12:]}?pin={m.digits(13)}&hs=0]]",
    )
    return Block(lines, "meet", pairs([number.e164], [f"{pin}#"]), url=f"{url}?hs=224")


def goto_toll_free(m: Maker) -> Block:
    code, german, second = m.digits(9), m.free("DE"), m.phone("US")
    url = f"https://meet.goto.com/{code}"
    national = f"0 {german.e164[3:6]} {german.e164[6:9]} {german.e164[9:]}"
    lines = (
        m["join"],
        url,
        m["dial"],
        m.line("code", grouped(code, 3, 3, 3, by="-")),
        f"Germany (Toll Free): {national}",
        f"United States: {second.bracketed}",
        f"- One-touch: [[{second.e164},,{code}#|tel:{second.e164},,{code}#]]",
    )
    return Block(lines, "goto", pairs([german.e164, second.e164], [f"{code}#", code]), url=url)


def ringcentral_audio(m: Maker) -> Block:
    guest, host, number = m.digits(9), m.digits(9), m.phone("US")
    lines = (
        "RingCentral audio conference",
        f"{m['number']}{m.colon}{number.bracketed}",
        f"Host Access: {grouped(host, 3, 3, 3, by='-')}",
        f"Participant Access: {grouped(guest, 3, 3, 3, by='-')}",
        "International dial-in numbers: https://meetings.ringcentral.com/conference",
    )
    return Block(lines, "ringcentral", pairs([number.e164], [guest, f"{guest}#"]), frozenset({host}))


def bluejeans_passcode(m: Maker) -> Block:
    code, passcode, number = m.digits(9), m.digits(4), m.phone("US")
    url = f"https://bluejeans.com/{code}/{passcode}"
    lines = (
        m["join"],
        url,
        "Want to dial in from a phone?",
        "Dial one of the following numbers:",
        f"{number.dotted} (US (San Jose))",
        "(see all numbers - https://www.bluejeans.com/numbers)",
        "Enter the meeting ID and passcode followed by #",
        f"Meeting ID: {code}",
        f"Participant Passcode: {passcode}",
    )
    return Block(lines, "bluejeans", pairs([number.e164], [f"{code}#{passcode}#"]), url=url)


def chime_application(m: Maker) -> Block:
    code, number = m.digits(10), m.phone()
    url = f"https://app.chime.aws/meetings/{code}"
    lines = (
        f"{m['join']}: {url}",
        f"{m['dial']}:",
        f"{m.country_name(number.country)} (1): {number.international}",
        m.line("code", grouped(code, 4, 2, 4)),
        "Dial-in attendees must enter *7 to mute or unmute themselves",
    )
    return Block(lines, "chime", pairs([number.e164], [f"{code}#", code]), url=url)


def dialpad(m: Maker) -> Block:
    pin, number = m.digits(5), m.phone("US")
    url = f"https://meetings.dialpad.com/room/{m.letters(8)}"
    lines = (f"{m['join']}: {url}", f"{m['dial']}: {number.bracketed}", f"PIN: {pin}")
    return Block(lines, "dialpad", pairs([number.e164], [pin, f"{pin}#"]), url=url)


def skype_own_server(m: Maker) -> Block:
    conference, number = m.digits(6), m.phone()
    site = m.company.split()[0].lower()
    url = f"https://meet.{site}.example/{m.letters(7)}/{m.token(8).upper()}"
    lines = (
        f"[[{m['join']}|{url}]]",
        m["dial"],
        f"[[{number.international}|tel:{number.e164},,{conference}#]] ({site})",
        m.line("conf_id", conference),
    )
    return Block(lines, "skype, own server", pairs([number.e164], [f"{conference}#", conference]), url=url)


def lasuite(m: Maker) -> Block:
    code, number = m.digits(10), m.phone("FR")
    url = f"https://visio.numerique.gouv.fr/{m.letters(3, 4, 3)}"
    lines = (
        f"{m['join']} :",
        url,
        "",
        m["dial"],
        f"(FR) {number.international}",
        f"Code : {grouped(code, 3, 3, 4)}#",
    )
    return Block(lines, "lasuite", pairs([number.e164], [f"{code}#"]), url=url)


def bridge_list(m: Maker) -> Block:
    code = m.digits(7)
    numbers = [m.phone(), m.phone("CH"), m.phone("GB")]
    lines = (
        f"* {m['number']}:",
        *(f"    - {m.country_name(number.country)}: {number.international}" for number in numbers),
        f"* {m.line('code', f'{code} #')}",
    )
    return Block(lines, "generic", pairs([n.e164 for n in numbers], [f"{code}#"]))


def bridge_one_line(m: Maker) -> Block:
    code, number = m.digits(6), m.phone()
    lines = (f"{m.line('number', number.national)}, {m.line('code', f'{code}#')}",)
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def bridge_labels_above(m: Maker) -> Block:
    host, guest, number = m.digits(6), m.digits(6), m.phone()
    lines = (m["number"], number.national, m["host"], host, m["guest"], guest)
    return Block(lines, "generic", pairs([number.e164], [guest, f"{guest}#"]), frozenset({host}))


def bridge_free(m: Maker) -> Block:
    m.country = m.rng.choice(["AU", "IE", "IN", "MY", "TH", "SG", "CN", "NZ", "CH", "FR"])
    code, free = m.digits(9), m.free(m.country)
    lines = (m.line("number", _spaced(free)), m["code"], f"{grouped(code, 3, 3, 3)}#")
    return Block(lines, "generic", pairs([free.e164], [f"{code}#"]))


def bridge_tel_link(m: Maker) -> Block:
    code, number = m.digits(8), m.phone()
    lines = (f"[[{m['onetap']}|tel:{number.e164},,{code}%23]]", m.line("guest", f"{code}#"))
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def bridge_in_local_digits(m: Maker) -> Block:
    """Full-width and Arabic-Indic digits; marks of direction around the number elsewhere."""
    code, number = m.digits(6), m.phone()
    written = in_digits_of(m.language, number.international)
    lines = (m.line("number", f"\u202a{written}\u202c"), m.line("code", f"{in_digits_of(m.language, code)}#"))
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def _spaced(free: Phone) -> str:
    """National form without any hyphen: `1800 123 456`."""
    return free.national.replace("-", " ")


TEMPLATES: tuple[Callable[[Maker], Block], ...] = (
    teams_classic, teams_without_one_tap, zoom_classic, zoom_numbers_only, zoom_webinar, webex_classic,
    webex_personal_room, meet_phone_line, goto_toll_free, ringcentral_audio, bluejeans_passcode, chime_application,
    dialpad, skype_own_server, lasuite, bridge_list, bridge_one_line, bridge_labels_above, bridge_free, bridge_tel_link,
    bridge_in_local_digits,
)  # fmt: skip
