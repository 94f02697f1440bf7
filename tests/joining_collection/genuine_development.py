"""Dial-in blocks of the part "development"."""

from __future__ import annotations

from collections.abc import Callable

from tests.joining_collection.case import Block, pairs
from tests.joining_collection.maker import Maker, grouped
from tests.joining_collection.numbers import SHARED_COST, phone

_RULE = "________________________________________________________________________________"


def teams(m: Maker) -> Block:
    url, meeting, conference, number = m.teams_url(), m.digits(12), m.digits(9), m.phone()
    page = f"https://dialin.teams.microsoft.com/{m.guid()}?id={conference}"
    lines = (
        _RULE,
        "[[Microsoft Teams|https://aka.ms/JoinTeamsMeeting?omkt=en-US]]",
        f"[[{m['join']}|{url}]]",
        m.line("meeting_id", grouped(meeting, 3, 3, 3, 3)),
        m.line("passcode", m.token(6)),
        "________________________________",
        m["dial"],
        f"[[{number.international},,{conference}#|tel:{number.e164},,{conference}#]] {m.country_name(number.country)}",
        f"[[{m['local']}|{page}]]",
        m.line("conf_id", f"{grouped(conference, 3, 3, 3)}#"),
        _RULE,
    )
    return Block(lines, "teams", pairs([number.e164], [f"{conference}#"]), url=url)


def teams_short_link(m: Maker) -> Block:
    meeting, passcode, conference = m.digits(13), m.token(8), m.digits(9)
    url = f"https://teams.microsoft.com/meet/{meeting}?p={passcode}"
    numbers = [m.phone(), m.phone("GB")]
    lines = (
        "Microsoft Teams",
        f"{m['join']}: {url}",
        m.line("meeting_id", grouped(meeting, 3, 3, 3, 3)),
        m.line("passcode", passcode),
        m["dial"],
        *(f"{number.international},,{conference}# {m.country_name(number.country)}" for number in numbers),
        m.line("conf_id", f"{grouped(conference, 3, 3, 3)}#"),
    )
    return Block(lines, "teams", pairs([n.e164 for n in numbers], [f"{conference}#"]), url=url)


def zoom(m: Maker) -> Block:
    meeting, passcode = m.digits(11), m.passcode()
    url = f"https://us02web.zoom.us/j/{meeting}?pwd={m.token(20)}.1"
    american, local = m.phone("US"), m.phone()
    lines = (
        f"{m.person} is inviting you to a scheduled Zoom meeting.",
        "",
        m["join"],
        url,
        "",
        m.line("meeting_id", grouped(meeting, 3, 4, 4)),
        m.line("passcode", passcode),
        "",
        "---",
        "",
        m["onetap"],
        f"{american.e164},,{meeting}#,,,,*{passcode}# US",
        f"{local.e164},,{meeting}#,,,,*{passcode}# {m.country_name(local.country)}",
        "",
        "---",
        "",
        m["bylocation"],
        f"• {american.international} US",
        f"• {local.international} {m.country_name(local.country)}",
        "",
        f"{m['local']}: https://us02web.zoom.us/u/k{m.token(8)}",
    )
    typed = [f"{meeting}#*{passcode}#", f"{meeting}##{passcode}#"]
    return Block(lines, "zoom", pairs([american.e164, local.e164], typed), url=url)


def webex(m: Maker) -> Block:
    meeting, password, number = m.digits(11), m.digits(8), m.phone()
    site = m.company.split()[0].lower()
    url = f"https://{site}.webex.com/{site}/j.php?MTID=m{m.hexadecimal(32)}"
    lines = (
        f"{m['join']}:",
        url,
        f"{m['meeting_id']} ({m['code']}): {grouped(meeting, 4, 3, 4)}",
        m.line("passcode", f"{m.token(6)} ({password} from phones)"),
        "",
        m["onetap"],
        (
            f"[[{number.dashed},,{meeting}#{password}#|tel:{number.dashed},,{meeting}%23{password}%23]] "
            f"{m.country_name(number.country)} Toll"
        ),
        "",
        m["dial"],
        f"{number.dashed} {m.country_name(number.country)} Toll",
        f"[[{m['local']}|https://{site}.webex.com/{site}/globalcallin.php?MTID=m{m.hexadecimal(32)}]]",
    )
    return Block(lines, "webex", pairs([number.e164], [f"{meeting}#{password}#"]), url=url)


def meet(m: Maker) -> Block:
    url, pin, number = f"https://meet.google.com/{m.letters(3, 4, 3)}", m.digits(9), m.phone()
    fence = "-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-"
    lines = (
        fence,
        f"{m['join']}: {url}",
        f"{m['dial']}: ({number.country}) {number.international} PIN: {pin}#",
        f"{m['local']}: https://tel.meet/{url[-12:]}?pin={m.digits(13)}&hs=7",
        "",
        "Learn more about Meet at: https://support.google.com/a/users/answer/9282720",
        fence,
    )
    return Block(lines, "meet", pairs([number.e164], [f"{pin}#"]), url=url)


def goto(m: Maker) -> Block:
    code, american, local = m.digits(9), m.phone("US"), m.phone()
    url = f"https://global.gotomeeting.com/join/{code}"
    lines = (
        f"{m['join']}.",
        url,
        "",
        f"{m['dial']}.",
        f"United States: {american.bracketed}",
        "",
        m.line("code", grouped(code, 3, 3, 3, by="-")),
        "",
        f"{m['local']}:",
        f"{m.country_name(local.country)}: {local.international}",
    )
    return Block(lines, "goto", pairs([american.e164, local.e164], [f"{code}#", code]), url=url)


