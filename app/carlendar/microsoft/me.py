"""The owner of the account: name, address, language and time zone."""

from __future__ import annotations

from typing import Any

from carlendar.domain.base import Value
from carlendar.domain.zone_names import iana_name
from carlendar.errors import GoneError, OutageError, RefusedError, SignInNeededError
from carlendar.microsoft.graph import GraphClient


class Me(Value, frozen=True):
    """`language` is a BCP 47 tag, `zone_name` an IANA name; empty if unknown or not permitted."""

    name: str
    address: str
    language: str = ""
    zone_name: str = ""


def read_me(graph: GraphClient) -> Me:
    """Return the account's owner. The mailbox settings are empty if the token does not permit them."""
    data = graph.get("/me", {"$select": "displayName,mail,userPrincipalName,preferredLanguage"}).data
    settings = _mailbox_settings(graph)
    language = settings.get("language")
    locale = language.get("locale") if isinstance(language, dict) else None
    zone = _text(settings.get("timeZone"))
    return Me(
        name=_text(data.get("displayName")),
        address=_text(data.get("mail")) or _text(data.get("userPrincipalName")),
        language=_text(locale) or _text(data.get("preferredLanguage")),
        zone_name=iana_name(zone),
    )


def _mailbox_settings(graph: GraphClient) -> dict[str, Any]:
    try:
        return graph.get("/me/mailboxSettings").data
    except (RefusedError, GoneError, OutageError, SignInNeededError):
        return {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
