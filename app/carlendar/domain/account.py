"""Accounts, their calendars, and the driver profiles that own them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from carlendar.domain.base import Value

FEED, FILES = "feed", "files"
"""Clouds of accounts without a sign-in: an iCalendar feed (by address), and local files."""


class AppRole(StrEnum):
    """Application roles by which an organisation restricts Carlendar for a person, without device management.

    They are in the claim `roles` of the ID token. A role only takes away; a role of another name has no effect.
    """

    NO_CACHE = "Carlendar.NoCache"
    """Nothing of the calendar is kept after a drive."""
    NO_LATE_MESSAGES = "Carlendar.NoLateMessages"
    DIAL_IN_ONLY = "Carlendar.DialInOnly"
    """Meetings are joined by telephone only, also when parked."""
    NO_TELEMETRY = "Carlendar.NoTelemetry"


def app_roles(claim: object) -> tuple[AppRole, ...]:
    """Return the known roles of a claim `roles`, sorted; none for a claim of another form."""
    names = claim if isinstance(claim, list | tuple) else ()
    return tuple(role for role in AppRole if any(isinstance(each, str) and each == role.value for each in names))


PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal accounts (Microsoft identity platform, ID token claims reference, `tid`)."""
PRESENCE_SCOPE = "Presence.Read"
"""Allows Carlendar to see whether Teams has the person in a call."""


class Permission(StrEnum):
    """Permissions beyond reading that a driver can allow in the Settings, each in a sign-in of its own."""

    ANSWERS = "1"
    """To answer invitations and to send messages in the driver's name."""
    PRESENCE = "presence"
    """To see whether Teams has the driver in a call."""
    CALLS = "calls"
    """To join over data as the driver, and not as a guest."""


class AccountState(StrEnum):
    """Whether Carlendar may act for an account."""

    SIGNED_IN = "signed_in"
    SIGN_IN_NEEDED = "sign_in_needed"
    BLOCKED = "blocked"
    """Revoked or disabled: titles are hidden, and all data is deleted after 24 hours without a new sign-in."""


class Account(Value, frozen=True):
    """One signed-in person at one provider. `id` is stable and does not contain the address."""

    id: str
    profile_id: str
    address: str
    name: str
    cloud: str
    """`global`, `usgov`, `usdod`, `china`; for the emulated cloud the authority's host name; `FEED` or `FILES`.

    A feed's `address` contains only the displayable part: its host, or its file name.
    """
    state: AccountState
    since: datetime
    """When `state` was entered (aware)."""
    scopes: tuple[str, ...] = ()
    locale: str = ""
    reason: str = ""
    """Key of the reason why it is not signed in; empty if it is."""
    tenant: str = ""
    """The id of the organisation's Microsoft tenant (a GUID), empty if unknown or none."""
    roles: tuple[AppRole, ...] = ()
    """What the organisation has restricted for this person."""

    def grants(self, scope: str) -> bool:
        """Whether the account granted a scope of Graph, ignoring case, with or without Graph's address before it."""
        return any(granted.rpartition("/")[2].casefold() == scope.casefold() for granted in self.scopes)

    @property
    def is_feed(self) -> bool:
        """Whether the account is a feed, read without a sign-in."""
        return self.cloud in (FEED, FILES)

    @property
    def needs_network(self) -> bool:
        """Whether it can only be read online."""
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
    """Whether `text` is a tenant id: a lower-case GUID with hyphens."""
    groups = text.split("-")
    return [len(group) for group in groups] == [8, 4, 4, 4, 12] and set("".join(groups)) <= set("0123456789abcdef")


_BETWEEN = "\x1f"
"""Separates issuer and subject of an identity; not printable (ASCII unit separator)."""


_LONGEST = 1000
"""Maximum length of an issuer or subject; a longer one is rejected."""


def driver_identity(issuer: object, subject: object) -> str:
    """Return the identity of a driver as reported by the car: issuer and subject, or only the subject.

    Empty if the car does not know the driver, or if a value is not plain text.
    """
    if not isinstance(subject, str) or not subject.isprintable() or len(subject) > _LONGEST:
        return ""
    if not isinstance(issuer, str) or not issuer or not subject:
        return subject
    return f"{issuer}{_BETWEEN}{subject}" if issuer.isprintable() and len(issuer) <= _LONGEST else ""


def identity_subject(identity: str) -> str:
    """Return the subject of an identity, without the issuer."""
    return identity.rpartition(_BETWEEN)[2]


class Profile(Value, frozen=True):
    """A driver of this car. All data of a guest profile is deleted when it ends."""

    id: str
    name: str
    driver_subject: str = ""
    """The car's identity of this driver (`driver_identity`); empty if none is linked."""
    is_guest: bool = False
    provisional: bool = False
    """Whether its name is a placeholder, to be replaced by that of the first account."""
