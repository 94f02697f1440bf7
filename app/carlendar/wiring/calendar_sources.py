"""Selects the adapter of an account: a feed or Microsoft 365."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from carlendar import __version__
from carlendar.domain.account import Account
from carlendar.domain.avatar import AvatarImage
from carlendar.domain.base import Value
from carlendar.domain.ports import CalendarSource, CalendarWriter, Identity, SignedIn, SignInFlow, WallClock
from carlendar.errors import FeedError, RefusedError
from carlendar.icalendar.addresses import is_address
from carlendar.icalendar.download import Downloader
from carlendar.icalendar.reader import ConfinedReader, FeedReader, FeedTexts
from carlendar.icalendar.source import FeedSource, texts_of
from carlendar.icalendar.subscription_store import StoredTrials, SubscriptionStore
from carlendar.service.subscriptions import PREFIX
from carlendar.settings import Settings
from carlendar.store.user import UserStore
from carlendar.wiring import reader_worker
from carlendar.wiring.microsoft import Microsoft
from carlendar.wiring.network import network


class Accounts(Value, frozen=True):
    """The adapters of all kinds of accounts."""

    cloud: Microsoft
    book: SubscriptionStore
    downloader: Downloader
    reader: FeedReader
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
            account.id, account.name, lambda: self.book.source(account.id), self.downloader, self.reader,
            self.wall.zone, time.time_ns, mine=lambda: self._addresses(account),
            trials=StoredTrials(self.book, account.id),
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

    def _addresses(self, account: Account) -> frozenset[str]:
        """Return the addresses whose answers in the feed's invitations are the driver's.

        Those that the subscription names, and those of the driver's own accounts.
        """
        user = UserStore(self.settings.data_folder)
        try:
            signed_in = {each.address.lower() for each in user.accounts(account.profile_id) if not each.is_feed}
        finally:
            user.close()
        return self.book.owners(account.id) | signed_in


def accounts(settings: Settings, cloud: Microsoft, wall: WallClock) -> Accounts:
    """Return the adapters of all kinds of accounts, according to the settings."""
    book = SubscriptionStore(cloud.vault, private=settings.switch("feeds.private_addresses"))
    return Accounts(cloud, book, downloader(settings), ConfinedReader(reader_worker.process()), wall, settings)


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


def texts(settings: Settings, source: str) -> FeedTexts:
    """What stands now at an address, in a file or in a folder. Raises FeedError and ServiceError."""
    if not is_address(source):
        return texts_of(Path(source))
    if not settings.switch("feeds.allowed"):
        raise FeedError("calendar addresses are not allowed here (feeds.allowed)", key="feed_off")
    data = downloader(settings).get(source).data
    return FeedTexts([data] if data is not None else [])


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
