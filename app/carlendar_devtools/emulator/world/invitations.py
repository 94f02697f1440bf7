"""Invitation texts as meeting services write them, in HTML, by the name of their shape.

The shapes are those that are seen in the wild (labels vary by language and release); numbers,
identifiers and passcodes are invented and made from a seed, so that a scenario is always the same.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

from carlendar_devtools.emulator.world.invitation_parts import (
    Invitation,
    InvitationRequest,
    digits,
    hex_digits,
    lower,
    own_text,
    page,
    threes,
    word,
)
from carlendar_devtools.emulator.world.teams_invitations import teams, teams_german, teams_old

_RULE = "_" * 80


def invitation(shape: str, request: InvitationRequest) -> Invitation:
    """The invitation of a shape, one of `SHAPES`. Raises KeyError for another."""
    return SHAPES[shape](request)


def plain(request: InvitationRequest) -> Invitation:
    """A text of the author's own, nothing else."""
    return Invitation(page(own_text(request)) if request.text else "")


def teams_home(request: InvitationRequest) -> Invitation:
    """Teams of a personal account: a link in the text, no telephone, nothing registered."""
    chance = request.chance()
    link = f"https://teams.live.com/meet/{digits(chance, 13)}?p={word(chance, 18)}"
    block = (
        f'<div>{_RULE}</div><div>Microsoft Teams meeting</div><div><a href="{link}">Join the meeting now</a></div>'
        f"<div>Meeting ID: {threes(digits(chance, 13))}</div><div>{_RULE}</div>"
    )
    return Invitation(page(own_text(request) + block), None, "Microsoft Teams Meeting")


def zoom(request: InvitationRequest) -> Invitation:
    """Zoom with its one-tap lines and numbers of several countries."""
    chance = request.chance()
    number, code, token = digits(chance, 11), digits(chance, 6), word(chance, 32)
    link = f"https://fabrikam.zoom.us/j/{number}?pwd={token}.1"
    tap = f"{number}#,,,,*{code}#"
    block = (
        f"<p>Priya Raman is inviting you to a scheduled Zoom meeting.</p><p>Join Zoom Meeting<br><a "
        f'href="{link}">{link}</a>'
        f"</p><p>Meeting ID: {number[:3]} {number[3:7]} {number[7:]}<br>Passcode: {code}</p><p>---</p>"
        f"<p>One tap mobile<br>+496990009922,,{tap} Germany<br>+13235550199,,{tap} US (Los Angeles)</p><p>Dial by your "
        "location<br>&bull; +49 69 90009 922 Germany<br>&bull; +44 20 7946 0958 United Kingdom<br>&bull; "
        "+1 323 555 0199 "
        'US (Los Angeles)</p><p>Find your local number: <a href="https://fabrikam.zoom.us/u/kbx1">'
        "https://fabrikam.zoom.us/u/kbx1</a></p>"
    )
    return Invitation(page(own_text(request) + block), None, link)


def webex(request: InvitationRequest) -> Invitation:
    """Webex with its tap line, access code and numeric password."""
    chance = request.chance()
    number, code = digits(chance, 10), digits(chance, 8)
    link = f"https://fabrikam.webex.com/fabrikam/j.php?MTID=m{hex_digits(chance, 32)}"
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    block = (
        f"<p>-- Do not delete or change any of the following text. --</p><p>Join from the meeting link<br>"
        f'<a href="{link}">'
        f"{link}</a></p><p>Join by meeting number<br>Meeting number (access code): {spaced}<br>Meeting password: "
        f"{word(chance, 9)} ({code} when dialing from a phone)</p><p>Tap to join from a mobile device "
        f"(attendees only)<br>"
        f'<a href="tel:%2B49-69-90009-736,,*01*{number}%23%23*01*">+49-69-90009-736,,{number}#{code}#</a> Germany Toll'
        f"</p><p>Join by phone<br>+49-69-90009-736 Germany Toll<br>"
        '<a href="https://fabrikam.webex.com/fabrikam/globalcallin.php?MTID=x">Global call-in numbers</a></p>'
        f'<p>Join from a video system<br>Dial {number}@fabrikam.webex.com</p><p>Need help? <a href="https://help.webex.com">'
        "help.webex.com</a></p>"
    )
    return Invitation(page(own_text(request) + block), None, "Webex")


def meet(request: InvitationRequest) -> Invitation:
    """Google Meet, in the text only, between its fences."""
    chance = request.chance()
    code = f"{lower(chance, 3)}-{lower(chance, 4)}-{lower(chance, 3)}"
    fence = "-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-"
    block = (
        f'<p>{fence}<br>Join with Google Meet: <a href="https://meet.google.com/{code}">https://meet.google.com/{code}</a>'
        f"<br>Or dial: (DE) +49 30 23125 506 PIN: {digits(chance, 9)}#<br>More phone numbers: "
        f'<a href="https://tel.meet/{code}?pin={digits(chance, 13)}&amp;hs=7">https://tel.meet/{code}</a>'
        f"<br><br>Learn more "
        f'about Meet at: <a href="https://support.google.com/a/users/answer/9282720">'
        f"support.google.com</a><br><br>Please do "
        f"not edit this section.<br>{fence}</p>"
    )
    return Invitation(page(own_text(request) + block), None)


def safe_links(request: InvitationRequest) -> Invitation:
    """A Zoom invitation after a mail gateway wrapped every link of it."""
    chance = request.chance()
    number = digits(chance, 11)
    target = f"https://fabrikam.zoom.us/j/{number}?pwd={word(chance, 32)}.1"
    wrapped = (
        f"https://eur01.safelinks.protection.outlook.com/?url={quote(target, safe='')}&data=05%7C02%7C"
        f"ana%40contoso.example%7C{hex_digits(chance, 32)}&sdata={word(chance, 43)}%3D&reserved=0"
    )
    block = (
        f'<p>Join Zoom Meeting<br><a href="{escape(wrapped)}" originalsrc="{target}">{escape(wrapped)}</a></p>'
        f"<p>Meeting ID: {number[:3]} {number[3:7]} {number[7:]}<br>Passcode: {digits(chance, 6)}</p>"
    )
    return Invitation(page(own_text(request) + block), None)


SHAPES: dict[str, Callable[[InvitationRequest], Invitation]] = {
    "plain": plain,
    "teams": teams,
    "teams-old": teams_old,
    "teams-german": teams_german,
    "teams-home": teams_home,
    "zoom": zoom,
    "webex": webex,
    "meet": meet,
    "safe-links": safe_links,
}
