"""Who the account is, and how its owner reads: name, address, language and time zone."""

from __future__ import annotations

from typing import Any

from tzlocal.windows_tz import win_tz

from carlendar.domain.base import Value
from carlendar.domain.event import OnlineMeeting
from carlendar.errors import GoneError, OutageError, RefusedError, SignInNeededError
from carlendar.microsoft.graph import GraphClient


class Me(Value, frozen=True):
    """`language` is a BCP 47 tag, `zone_name` an IANA name; empty where not known or not permitted."""

    name: str
    address: str
    language: str = ""
    zone_name: str = ""


def read_me(graph: GraphClient) -> Me:
    """The account's owner. The mailbox's settings are left empty where the token does not permit them."""
    data = graph.get("/me", {"$select": "displayName,mail,userPrincipalName,preferredLanguage"}).data
    settings = _mailbox_settings(graph)
    language = settings.get("language")
    locale = language.get("locale") if isinstance(language, dict) else None
    zone = _text(settings.get("timeZone"))
    return Me(
        name=_text(data.get("displayName")),
        address=_text(data.get("mail")) or _text(data.get("userPrincipalName")),
        language=_text(locale) or _text(data.get("preferredLanguage")),
        zone_name=win_tz.get(zone, zone),
    )


def read_dial_in(graph: GraphClient, join_url: str) -> OnlineMeeting | None:
    """What an online meeting of that address says on dialling in; None where it says nothing or may not be read.

    Needs OnlineMeetings.Read; an optional extra, for an event's own data usually has as much.
    """
    quoted = join_url.replace("'", "''")
    try:
        page = graph.get("/me/onlineMeetings", {"$filter": f"JoinWebUrl eq '{quoted}'"})
    except (RefusedError, GoneError, SignInNeededError):
        return None
    audio = next((item.get("audioConferencing") for item in page.items), None)
    if not isinstance(audio, dict):
        return None
    free = audio.get("tollFreeNumbers")
    return OnlineMeeting(
        join_url=join_url,
        # One of Microsoft's own examples spells it with a capital letter.
        conference_id=_text(audio.get("conferenceId")) or _text(audio.get("ConferenceId")),
        toll_number=_text(audio.get("tollNumber")),
        toll_free_numbers=tuple(filter(None, map(_text, free))) if isinstance(free, list) else (),
        provider="teamsForBusiness",
    )


def _mailbox_settings(graph: GraphClient) -> dict[str, Any]:
    try:
        return graph.get("/me/mailboxSettings").data
    except (RefusedError, GoneError, OutageError, SignInNeededError):
        return {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
