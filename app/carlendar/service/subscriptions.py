"""Calendar feeds, stored as accounts without a sign-in: subscriptions, feeds from the settings, and policy."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.errors import CarlendarError, FeedError, VaultError
from carlendar.service.ports import ServiceOptions, ServicePorts
from carlendar.store.user import UserStore

PREFIX = "feed-"
"""Prefix of a feed's account id, under which its secret is stored as well."""

BY_SETTINGS = "settings"
"""The scope of a feed from the settings, which is removed once they no longer contain it."""

MOST = 50
"""Maximum number of feeds per car."""

_log = logging.getLogger(__name__)


class SubscriptionService:
    """Manages the feeds of drivers. `forget` deletes accounts with all their data."""

    def __init__(
        self, ports: ServicePorts, options: ServiceOptions, user: UserStore, arrived: Callable[[str], None],
        forget: Callable[[Iterable[str]], None],
    ) -> None:  # fmt: skip
        self._ports, self._options, self._user, self._arrived, self._forget = ports, options, user, arrived, forget

    def add(self, arguments: Mapping[str, str]) -> None:
        """Subscribe to `source`; `title` defaults to its host or file name, `profile` (a name) to the only one.

        `owners` are the mail addresses of the calendar's owner, separated by blanks. A calendar that is there already
        is renewed where it was quarantined or gets other owners. Raises FeedError, VaultError and StoreError.
        """
        profile_id, owners = self._profile(arguments.get("profile", "")), arguments.get("owners", "").split()
        self._add(arguments.get("source", ""), arguments.get("title", ""), profile_id, "", owners)

    def reconcile(self) -> None:
        """Reconcile at start-up: remove feeds that are not allowed, and add or remove those of the settings."""
        subscribed = self.all()
        if self._ports.subscriptions is None:
            self._remove(subscribed)
            return
        fixed = [account for account in subscribed if BY_SETTINGS in account.scopes]
        wanted = dict.fromkeys(source.strip() for source in self._options.feeds)
        kept = {source: account for source in wanted for account in fixed if self._reads(account, source)}
        self._remove([account for account in fixed if account not in kept.values()])
        owners = self._options.feeds_owners
        for account in kept.values():
            with suppress(VaultError):  # the next start names them
                if owners and self._ports.subscriptions.owners(account.id) != frozenset(owners):
                    self._ports.subscriptions.renew(account.id, owners)
        for source in wanted.keys() - kept.keys():
            try:
                self._add(source, "", self._profile(self._options.feeds_profile), BY_SETTINGS, owners)
            except CarlendarError as error:  # a failing feed must not affect the others
                _log.warning("a calendar of the settings could not be added: %s", error.key)

    def all(self) -> tuple[Account, ...]:
        """Return all feeds."""
        return tuple(account for account in self._user.accounts() if account.is_feed)

    def _remove(self, gone: Iterable[Account]) -> None:
        if ids := [account.id for account in gone]:
            self._forget(ids)

    def _reads(self, account: Account, source: str) -> bool:
        return self._ports.subscriptions is not None and self._ports.subscriptions.holds(account.id, source)

    def _add(self, source: str, name: str, profile_id: str, scope: str, owners: Sequence[str]) -> None:
        subscribed = self.all()
        if self._ports.subscriptions is None:
            raise FeedError("calendar feeds are not allowed here", key="feed_off")
        same = [each for each in subscribed if each.profile_id == profile_id and self._reads(each, source)]
        if same:
            if not self._ports.subscriptions.renew(same[0].id, owners):
                raise FeedError("this calendar is subscribed already", key="feed_twice")
            self._arrived(same[0].id)
            return
        if len(subscribed) >= MOST:
            raise FeedError(f"the limit of {MOST} feeds is reached", key="feed_many")
        feed_id = PREFIX + self._ports.new_id()
        kind, shown = self._ports.subscriptions.add(feed_id, source, owners)
        scopes = (scope,) if scope else ()
        self._user.save_account(
            Account(feed_id, profile_id, shown, name.strip()[:80] or shown, kind, AccountState.SIGNED_IN,
                    self._ports.wall.now(), scopes)
        )  # fmt: skip
        self._arrived(feed_id)

    def _profile(self, name: str) -> str:
        """Return the id of the profile called `name`, created if missing; without a name, of the only profile."""
        profiles = self._user.profiles()
        if name:
            found = next((profile for profile in profiles if profile.name == name), None)
        elif len(profiles) > 1:
            raise FeedError("there are several drivers: name one", key="feed_driver")
        else:
            found = profiles[0] if profiles else None
        if found is None:
            found = Profile(self._ports.new_id(), name or "Driver", provisional=not name)
            self._user.save_profile(found, self._options.boot_id)
        return found.id
