"""A driver's settings follow them from car to car: who wins, and what is never exchanged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain import consent
from carlendar.domain.account import Account, AccountState, Profile
from carlendar.domain.driver_settings import KeptSettings
from carlendar.domain.ports import SettingsKeeper
from carlendar.errors import OfflineError
from carlendar.service.roaming_settings import RoamingSettings
from carlendar.store.user import UserStore

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Cloud:
    """What the back end keeps, by the key that opens it."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, dict[str, str]]] = {}


class Car(SettingsKeeper):
    """A car whose telemetry is connected to the back end; answers come at once."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self.user = UserStore(folder)
        self.cloud, self.active, self.changes, self.asked = cloud, "ana", 0, 0
        for name in ("ana", "ben"):
            self.user.save_profile(Profile(name, name.title()), "boot 1")
            self.user.save_account(account(name))
        self.key_of: Callable[[Account], str] = lambda each: f"key of {each.address}"
        self.roaming = RoamingSettings(
            self, self.user, lambda each: self.key_of(each), lambda: self.active, self._changed
        )  # fmt: skip

    def _changed(self) -> None:
        self.changes += 1

    def agree(self, *, given: bool = True, profile: str = "ana") -> None:
        self.user.prefer(consent.key(profile, consent.SETTINGS), consent.value(consent.SETTINGS, given=given))

    def prefer(self, **values: str) -> None:
        for key, value in values.items():
            self.user.prefer(key, value)

    def sync(self, profile: str = "ana") -> None:
        self.roaming.synced(account(profile))

    @property
    def settings(self) -> dict[str, str]:
        wanted = ("theme", "language", "mask", "reminder_minutes")
        return {key: value for key, value in self.user.preferences().items() if key in wanted}

    def fetch_settings(self, profile: str, key: str) -> None:
        self.asked += 1
        version, values = self.cloud.kept.get(key, (0, {}))
        self.roaming.kept(KeptSettings(profile, "done" if version else "absent", version, values))

    def store_settings(self, profile: str, key: str, version: int, values: Mapping[str, str]) -> None:
        held = self.cloud.kept.get(key, (0, {}))
        if version != held[0] + 1:
            self.roaming.kept(KeptSettings(profile, "conflict", *held))
            return
        self.cloud.kept[key] = version, dict(values)
        self.roaming.kept(KeptSettings(profile, "done", version, dict(values)))

    def delete_settings(self, profile: str, key: str) -> None:
        self.asked += 1
        self.cloud.kept.pop(key, None)
        self.roaming.kept(KeptSettings(profile, "done"))


def account(profile: str) -> Account:
    address = f"{profile}@contoso.example"
    return Account(f"a-{profile}", profile, address, profile.title(), "global", AccountState.SIGNED_IN, NOW)


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


@pytest.fixture
def first(tmp_path: Path, cloud: Cloud) -> Car:
    return Car(tmp_path / "first", cloud)


@pytest.fixture
def second(tmp_path: Path, cloud: Cloud) -> Car:
    return Car(tmp_path / "second", cloud)


def test_a_driver_finds_their_settings_in_the_next_car_after_agreeing_there_as_well(first: Car, second: Car) -> None:
    first.agree()
    first.prefer(theme="night", language="de")
    first.sync()
    second.prefer(theme="day", reminder_minutes="10")
    second.sync()
    assert (second.settings, second.asked) == ({"theme": "day", "reminder_minutes": "10"}, 0)
    second.agree()
    second.sync()
    assert second.settings == {"theme": "night", "language": "de", "reminder_minutes": "10"}
    assert second.changes == 1
    first.sync()
    assert first.settings == second.settings


def test_without_consent_nothing_is_asked_and_nothing_kept(first: Car, cloud: Cloud) -> None:
    first.prefer(theme="night")
    first.sync()
    first.agree(given=False)
    first.sync()
    assert (first.asked, cloud.kept) == (0, {})


def test_a_change_in_either_car_arrives_in_the_other_and_the_last_one_of_a_setting_wins(
    first: Car, second: Car
) -> None:
    for car in (first, second):
        car.agree()
    first.prefer(theme="night", language="de")
    first.sync()
    second.sync()
    first.prefer(theme="day")
    second.prefer(language="en", mask="always")
    first.sync()
    second.sync()
    first.sync()
    assert first.settings == second.settings == {"theme": "day", "language": "en", "mask": "always"}
    second.prefer(mask="")  # back to the car's default
    second.sync()
    first.sync()
    assert first.settings == {"theme": "day", "language": "en"}


def test_two_drivers_of_one_car_do_not_mix_their_settings(first: Car, second: Car, cloud: Cloud) -> None:
    for profile in ("ana", "ben"):
        first.agree(profile=profile)
    first.prefer(theme="night", language="de")
    first.sync()
    cloud.kept["key of ben@contoso.example"] = (4, {"theme": "day", "language": "en"})
    first.active = "ben"
    first.sync("ben")
    assert first.settings == {"theme": "day", "language": "en"}
    assert cloud.kept["key of ben@contoso.example"][0] == 4
    first.sync("ana")  # the calendar of a driver who is not at the wheel
    assert first.settings["theme"] == "day"
    first.active = "ana"
    first.sync("ana")
    assert first.settings == {"theme": "night", "language": "de"}
    assert cloud.kept["key of ana@contoso.example"] == (1, {"theme": "night", "language": "de"})


def test_withdrawing_deletes_what_is_kept_and_leaves_the_cars_settings(first: Car, second: Car, cloud: Cloud) -> None:
    first.agree()
    first.prefer(theme="night")
    first.sync()
    first.agree(given=False)
    first.sync()
    assert (cloud.kept, first.settings) == ({}, {"theme": "night"})
    asked = first.asked
    first.sync()
    assert first.asked == asked
    second.agree()
    second.sync()
    assert second.settings == {}


def test_what_a_car_does_not_know_or_must_not_take_over_is_left_out(first: Car, cloud: Cloud) -> None:
    first.agree()
    cloud.kept["key of ana@contoso.example"] = (1, {"theme": "day", "consent:ana:usage": "1", "title": "x"})
    first.sync()
    held = first.user.preferences()
    assert (held["theme"], "consent:ana:usage" in held, "title" in held) == ("day", False, False)


@pytest.mark.parametrize("failure", ["offline", "not permitted"])
def test_without_the_key_everything_stays_in_the_car(first: Car, cloud: Cloud, failure: str) -> None:
    def offline(_account: Account) -> str:
        raise OfflineError("no connection")

    first.agree()
    first.key_of = offline if failure == "offline" else lambda _account: ""
    first.prefer(theme="night")
    first.sync()
    assert (first.asked, cloud.kept, first.settings) == (0, {}, {"theme": "night"})
