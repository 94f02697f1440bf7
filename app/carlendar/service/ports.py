"""What a service is composed of: paths, ports to the outside world, and options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from gettext import NullTranslations
from pathlib import Path

from msgspec import field

from carlendar.domain.account import Account, AppRole
from carlendar.domain.avatar import AvatarImage
from carlendar.domain.base import Value
from carlendar.domain.event import Event
from carlendar.domain.ports import (
    CalendarSource,
    CalendarWriter,
    ElapsedClock,
    Fields,
    Identity,
    NetworkState,
    OnlineCall,
    Subscriptions,
    Telemetry,
    WallClock,
)
from carlendar.i18n.catalogue import FALLBACK, Catalogue, Words
from carlendar.meetings.join_details import JoinDetails
from carlendar.service.tenants import Tenants
from carlendar.service.travel_ports import TravelPorts
from carlendar.store.retention import RetentionLimits
from carlendar.sync.scheduler import SyncInterval


class Paths(Value, frozen=True):
    """The data folder, the socket, and the files or folders that hold tokens (deleted by "Erase all data")."""

    folder: Path
    socket: Path
    tokens: tuple[Path, ...] = ()


class ServicePorts(Value, frozen=True):
    """The outside world. `open_url` is None without a browser; `forget` clears data kept elsewhere.

    `chance` returns random numbers from 0 to 1, `new_id` unique ids.
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
    """Returns the language of an account's owner, a BCP 47 tag; may use the network and raises as `CalendarSource`."""
    fetch_avatar: Callable[[Account, str], AvatarImage | None] | None = None
    """Returns the picture of an account, None if its entity tag is unchanged; raises as `CalendarSource`.

    Without it no pictures are stored.
    """
    words: Callable[[str], Words] = lambda _language: Catalogue(FALLBACK, NullTranslations())
    """Returns the texts of a language, for messages to other people; English only by default."""
    languages: tuple[str, ...] = (FALLBACK,)
    signed_in: Callable[[], frozenset[str]] = frozenset
    """Returns the ids of the accounts with stored tokens. Raises VaultError while the vault is locked."""
    tenants: Tenants | None = None
    """Resolves tenants; without it a domain in `tenants_allowed` matches no tenant."""
    subscriptions: Subscriptions | None = None
    """Stores the addresses of feeds; None if feeds are not allowed."""
    telemetry: Telemetry | None = None
    """Publishes events to the fleet's back end; None in a car without one."""
    travel: TravelPorts = field(default_factory=TravelPorts)
    """The navigation program, and sources of travel times and positions."""
    online: Callable[[], OnlineCall] | None = None
    """Creates the adapter that joins over data; None in a car without one."""
    settings_key: Callable[[Account], str] | None = None
    """Returns the key of a driver's settings, which is in their account; empty if it may not be kept there.

    May use the network and raises as `CalendarSource`. None where settings do not follow drivers.
    """
    started: Callable[[], Fields] = dict
    """Returns the version and the time that the start took, as fields of an event of telemetry."""
    in_call: Callable[[Account], bool] | None = None
    """Returns whether Teams has an account's owner in a call; raises as `CalendarSource`."""
    roles_of: Callable[[str], tuple[AppRole, ...]] = lambda _account_id: ()
    """Returns what an account's organisation has restricted, by its latest ID token. Raises VaultError."""


class ServiceOptions(Value, frozen=True):
    """`code` is the version sent in the Hello; `boot_id` identifies this boot, until whose end a guest profile lasts.
    `more_scopes` are requested in addition to `scopes` if the user agrees to more. If `tenants_allowed` names tenants,
    by id or by domain, only their members may sign in. `environment` configures the notification of the service
    manager (sd_notify(3)). With `linger` the service exits after that many elapsed seconds without a screen.
    """

    code: str
    scopes: Sequence[str] = ()
    boot_id: str = ""
    pace: SyncInterval = field(default_factory=SyncInterval)
    limits: RetentionLimits = field(default_factory=RetentionLimits)
    linger: float | None = None
    lock_timeout: float = 5.0
    environment: Mapping[str, str] = field(default_factory=dict)
    more_scopes: Sequence[str] = ()
    optional_scopes: Sequence[str] = ()
    """Permissions that a driver can allow in the Settings."""
    calling_scopes: Sequence[str] = ()
    """Permissions for joining over data as the driver, of a resource of their own; empty in a car that does not."""
    tenants_allowed: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    """Addresses and paths of calendars from the settings, for the driver `feeds_profile`."""
    feeds_profile: str = ""
    feeds_owners: tuple[str, ...] = ()
    """Mail addresses of the owners of these calendars, in small letters."""
