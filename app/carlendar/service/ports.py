"""What a service is composed of: where it keeps things, the outside world, and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from gettext import NullTranslations
from pathlib import Path

from msgspec import field

from carlendar.domain.account import Account
from carlendar.domain.avatar import Portrait
from carlendar.domain.base import Value
from carlendar.domain.event import Event
from carlendar.domain.ports import (
    CalendarSource,
    CalendarWriter,
    ElapsedClock,
    Identity,
    NetworkState,
    Subscriptions,
    WallClock,
)
from carlendar.i18n.catalogue import FALLBACK, Catalogue, Words
from carlendar.meetings.join_details import JoinDetails
from carlendar.service.tenants import Tenants
from carlendar.store.retention import Limits
from carlendar.sync.scheduler import SyncInterval


class Paths(Value, frozen=True):
    """The data folder, the socket, and the files or folders that hold tokens (deleted by "Erase all data")."""

    folder: Path
    socket: Path
    tokens: tuple[Path, ...] = ()


class Ports(Value, frozen=True):
    """The outside world. `open_url` is None where there is no browser; `forget` empties what lies elsewhere.

    `chance` gives numbers from 0 to 1, `new_id` names that never come twice.
    """

    identity: Identity
    source_of: Callable[[Account], CalendarSource]
    actions_of: Callable[[Account], CalendarWriter]
    extract: Callable[[Event, str], JoinDetails]
    text_of: Callable[[str], str]
    wall: WallClock
    elapsed: ElapsedClock
    network: NetworkState
    chance: Callable[[], float]
    new_id: Callable[[], str]
    open_url: Callable[[str], None] | None = None
    forget: Callable[[], None] = lambda: None
    locale_of: Callable[[Account], str] = lambda _account: ""
    """How an account's owner reads, a BCP 47 tag; may ask the network, and raise what a `CalendarSource` raises."""
    portrait_of: Callable[[Account, str], Portrait | None] | None = None
    """The picture of an account, None where it is still the one of that entity tag; may raise what a source raises.

    Without it no pictures are kept.
    """
    words: Callable[[str], Words] = lambda _language: Catalogue(FALLBACK, NullTranslations())
    """The words of a language, for messages to others; English alone where none are given."""
    languages: tuple[str, ...] = (FALLBACK,)
    signed_in: Callable[[], frozenset[str]] = frozenset
    """Ids of the accounts whose tokens are kept. VaultError while they are locked."""
    tenants: Tenants | None = None
    """What knows the organisations' tenants; without it a domain in `tenants_allowed` matches no tenant."""
    subscriptions: Subscriptions | None = None
    """Where feeds' addresses are kept; None where feeds are not allowed."""


class Options(Value, frozen=True):
    """`code` is the version told in the Hello; `occasion` names this drive (the boot), for guests.

    `more_scopes` are asked for beside `scopes` when a person allows more. Where `tenants_allowed` names
    tenants, by id or by a domain of theirs, only people of these may sign in.
    `environment` names the service manager that is told of the service's life (sd_notify(3)), if it has one.
    With `linger` the service ends when no screen has been there for so many elapsed seconds.
    """

    code: str
    scopes: Sequence[str] = ()
    occasion: str = ""
    pace: SyncInterval = field(default_factory=SyncInterval)
    limits: Limits = field(default_factory=Limits)
    linger: float | None = None
    lock_patience: float = 5.0
    environment: Mapping[str, str] = field(default_factory=dict)
    more_scopes: Sequence[str] = ()
    tenants_allowed: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    """Addresses and paths of calendars that the settings name, for the driver `feeds_profile`."""
    feeds_profile: str = ""
    feeds_owners: tuple[str, ...] = ()
    """Mail addresses of the owners of these calendars, in small letters."""
