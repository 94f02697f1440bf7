"""Feeds as accounts: whose they are, what the settings name, what is not allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.account import FEED, Profile
from carlendar.errors import FeedError
from carlendar.service.main import ServiceOptions
from carlendar.service.subscriptions import BY_SETTINGS, SubscriptionService
from carlendar.store.user import UserStore
from tests.service import service_program


class Sources:
    """A `Subscriptions` in memory."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}
        self.owned: dict[str, frozenset[str]] = {}
        self.quarantined: set[str] = set()

    def add(self, feed_id: str, source: str, owners: Iterable[str] = ()) -> tuple[str, str]:
        if not source.startswith("https://"):
            raise FeedError("no", key="feed_address")
        self.held[feed_id] = source
        self.owned[feed_id] = frozenset(owners)
        return FEED, source.split("/")[2]

    def holds(self, feed_id: str, source: str) -> bool:
        return self.held.get(feed_id) == source

    def owners(self, feed_id: str) -> frozenset[str]:
        return self.owned[feed_id]

    def renew(self, feed_id: str, owners: Iterable[str]) -> bool:
        before = self.owned[feed_id], feed_id in self.quarantined
        self.owned[feed_id] = frozenset(owners) or self.owned[feed_id]
        self.quarantined.discard(feed_id)
        return before != (self.owned[feed_id], False)

    def forget(self, feed_id: str) -> None:
        del self.held[feed_id]


Made = Callable[..., SubscriptionService]
A, B = "https://a.example/x", "https://b.example/x"


@pytest.fixture
def sources() -> Sources:
    return Sources()


@pytest.fixture
def user(tmp_path: Path) -> Iterator[UserStore]:
    store = UserStore(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture
def subscriptions(tmp_path: Path, user: UserStore, sources: Sources) -> Made:
    def forget(ids: Iterable[str]) -> None:
        for account_id in ids:
            sources.held.pop(account_id, None)
            user.remove_account(account_id)

    def make(*, allowed: bool = True, **options: Any) -> SubscriptionService:
        (tmp_path / "world").mkdir(exist_ok=True)
        world = service_program.World(tmp_path / "world")
        ports = replace(
            service_program.ports(world, service_program.FileIdentity(world)),
            subscriptions=sources if allowed else None,
        )
        return SubscriptionService(ports, ServiceOptions("test", **options), user, lambda _id: None, forget)

    return make


def test_a_feed_is_the_only_drivers_or_of_the_one_who_is_named(subscriptions: Made, user: UserStore) -> None:
    subscriptions().add({"source": A})
    (driver,) = user.profiles()
    assert driver.provisional
    user.save_profile(Profile("b", "Ben"))
    with pytest.raises(FeedError) as caught:
        subscriptions().add({"source": B})
    assert caught.value.key == "feed_driver"
    subscriptions().add({"source": B, "profile": "Ben", "title": "Choir"})
    assert [(each.name, each.address) for each in user.accounts("b")] == [("Choir", "b.example")]


def test_the_same_calendar_is_not_there_twice_for_one_driver(subscriptions: Made, user: UserStore) -> None:
    subscriptions().add({"source": A, "profile": "Ana"})
    with pytest.raises(FeedError) as caught:
        subscriptions().add({"source": A, "profile": "Ana"})
    assert caught.value.key == "feed_twice"
    subscriptions().add({"source": A, "profile": "Ben"})
    assert len(user.accounts()) == 2


def test_the_same_calendar_again_names_its_owner_and_lifts_its_quarantine(
    subscriptions: Made, user: UserStore, sources: Sources
) -> None:
    subscriptions().add({"source": A, "profile": "Ana"})
    (feed,) = sources.held
    subscriptions().add({"source": A, "profile": "Ana", "owners": "ana@contoso.example ana@fabrikam.example"})
    assert sources.owned == {feed: {"ana@contoso.example", "ana@fabrikam.example"}}
    sources.quarantined.add(feed)
    subscriptions().add({"source": A, "profile": "Ana"})
    assert (list(sources.held), sources.quarantined, len(sources.owned[feed])) == ([feed], set(), 2)


def test_the_owners_of_the_settings_are_those_of_its_feeds(subscriptions: Made, sources: Sources) -> None:
    subscriptions(feeds=(A,), feeds_profile="Ana").reconcile()
    subscriptions(feeds=(A, B), feeds_profile="Ana", feeds_owners=("ana@contoso.example",)).reconcile()
    assert set(sources.owned.values()) == {frozenset({"ana@contoso.example"})}


def test_the_settings_feeds_come_and_go_with_them(subscriptions: Made, user: UserStore, sources: Sources) -> None:
    subscriptions().add({"source": "https://own.example/x", "profile": "Ana"})
    both = subscriptions(feeds=(A, B, "nonsense"), feeds_profile="Ana")
    both.reconcile()
    both.reconcile()
    assert sorted(sources.held.values()) == [A, B, "https://own.example/x"]
    subscriptions(feeds=(B,), feeds_profile="Ana").reconcile()
    assert sorted(sources.held.values()) == [B, "https://own.example/x"]
    assert [each.address for each in user.accounts() if BY_SETTINGS in each.scopes] == ["b.example"]


def test_where_feeds_are_not_allowed_none_is_left_and_none_comes(subscriptions: Made, user: UserStore) -> None:
    subscriptions().add({"source": A})
    subscriptions(allowed=False, feeds=(B,)).reconcile()
    assert user.accounts() == ()
    with pytest.raises(FeedError) as caught:
        subscriptions(allowed=False).add({"source": A})
    assert caught.value.key == "feed_off"
