"""Selects the adapter of an account: a feed or Microsoft 365."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from carlendar import __version__
from carlendar.domain.account import Account
from carlendar.domain.avatar import AvatarImage
from carlendar.domain.base import Value
from carlendar.domain.ports import CalendarSource, CalendarWriter, Identity, SignedIn, SignInFlow, WallClock
from carlendar.errors import RefusedError
from carlendar.icalendar.download import Downloader
from carlendar.icalendar.source import FeedSource
from carlendar.icalendar.subscription_store import SubscriptionStore
from carlendar.service.subscriptions import PREFIX
from carlendar.settings import Settings
from carlendar.store.user import UserStore
from carlendar.wiring.microsoft import Microsoft
from carlendar.wiring.network import network


class Accounts(Value, frozen=True):
    """The adapters of all kinds of accounts."""

    cloud: Microsoft
    book: SubscriptionStore
    downloader: Downloader
    wall: WallClock
    settings: Settings

    @property
    def identity(self) -> Identity:
        """The identity provider; signing out of a feed deletes its source."""
        return _Identities(self.cloud.identity, self.book)

    def source_of(self, account: Account) -> CalendarSource:
        """Return the reader of the account's calendars."""
        if not account.is_feed:
            return self.cloud.source_of(account)
        return FeedSource(
            account.id, account.name, lambda: self.book.source(account.id), self.downloader, self.wall.zone,
            time.time_ns, lambda: self._addresses(account.profile_id),
        )  # fmt: skip

    def actions_of(self, account: Account) -> CalendarWriter:
        """Return the writer of the account's calendar. Raises RefusedError for a feed, which is read-only."""
        if account.is_feed:
            raise RefusedError("this calendar can only be read")
        return self.cloud.actions_of(account)

    def locale_of(self, account: Account) -> str:
        """Return the language of the account; empty for a feed."""
        return "" if account.is_feed else self.cloud.locale_of(account)

    def fetch_avatar(self, account: Account, tag: str) -> AvatarImage | None:
        """Return the account's picture, None if its entity tag is unchanged; a feed has none."""
        return AvatarImage() if account.is_feed else self.cloud.fetch_avatar(account, tag)

    def _addresses(self, profile_id: str) -> frozenset[str]:
        """Return the driver's own addresses, to find the driver's answer in a feed's invitations."""
        user = UserStore(self.settings.data_folder)
        try:
            return frozenset(each.address.lower() for each in user.accounts(profile_id) if not each.is_feed)
        finally:
            user.close()


def accounts(settings: Settings, cloud: Microsoft, wall: WallClock) -> Accounts:
    """Return the adapters of all kinds of accounts, according to the settings."""
    book = SubscriptionStore(cloud.vault, private=settings.switch("feeds.private_addresses"))
    return Accounts(cloud, book, downloader(settings), wall, settings)


def downloader(settings: Settings) -> Downloader:
    """Return the downloader of feeds, according to the settings."""
    private = settings.switch("feeds.private_addresses")
    reached = network(settings)
    return Downloader(
        private=private,
        ca_file=settings.path("feeds.ca_file"),
        more_ca_file=reached.more_ca_file,
        proxy=reached.proxy,
        agent=f"Carlendar/{__version__}",
    )


class _Identities:
    """An `Identity` that also handles feeds, which have no sign-in."""

    def __init__(self, people: Identity, book: SubscriptionStore) -> None:
        self._people, self._book = people, book

    def start_device_code(self, scopes: Sequence[str], claims: str = "") -> SignInFlow:
        return self._people.start_device_code(scopes, claims)

    def sign_in_with_browser(
        self,
        scopes: Sequence[str],
        open_url: Callable[[str], None],
        *,
        claims: str = "",
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SignedIn:
        return self._people.sign_in_with_browser(scopes, open_url, claims=claims, cancelled=cancelled)

    def token(self, account_id: str, scopes: Sequence[str], claims: str = "") -> str:
        return self._people.token(account_id, scopes, claims)

    def sign_out(self, account_id: str) -> None:
        if account_id.startswith(PREFIX):
            self._book.forget(account_id)
        else:
            self._people.sign_out(account_id)
