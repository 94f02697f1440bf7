"""Invitation texts as Microsoft Teams writes them at work, in HTML, with the room that is registered."""

from __future__ import annotations

import random
import uuid
from html import escape
from urllib.parse import quote

from carlendar_devtools.emulator.world.entry import RegisteredMeeting
from carlendar_devtools.emulator.world.invitation_parts import (
    TENANT_ID,
    Invitation,
    InvitationRequest,
    dialled,
    digits,
    own_text,
    page,
    threes,
    word,
)

_RULE = "_" * 80


def teams(request: InvitationRequest) -> Invitation:
    """Teams at work, English, as since 2024."""
    chance = request.chance()
    room = _teams_room(request, chance)
    number, spaced = request.telephone()
    pin = ' | <a href="https://dialin.teams.microsoft.com/usp/pstnconferencing">Reset dial-in PIN</a>'
    phone = (
        f'<div><strong>Dial in by phone</strong></div><div><a href="tel:{dialled(number)},,{request.conference}#">'
        f"{escape(number)},,{request.conference}#</a> {escape(request.region)}</div>"
        f'<div><a href="https://dialin.teams.microsoft.com/{TENANT_ID}?id={request.conference}">Find a '
        f"local number</a></div>"
        f"<div>Phone conference ID: {spaced}#</div>"
    )
    block = (
        f"<div>{_RULE}</div><div><span>Microsoft Teams</span> "
        '<a href="https://aka.ms/JoinTeamsMeeting?omkt=en-US">Need help?</a></div>'
        f'<div><a href="{escape(room.join_url)}"><b>Join the meeting now</b></a></div>'
        f"<div>Meeting ID: {threes(room.meeting_id)}</div><div>Passcode: {room.passcode}</div><div>{'_' * 32}</div>"
        f"{phone if number else ''}"
        '<div>For organizers: <a href="https://teams.microsoft.com/meetingOptions/?organizerId=1">Meeting options</a>'
        f"{pin if number else ''}</div><div>{_RULE}</div>"
    )
    return Invitation(page(own_text(request) + block), room, "Microsoft Teams Meeting")


def teams_old(request: InvitationRequest) -> Invitation:
    """Teams at work, English, as until 2024."""
    room = _teams_room(request, request.chance())
    number, spaced = request.telephone()
    phone = (
        f"<div><b>Or call in (audio only)</b></div><div><a "
        f'href="tel:{escape(dialled(number))},,{request.conference}# ">'
        f"{escape(number)},,{request.conference}#</a> &nbsp; {escape(request.region)}</div>"
        f"<div>Phone Conference ID: {spaced}#</div>"
        f'<div><a href="https://dialin.teams.microsoft.com/{TENANT_ID}?id={request.conference}">Find a local number</a>'
        ' | <a href="https://dialin.teams.microsoft.com/usp/pstnconferencing">Reset PIN</a></div>'
    )
    block = (
        f"<div>{_RULE}</div><div>Microsoft Teams meeting</div>"
        f'<div><b>Join on your computer, mobile app or room device</b></div><div><a href="{escape(room.join_url)}">'
        f"Click here to join the meeting</a></div><div>Meeting ID: {threes(room.meeting_id)}<br>Passcode: "
        f"{room.passcode}"
        '</div><div><a href="https://www.microsoft.com/en-us/microsoft-teams/download-app">Download Teams</a> | '
        '<a href="https://www.microsoft.com/microsoft-teams/join-a-meeting">Join on the web</a></div>'
        f'{phone if number else ""}<div><a href="https://aka.ms/JoinTeamsMeeting">Learn More</a> | '
        f'<a href="https://teams.microsoft.com/meetingOptions/?organizerId=1">Meeting options</a></div>'
        f"<div>{_RULE}</div>"
    )
    return Invitation(page(own_text(request) + block), room, "Microsoft Teams Meeting")


def teams_german(request: InvitationRequest) -> Invitation:
    """Teams at work, German, with the second link of the system reference."""
    room = _teams_room(request, request.chance())
    number, spaced = request.telephone()
    phone = (
        f'<div><b>Per Telefon einwählen</b></div><div><a href="tel:{dialled(number)},,{request.conference}#">'
        f"{escape(number)},,{request.conference}#</a> {escape(request.region)}</div>"
        f'<div><a href="https://dialin.teams.microsoft.com/{TENANT_ID}?id={request.conference}">Suchen einer lokalen '
        f"Rufnummer</a></div><div>Telefonkonferenz-ID: {spaced}#</div>"
    )
    block = (
        f'<div>{_RULE}</div><div>Microsoft Teams-Besprechung <a href="https://aka.ms/JoinTeamsMeeting?omkt=de-DE">'
        f'Benötigen Sie Hilfe?</a></div><div><a href="{escape(room.join_url)}"><b>Hier klicken, um an der Besprechung '
        f"teilzunehmen</b></a></div><div>Besprechungs-ID: {threes(room.meeting_id)}</div><div>Passcode: {room.passcode}"
        f'</div>{phone if number else ""}<div><a href="{escape(room.join_url)}">Systemreferenz</a></div>'
        '<div>Für Organisatoren: <a href="https://teams.microsoft.com/meetingOptions/?organizerId=1">'
        f"Besprechungsoptionen</a></div><div>{_RULE}</div>"
    )
    return Invitation(page(own_text(request) + block), room, "Microsoft Teams-Besprechung")


def _teams_room(request: InvitationRequest, chance: random.Random) -> RegisteredMeeting:
    thread = f"19%3ameeting_{word(chance, 48)}%40thread.v2"
    organizer = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    context = quote(f'{{"Tid":"{TENANT_ID}","Oid":"{organizer}"}}', safe="").replace("%7B", "%7b").replace("%7D", "%7d")
    return RegisteredMeeting(
        join_url=f"https://teams.microsoft.com/l/meetup-join/{thread}/0?context={context}",
        conference_id=request.conference,
        toll_number=request.dial_in,
        meeting_id=digits(chance, 12),
        passcode=word(chance, 6),
    )
