"""The adapters for Microsoft 365, composed from the settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from carlendar import __version__
from carlendar.domain.account import PRESENCE_SCOPE, Account, AppRole
from carlendar.domain.avatar import AvatarImage
from carlendar.domain.base import Value
from carlendar.domain.driver_settings import PERMISSION
from carlendar.domain.ports import CalendarSource, CalendarWriter, Identity
from carlendar.microsoft.actions import MicrosoftActions
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.change_subscription import ChangeSubscription, WatchedCalendar
from carlendar.microsoft.clouds import CALLING_SCOPES, Cloud, custom_cloud, graph_scopes, known_cloud
from carlendar.microsoft.faults import RENEW
from carlendar.microsoft.graph import CONCURRENT, GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.me import read_me
from carlendar.microsoft.photo import BYTES, read_photo
from carlendar.microsoft.presence import in_call
from carlendar.microsoft.session import SIZE_LIMIT, HttpSession, Timeouts
from carlendar.microsoft.settings_key import settings_key
from carlendar.microsoft.tenants import TenantDirectory
from carlendar.microsoft.vault import Vault
from carlendar.platform.picture import decoded
from carlendar.settings import Settings
from carlendar.wiring.network import network
from carlendar.wiring.null_identity import Unregistered

logging.getLogger("msal").setLevel(logging.CRITICAL)  # its messages contain addresses and scopes
VAULT = "vault"
PHOTO_SECONDS = 30.0
"""Time-out of a picture in seconds."""


class Microsoft(Value, frozen=True):
    """One cloud with its registered application; creates the adapters of an account."""

    cloud: Cloud
    identity: Identity
    vault: Vault
    http: HttpSession
    photos: HttpSession
    gates: dict[str, threading.BoundedSemaphore]
    tenants: TenantDirectory
    signed_in: Callable[[], frozenset[str]]
    roles_of: Callable[[str], tuple[AppRole, ...]]
    scopes: tuple[str, ...]
    extra_scopes: tuple[str, ...]
    changes: str = ""
    """Where Graph delivers that a calendar has changed; empty for polling alone."""
    vehicle: str = ""
    subscriptions: dict[str, ChangeSubscription] = msgspec.field(default_factory=dict)

    def source_of(self, account: Account) -> CalendarSource:
        """Return the reader of the account's calendars; requests read permissions only, whatever was granted."""
        graph = self._graph(account, self.scopes)
        source = MicrosoftCalendar(graph, account.id)
        if not self.changes:
            return source
        new = ChangeSubscription(graph, self.changes, self.vehicle, lambda: datetime.now(UTC))
        return WatchedCalendar(source, self.subscriptions.setdefault(account.id, new))

    def actions_of(self, account: Account) -> CalendarWriter:
        """Return the writer of the account's calendar."""
        scopes = graph_scopes(account.scopes) or self.scopes
        return MicrosoftActions(self._graph(account, scopes), scopes)

    def in_call(self, account: Account) -> bool:
        """Return whether Teams has the account's owner in a call."""
        return in_call(self._graph(account, (PRESENCE_SCOPE,)))

    def locale_of(self, account: Account) -> str:
        """Return the language of the account; empty if it may not be queried."""
        return read_me(self._graph(account, self.scopes)).language

    def fetch_avatar(self, account: Account, tag: str) -> AvatarImage | None:
        """Return the account's picture; None if its entity tag is unchanged."""
        return read_photo(self._graph(account, self.scopes, self.photos), tag, decoded)

    def calling_token(self, account_id: str, renewed: bool) -> str:
        """Return the account's Entra token for calls (`CALLING_SCOPES`), a new one if `renewed`."""
        return self.identity.token(account_id, CALLING_SCOPES, RENEW if renewed else "")

    def settings_key(self, account: Account) -> str:
        """Return the key of the driver's settings, made at the first time; empty if it may not be kept there."""
        from carlendar.telemetry.driver_settings import new_key

        if PERMISSION not in account.scopes:
            return ""
        return settings_key(self._graph(account, (PERMISSION,)), lambda: new_key().text)

    def _graph(self, account: Account, scopes: tuple[str, ...], http: HttpSession | None = None) -> GraphClient:
        gate = self.gates.setdefault(account.id, threading.BoundedSemaphore(CONCURRENT))
        return GraphClient(
            self.cloud, http or self.http, lambda claims: self.identity.token(account.id, scopes, claims), gate=gate
        )


def microsoft(settings: Settings) -> Microsoft:
    """Return the configured cloud; without an application, sign-in is refused with a message."""
    cloud = chosen_cloud(settings)
    http = http_session(settings, cloud)
    photos = http_session(settings, cloud, size_limit=BYTES, timeouts=Timeouts(whole=PHOTO_SECONDS))
    allowed = settings.switch("identity.key_file_storage")
    vault = Vault(settings.data_folder / VAULT, allow_key_file=allowed)
    client_id, tenant = settings.text("identity.client_id"), settings.text("identity.tenant")
    registered = MicrosoftIdentity(cloud, client_id, vault, http, tenant=tenant, version=__version__)
    identity: Identity = registered if client_id else Unregistered()
    tenants = TenantDirectory(cloud, http, vault, registered.tenant_of)
    scopes, extra = settings.names("identity.scopes"), settings.names("identity.extra_scopes")
    return Microsoft(
        cloud, identity, vault, http, photos, {}, tenants, registered.account_ids, registered.roles_of, scopes, extra,
        settings.text("fleet.calendar_changes"), settings.text("fleet.vehicle"),
    )  # fmt: skip


def http_session(
    settings: Settings, cloud: Cloud, *, size_limit: int = SIZE_LIMIT, timeouts: Timeouts | None = None
) -> HttpSession:
    """Connections to the cloud, as set."""
    reached = network(settings)
    return HttpSession(
        ca_file=cloud.ca_file,
        more_ca_file=reached.more_ca_file,
        proxy=reached.proxy,
        user_agent=f"Carlendar/{__version__}",
        size_limit=size_limit,
        timeouts=timeouts or Timeouts(),
    )


def chosen_cloud(settings: Settings) -> Cloud:
    """The cloud as set. SettingsError for an address that cannot be one."""
    authority, graph = settings.text("identity.authority"), settings.text("identity.graph")
    ca_file = str(settings.path("identity.ca_file") or "")
    if authority or graph:
        host = urlsplit(authority).hostname or ""  # without the port, because it is part of file names and may change
        return custom_cloud(authority, graph, ca_file, name=host)
    return replace(known_cloud(settings.text("identity.cloud")), ca_file=ca_file)
