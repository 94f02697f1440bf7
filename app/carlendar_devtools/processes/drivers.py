"""The drivers of the emulated car: signed in before the display starts, and kept when another scenario begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.domain.timespan import Timespan
from carlendar.errors import CarlendarError, StoreError
from carlendar.settings import Settings, load
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from carlendar.wiring import host
from carlendar.wiring.microsoft import Microsoft, microsoft
from carlendar_devtools.emulator.cloud.server import CloudServer

_ANY_DAY = Timespan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
"""Only the drivers are read, no meetings."""

FIRST = Profile("driver", "", provisional=True)
"""The profile of a driver who is signed in by option; the account gives it its name."""


@dataclass(frozen=True, slots=True)
class Drivers:
    """Profiles with the addresses of their accounts, the chosen one, and all preferences (the language …)."""

    profiles: tuple[Profile, ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()
    """Profile id and address. An empty address is the scenario's first person."""
    chosen_profile_id: str = ""
    preferences: Mapping[str, str] = field(default_factory=dict)

    def signed_in(self) -> Drivers:
        """Return these drivers, or the scenario's first person if there is no account."""
        return (
            self
            if self.accounts
            else replace(self, profiles=(FIRST,), accounts=((FIRST.id, ""),), chosen_profile_id=FIRST.id)
        )


def drivers_of(data: Path) -> Drivers:
    """The drivers in a data folder that no process uses any more; none where it cannot be read."""
    try:
        user, reader = UserStore(data), StoreReader(data)
        try:
            snapshot = reader.read(_ANY_DAY, UTC, boot_id=host.boot_id())
            accounts = tuple((each.profile_id, each.address) for each in user.accounts() if not each.is_feed)
            return Drivers(user.profiles(), accounts, snapshot.chosen_profile_id, user.preferences())
        finally:
            reader.close()
            user.close()
    except StoreError:
        return Drivers()


def install(drivers: Drivers, cloud: CloudServer, environ: Mapping[str, str]) -> None:
    """Write the drivers into the data folder that `environ` names, and sign their accounts in at `cloud`.

    People who are not in the scenario are replaced by its first person; who may not sign in is left out.
    Raises CarlendarError when nothing can be stored.
    """
    settings = load(environ=environ)
    settings.data_folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    user = UserStore(settings.data_folder)
    try:
        for profile in drivers.profiles:
            user.save_profile(profile, host.boot_id() if profile.is_guest else "")
        for name, value in drivers.preferences.items():
            user.prefer(name, value)
        if drivers.chosen_profile_id:
            user.choose_profile(drivers.chosen_profile_id, host.boot_id())
        _sign_in(drivers.accounts, cloud, settings, user)
    finally:
        user.close()


def _sign_in(accounts: tuple[tuple[str, str], ...], cloud: CloudServer, settings: Settings, user: UserStore) -> None:
    known = {person.address for person in cloud.people}
    parts = microsoft(settings)
    done: set[str] = set()
    for profile_id, wanted in accounts:
        address = wanted if wanted in known else cloud.people[0].address
        if address in done:
            continue
        done.add(address)
        account = _account(parts, cloud, address, profile_id)
        if account is not None:
            user.save_account(account)
            user.name_profile(profile_id, account.name)


def _account(parts: Microsoft, cloud: CloudServer, address: str, profile_id: str) -> Account | None:
    cloud.auto_approve(address)
    try:
        person = parts.identity.start_device_code(parts.scopes).poll()
    except CarlendarError:
        return None
    finally:
        cloud.auto_approve(None)
    if person is None:
        return None
    return Account(
        person.account_id, profile_id, person.address, person.name, person.cloud, AccountState.SIGNED_IN,
        cloud.world.now(), person.scopes, tenant=person.tenant,
    )  # fmt: skip
