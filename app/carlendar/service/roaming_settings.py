"""Settings that follow a driver to cars of all brands, with their consent.

The fleet's back end keeps them sealed; their key is in the driver's own Microsoft account. Preferences are those of the
car, so they are exchanged for the driver at the wheel alone. At the first time in a car, the settings of the other cars
win; afterwards a setting that was changed in this car wins over the kept one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import msgspec

from carlendar.domain import consent
from carlendar.domain.account import Account
from carlendar.domain.base import Value
from carlendar.domain.driver_settings import PORTABLE, KeptSettings
from carlendar.domain.ports import SettingsKeeper
from carlendar.errors import CarlendarError
from carlendar.store.user import UserStore

PREFIX = "roaming:"
"""Prefix of the preference that has what was last exchanged, followed by the profile's id."""
APPLIED = "roaming"
"""The preference that names the profile whose settings the car's preferences are."""

_log = logging.getLogger(__name__)


class _Exchanged(Value, frozen=True):
    """The version that was last exchanged with an account's key, and its values."""

    account: str = ""
    version: int = 0
    values: dict[str, str] = msgspec.field(default_factory=dict)


class RoamingSettings:
    """Exchanges after synchronisations; answers come on telemetry's thread.

    `key_of` returns the key of a driver's settings, and may use the network; `active` returns the profile at the wheel;
    `changed` is called after preferences were adopted.
    """

    def __init__(
        self,
        keeper: SettingsKeeper | None,
        user: UserStore,
        key_of: Callable[[Account], str] | None,
        active: Callable[[], str],
        changed: Callable[[], None],
    ) -> None:
        self._keeper, self._user, self._key_of = keeper, user, key_of
        self._active, self._changed = active, changed
        self._keys: dict[str, tuple[str, str]] = {}
        """Account and key of each profile."""

    def synced(self, account: Account) -> None:
        """Exchange the settings of an account's driver, after its calendar was fetched. May use the network."""
        profile = account.profile_id
        if self._keeper is None or account.is_feed or profile != self._active():
            return
        try:
            agreed, known = self._agreed(profile), PREFIX + profile in self._user.preferences()
            if not (agreed or known) or account.id != self._first(profile) or not (key := self._key(account)):
                return
        except CarlendarError as error:
            _log.info("settings do not follow the driver: %s", type(error).__name__)
            return
        if agreed:
            self._keeper.fetch_settings(profile, key)
        else:
            self._keeper.delete_settings(profile, key)

    def forget(self) -> None:
        """Forget all keys, as accounts are removed: answers that still arrive change nothing."""
        self._keys = {}

    def _first(self, profile: str) -> str:
        """The account that has the key, of several."""
        return min((each.id for each in self._user.accounts(profile) if not each.is_feed), default="")

    def _key(self, account: Account) -> str:
        held, key = self._keys.get(account.profile_id, ("", ""))
        if held != account.id:
            key = self._key_of(account) if self._key_of is not None else ""
            self._keys[account.profile_id] = account.id, key
        return key

    def _agreed(self, profile: str) -> bool:
        return consent.chosen(self._user.preferences(), profile, consent.SETTINGS) is True

    def kept(self, kept: KeptSettings) -> None:
        """Adopt what is kept, or have the present settings kept. Raises StoreError."""
        held = self._keys.get(kept.profile)
        if held is None or kept.outcome == "refused" or kept.profile != self._active():
            return
        if not self._agreed(kept.profile):
            self._user.prefer(PREFIX + kept.profile, "")  # they are deleted
            return
        preferences = self._user.preferences()
        before = _decoded(preferences.get(PREFIX + kept.profile, ""))
        if before.account != held[0]:
            before = _Exchanged()
        here = {key: preferences[key] for key in PORTABLE if key in preferences}
        of_driver = preferences.get(APPLIED, kept.profile) == kept.profile
        self._merge(kept, before, here if of_driver else before.values, *held)

    def _merge(
        self, kept: KeptSettings, before: _Exchanged, here: Mapping[str, str], account: str, key: str
    ) -> None:  # fmt: skip
        """`here` are the driver's settings in this car, `before` those that were last exchanged."""
        there = {key: kept.values[key] for key in PORTABLE if key in kept.values}
        if kept.outcome == "absent":
            merged = dict(here)
        elif before.version:
            own = {key for key in PORTABLE if here.get(key) != before.values.get(key)}
            merged = {key: value for key in PORTABLE if (value := (here if key in own else there).get(key))}
        else:
            merged = {**here, **there}
        self._adopt(kept.profile, merged)
        self._user.prefer(PREFIX + kept.profile, _encoded(_Exchanged(account, kept.version, there)))
        if merged != there and self._keeper is not None:
            self._keeper.store_settings(kept.profile, key, kept.version + 1, merged)

    def _adopt(self, profile: str, values: Mapping[str, str]) -> None:
        preferences = self._user.preferences()
        differing = [key for key in PORTABLE if preferences.get(key, "") != values.get(key, "")]
        for key in differing:
            self._user.prefer(key, values.get(key, ""))
        if preferences.get(APPLIED) != profile:
            self._user.prefer(APPLIED, profile)
        if differing:
            self._changed()


def _encoded(exchanged: _Exchanged) -> str:
    return msgspec.json.encode(exchanged).decode()


def _decoded(text: str) -> _Exchanged:
    try:
        return msgspec.json.decode(text, type=_Exchanged) if text else _Exchanged()
    except msgspec.DecodeError:
        return _Exchanged()
