"""Permission scopes: their spellings, and which one includes which.

A scope of Graph may be requested as `Calendars.Read` or with its resource
(`https://graph.microsoft.com/Calendars.Read`), one of Azure Communication Services with its resource only.
"""

from __future__ import annotations

from collections.abc import Iterable

RESERVED = frozenset({"openid", "profile", "offline_access", "email"})
OFFERED = (
    "User.Read",
    "User.ReadWrite",
    "Calendars.ReadBasic",
    "Calendars.Read",
    "Calendars.ReadWrite",
    "Calendars.Read.Shared",
    "Calendars.ReadWrite.Shared",
    "MailboxSettings.Read",
    "MailboxSettings.ReadWrite",
    "Mail.Send",
    "Mail.Read",
    "Mail.ReadWrite",
    "OnlineMeetings.Read",
    "OnlineMeetings.ReadWrite",
    "Presence.Read",
)
"""Graph's scopes of the application's registration; no others are granted."""

CALLING = "https://auth.msft.communication.azure.com"
"""The resource of Azure Communication Services."""
CALLING_OFFERED = ("Teams.ManageCalls", "Teams.ManageChats")

DEFAULT = ("User.Read", "Calendars.Read", "Calendars.ReadWrite")
"""The scopes of `.default`."""

_SUFFICES: dict[str, frozenset[str]] = {
    "User.Read": frozenset({"User.Read", "User.ReadWrite"}),
    "Calendars.ReadBasic": frozenset(name for name in OFFERED if name.startswith("Calendars.")),
    "Calendars.Read": frozenset(name for name in OFFERED if name.startswith("Calendars.Read") and "Basic" not in name),
    "Calendars.ReadWrite": frozenset({"Calendars.ReadWrite", "Calendars.ReadWrite.Shared"}),
    "Calendars.Read.Shared": frozenset({"Calendars.Read.Shared", "Calendars.ReadWrite.Shared"}),
    "MailboxSettings.Read": frozenset({"MailboxSettings.Read", "MailboxSettings.ReadWrite"}),
    "Mail.Read": frozenset({"Mail.Read", "Mail.ReadWrite"}),
    "OnlineMeetings.Read": frozenset({"OnlineMeetings.Read", "OnlineMeetings.ReadWrite"}),
}
_BY_FOLDED = {name.casefold(): name for name in (*OFFERED, *RESERVED)}
_CALLING_BY_FOLDED = {name.casefold(): name for name in CALLING_OFFERED}


def is_calling(spelled: str) -> bool:
    """Whether a scope is one of Azure Communication Services."""
    return spelled.casefold().startswith(f"{CALLING}/")


def mixed(spelled: Iterable[str]) -> bool:
    """Whether the scopes are of more than one resource: a token is for one."""
    return len({is_calling(each) for each in spelled if each.casefold() not in RESERVED}) > 1


def bare(spelled: str) -> str | None:
    """Return the plain name of a scope, None for an unknown one; `.default` unchanged."""
    name = spelled.rpartition("/")[2]
    if is_calling(spelled):
        return _CALLING_BY_FOLDED.get(name.casefold())
    return ".default" if name == ".default" else _BY_FOLDED.get(name.casefold())


def granted(spelled: Iterable[str]) -> frozenset[str]:
    """Return the plain names of the requested scopes, without reserved ones."""
    names = {bare(each) for each in spelled}
    wider = set(DEFAULT) if ".default" in names else set()
    return frozenset(name for name in (names | wider) if name and name not in RESERVED and name != ".default")


def displayed(spelled: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes for a reply: as requested, with `.default` expanded in its spelling."""
    found = [each for each in spelled if each != "offline_access"]
    for each in tuple(found):
        if bare(each) == ".default":
            found += [each.removesuffix(".default") + name for name in DEFAULT]
    return tuple(dict.fromkeys(found))


def satisfies(have: frozenset[str], least: str) -> bool:
    """Whether scopes allow what needs `least`."""
    return bool(have & _SUFFICES.get(least, frozenset({least})))