def ringcentral(m: Maker) -> Block:
    code, number = m.digits(12), m.phone("US")
    url = f"https://v.ringcentral.com/join/{code}?pw={m.hexadecimal(32)}"
    lines = (
        "Join RingCentral Video meeting",
        f"{m['join']}: {url}",
        "",
        "One tap to join audio only from a smartphone:",
        f"US: [[{number.bracketed},,{code}#|tel:{number.e164},,{code}%23]]",
        "Or dial:",
        f"US: {number.bracketed}",
        f"Access Code / Meeting ID: {code}#",
        "Dial-in password: none",
    )
    return Block(lines, "ringcentral", pairs([number.e164], [f"{code}#"]), url=url)


def bluejeans(m: Maker) -> Block:
    code, number, local = m.digits(9), m.phone("US"), m.phone()
    url = f"https://bluejeans.com/{code}?src=join_info"
    passcode = m.digits(4) if m.rng.random() < 0.5 else ""
    lines = (
        f"{m['join']}",
        url,
        "Phone Dial-in",
        f"{number.dotted} (United States(San Jose))",
        f"{local.dotted} ({m.country_name(local.country)})",
        "Global Numbers: https://www.bluejeans.com/premium-numbers",
        f"Meeting ID: {grouped(code, 3, 3, 3)}",
        *([f"Participant Passcode: {passcode}"] if passcode else []),
    )
    typed = [f"{code}#{passcode}#"] if passcode else [f"{code}#", f"{code}##"]
    return Block(lines, "bluejeans", pairs([number.e164, local.e164], typed), url=url)


def chime(m: Maker) -> Block:
    code, number = m.digits(10), m.phone("US")
    free, url = m.free("US"), f"https://chime.aws/{code}"
    lines = (
        "You have been invited to an online meeting, powered by Amazon Chime.",
        f"1. {m['join']}: {url}",
        f"Meeting ID: {grouped(code, 4, 2, 4)}",
        (
            "2. You can use your computer's microphone and speakers; however, a headset is recommended. "
            "Or, call in using your phone:"
        ),
        f"United States Toll-Free (1): {free.international}",
        f"United States (1): {number.international}",
        f"Meeting PIN: {grouped(code, 4, 2, 4)}",
        f"One-click Mobile Dial-in (United States (1)): {number.international},,,{code}#",
        "International: https://chime.aws/dialinnumbers/",
    )
    return Block(lines, "chime", pairs([number.e164, free.e164], [f"{code}#"]), url=url)


def skype(m: Maker) -> Block:
    conference, number = m.digits(7), m.phone("US")
    url = f"https://meet.lync.com/{m.company.split()[0].lower()}/{m.letters(6)}/{m.token(8).upper()}"
    lines = (
        f"[[Join Skype Meeting|{url}]]",
        "Trouble Joining? [[Try Skype Web App|https://meet.lync.com/help?sl=1]]",
        "Join by Phone",
        f"[[{number.bracketed}|tel:{number.e164}]] (Chicago)            English (United States)",
        "[[Find a local number|https://dialin.lync.com/?id=1]]",
        "",
        f"Conference ID: {conference}",
        "[[Forgot your dial-in PIN?|https://dialin.lync.com/pin]] |[[Help|https://o15.officeredir.example/]]",
    )
    typed = [f"{conference}#", conference]
    return Block(lines, "skype_for_business", pairs([number.e164], typed), url=url)


def company_bridge(m: Maker) -> Block:
    code, number = m.digits(6), m.phone()
    lines = (m.line("number", number.national), m.line("code", code))
    return Block(lines, "generic", pairs([number.e164], [code, f"{code}#"]))


def company_bridge_code_below(m: Maker) -> Block:
    code, number = m.digits(7), m.phone()
    lines = (f"{m['number']}:", number.international, f"{m['code']}:", f"{code}#")
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def company_bridge_host_first(m: Maker) -> Block:
    host, code, number = m.digits(8), m.digits(8), m.phone()
    lines = (m.line("number", number.bracketed), m.line("host", f"{host}#"), m.line("guest", f"{code}#"))
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]), frozenset({host}))


def company_bridge_free(m: Maker) -> Block:
    m.country = m.rng.choice(["AU", "IE", "IN", "MY", "TH", "SG", "CN", "NZ"])
    code, number, free = m.digits(8), m.phone(), m.free(m.country)
    lines = (
        f"{m['number']} ({m['free']}): {free.national}",
        m.line("number", number.national),
        m.line("code", f"{grouped(code, 4, 4)}#"),
    )
    return Block(lines, "generic", pairs([number.e164, free.e164], [f"{code}#"]))


def shared_cost(m: Maker) -> Block:
    m.country = "AU"
    code, number = m.digits(6), phone(m.rng, "AU", SHARED_COST)
    lines = (m.line("number", number.national), m.line("guest", f"{code}#"))
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def bridge_one_tap(m: Maker) -> Block:
    code, number = m.digits(10), m.phone()
    lines = (f"{m['dial']}: {number.international},,{code}#",)
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


def bridge_with_fixed_spaces(m: Maker) -> Block:
    """Spaces and hyphens that do not break, as word processors set them."""
    code, number = m.digits(8), m.phone()
    written = number.international.replace(" ", "\u00a0").replace("-", "\u2011")
    lines = (m.line("number", written), m.line("guest", f"{grouped(code, 4, 4, by=chr(0xA0))}#"))
    return Block(lines, "generic", pairs([number.e164], [f"{code}#"]))


TEMPLATES: tuple[Callable[[Maker], Block], ...] = (
    teams, teams_short_link, zoom, webex, meet, goto, ringcentral, bluejeans, chime, skype, company_bridge,
    company_bridge_code_below, company_bridge_host_first, company_bridge_free, shared_cost, bridge_one_tap,
    bridge_with_fixed_spaces,
)  # fmt: skip
