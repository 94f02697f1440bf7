"""Accounts, their calendars and the driver profiles that they belong to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from carlendar.domain.base import Value

FEED, FILES = "feed", "files"
"""The clouds of accounts that nobody signs in to: an iCalendar feed by its address, and files of this machine."""


class AccountState(StrEnum):
    """Whether Carlendar may act for an account."""

    SIGNED_IN = "signed_in"
    SIGN_IN_NEEDED = "sign_in_needed"
    BLOCKED = "blocked"
    """Revoked or disabled: titles are hidden, and all is deleted after 24 hours without a new sign-in."""


class Account(Value, frozen=True):
    """One signed-in person at one provider. `id` is stable and holds no address."""

    id: str
    profile_id: str
    address: str
    name: str
    cloud: str
    """`global`, `usgov`, `usdod`, `china`; for the emulated cloud the authority's own name; `FEED` or `FILES`.

    A feed's `address` is no more than what may be shown of it: its host, or the name of its file.
    """
    state: AccountState
    since: datetime
    """When `state` was entered; aware."""
    scopes: tuple[str, ...] = ()
    locale: str = ""
    reason: str = ""
    """Key of the sentence that tells why it is not signed in; empty when it is."""
    tenant: str = ""
    """The id of the organisation's tenant at Microsoft (a GUID), empty where it is not known or there is none."""

    @property
    def is_feed(self) -> bool:
        """Whether it is read without anybody's sign-in."""
        return self.cloud in (FEED, FILES)

    @property
    def needs_network(self) -> bool:
        """Whether it can be reached online only."""
        return self.cloud != FILES


class Calendar(Value, frozen=True):
    """One calendar of an account."""

    id: str
    account_id: str
    name: str
    color: str = ""
    is_default: bool = False
    can_edit: bool = False
    can_view_private: bool = True
    shown: bool = True


def is_tenant_id(text: str) -> bool:
    """Whether `text` is the id of a tenant: a GUID in small letters, with its hyphens."""
    groups = text.split("-")
    return [len(group) for group in groups] == [8, 4, 4, 4, 12] and set("".join(groups)) <= set("0123456789abcdef")


_BETWEEN = "\x1f"
"""Between issuer and subject of an identity: no printable text has it (ASCII's unit separator)."""


_LONGEST = 1000
"""Characters of an issuer or subject; what is longer is no identity."""


def driver_identity(issuer: object, subject: object) -> str:
    """The identity of a driver as the car names it: issuer and subject, or the subject alone where it has no issuer.

    Empty for a driver whom the car does not know. Values that are no plain text are no identity.
    """
    if not isinstance(subject, str) or not subject.isprintable() or len(subject) > _LONGEST:
        return ""
    if not isinstance(issuer, str) or not issuer or not subject:
        return subject
    return f"{issuer}{_BETWEEN}{subject}" if issuer.isprintable() and len(issuer) <= _LONGEST else ""


def identity_subject(identity: str) -> str:
    """The subject of an identity, without its issuer."""
    return identity.rpartition(_BETWEEN)[2]


class Profile(Value, frozen=True):
    """A person who drives this car. A guest profile leaves nothing behind when it ends."""

    id: str
    name: str
    driver_subject: str = ""
    """The identity by which the car knows this driver (`driver_identity`); empty where none is bound."""
    is_guest: bool = False
    provisional: bool = False
    """Its name was given by the car; the first account that signs in gives it its own."""
