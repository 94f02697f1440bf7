"""Feeds as accounts that nobody signs in to: subscribing, what the settings name, and what is not allowed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.errors import CarlendarError, FeedError
from carlendar.service.ports import Options, Ports
from carlendar.store.user import UserStore

PREFIX = "feed-"
"""Beginning of a feed's account id, by which its secret is known too."""

BY_SETTINGS = "settings"
"""The scope of a feed that the settings name: it goes when they do not name it any more."""

MOST = 50
"""Feeds of one car."""

_log = logging.getLogger(__name__)


class SubscriptionService:
    """Adds feeds for a driver. `forget` deletes accounts with everything of theirs."""

    def __init__(
        self, ports: Ports, options: Options, user: UserStore, arrived: Callable[[str], None],
        forget: Callable[[Iterable[str]], None],
    ) -> None:  # fmt: skip
        self._ports, self._options, self._user, self._arrived, self._forget = ports, options, user, arrived, forget

    def add(self, given: Mapping[str, str]) -> None:
        """Subscribe: `source`, `title` (its host or file otherwise), `profile` (its name; the only one otherwise).

        `owners` are the mail addresses of the calendar's owner, separated by blanks. A calendar that is there already
        is renewed where it was quarantined or gets other owners. Raises FeedError, VaultError and StoreError.
        """
        profile_id, owners = self._profile(given.get("profile", "")), given.get("owners", "").split()
        self._add(given.get("source", ""), given.get("title", ""), profile_id, "", owners)

    def tidy(self) -> None:
        """At the start: what is not allowed goes, and what the settings name is there, for this and no more."""
        held = self.held()
        if self._ports.subscriptions is None:
            self._let_go(held)
            return
        fixed = [account for account in held if BY_SETTINGS in account.scopes]
        wanted = dict.fromkeys(source.strip() for source in self._options.feeds)
        kept = {source: account for source in wanted for account in fixed if self._holds(account, source)}
        self._let_go([account for account in fixed if account not in kept.values()])
        owners = self._options.feeds_owners
        for account in kept.values():
            if self._ports.subscriptions.owners(account.id) != frozenset(owners):
                self._ports.subscriptions.renew(account.id, owners)
        for source in wanted.keys() - kept.keys():
            try:
                self._add(source, "", self._profile(self._options.feeds_profile), BY_SETTINGS, owners)
            except CarlendarError as error:  # one that cannot be had is not the others' trouble
                _log.warning("a calendar of the settings was not added: %s", error.key)

    def held(self) -> tuple[Account, ...]:
        """All feeds."""
        return tuple(account for account in self._user.accounts() if account.is_feed)

    def _let_go(self, gone: Iterable[Account]) -> None:
        if ids := [account.id for account in gone]:
            self._forget(ids)

    def _holds(self, account: Account, source: str) -> bool:
        return self._ports.subscriptions is not None and self._ports.subscriptions.holds(account.id, source)

    def _add(self, source: str, name: str, profile_id: str, scope: str, owners: Sequence[str]) -> None:
        held = self.held()
        if self._ports.subscriptions is None:
            raise FeedError("calendar feeds are not allowed here", key="feed_off")
        same = [each for each in held if each.profile_id == profile_id and self._holds(each, source)]
        if same:
            if not self._ports.subscriptions.renew(same[0].id, owners):
                raise FeedError("this driver already has this calendar", key="feed_twice")
            self._arrived(same[0].id)
            return
        if len(held) >= MOST:
            raise FeedError(f"there are {MOST} feeds already", key="feed_many")
        feed_id = PREFIX + self._ports.new_id()
        kind, shown = self._ports.subscriptions.add(feed_id, source, owners)
        scopes = (scope,) if scope else ()
        self._user.save_account(
            Account(feed_id, profile_id, shown, name.strip()[:80] or shown, kind, AccountState.SIGNED_IN,
                    self._ports.wall.now(), scopes)
        )  # fmt: skip
        self._arrived(feed_id)

    def _profile(self, name: str) -> str:
        """The id of the driver of that name, made where there is none; without a name the only driver there is."""
        profiles = self._user.profiles()
        if name:
            found = next((profile for profile in profiles if profile.name == name), None)
        elif len(profiles) > 1:
            raise FeedError("there are several drivers: say which", key="feed_driver")
        else:
            found = profiles[0] if profiles else None
        if found is None:
            found = Profile(self._ports.new_id(), name or "Driver", provisional=not name)
            self._user.save_profile(found, self._options.occasion)
        return found.id
