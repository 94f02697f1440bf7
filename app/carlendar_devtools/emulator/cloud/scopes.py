"""Permission scopes: their spellings, and which one includes which.

A scope may be requested as `Calendars.Read` or with its resource (`https://graph.microsoft.com/Calendars.Read`).
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
"""Scopes of the application's registration; no others are granted."""

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


def bare(spelled: str) -> str | None:
    """Return the plain name of a scope, None for an unknown one; `.default` unchanged."""
    name = spelled.rpartition("/")[2]
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
