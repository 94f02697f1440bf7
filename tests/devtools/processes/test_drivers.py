"""Drivers are signed in before the display starts, and come along when another scenario begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carlendar.domain.account import AccountState, Profile
from carlendar.store.user import UserStore
from carlendar.wiring import host
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.emulation import PERMISSIONS
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_devtools.processes.drivers import Drivers, drivers_of, install

ANA, BEN, CASEY = "ana@contoso.example", "ben@contoso.example", "casey@contoso.example"


@contextmanager
def cloud_of(scenario: str, folder: Path) -> Iterator[tuple[RunningCloud, dict[str, str]]]:
    """A cloud, and the environment of a display that uses it."""
    (folder / "cloud").mkdir(parents=True)
    with RunningCloud(load_world(scenario_file(scenario)), folder / "cloud") as cloud:
        yield (
            cloud,
            {
                "CARLENDAR_DATA_FOLDER": str(folder / "data"),
                "CARLENDAR_IDENTITY_CLIENT_ID": cloud.client_id,
                "CARLENDAR_IDENTITY_AUTHORITY": cloud.authority,
                "CARLENDAR_IDENTITY_GRAPH": cloud.graph,
                "CARLENDAR_IDENTITY_CA_FILE": str(cloud.ca_file),
                "CARLENDAR_IDENTITY_SCOPES": " ".join(PERMISSIONS),
            },
        )


def test_the_first_person_is_signed_in_with_every_permission(tmp_path: Path) -> None:
    with cloud_of("commute", tmp_path) as (cloud, environ):
        install(Drivers().signed_in(), cloud, environ)
        assert cloud.pending_codes() == []
        assert cloud.identity.auto_approved == ""
    user = UserStore(tmp_path / "data")
    (profile,), (account,) = user.profiles(), user.accounts()
    user.close()
    assert (profile.name, account.address, account.profile_id) == ("Ana Lindner", ANA, profile.id)
    assert (account.state, set(account.scopes)) == (AccountState.SIGNED_IN, set(PERMISSIONS))


def test_drivers_accounts_seat_and_language_come_along_to_another_scenario(tmp_path: Path) -> None:
    profiles = (Profile("a", "Ana"), Profile("b", "Ben", "driver-2"), Profile("g", "Guest", is_guest=True))
    before = Drivers(profiles, (("a", ANA), ("b", BEN)), "b", {"language": "de", "notice:b": "1"})
    with cloud_of("commute", tmp_path / "one") as (cloud, environ):
        install(before, cloud, environ)
    kept = drivers_of(tmp_path / "one" / "data")
    assert kept == before
    with cloud_of("world", tmp_path / "two") as (cloud, environ):
        install(kept, cloud, environ)
    assert drivers_of(tmp_path / "two" / "data") == before
    user = UserStore(tmp_path / "two" / "data")
    assert [profile.id for profile in user.stale_guests(host.boot_id())] == []
    user.close()


def test_who_is_not_in_the_other_scenario_is_its_first_person_there_once(tmp_path: Path) -> None:
    drivers = Drivers((Profile("a", "Ana"), Profile("b", "Ben")), (("b", BEN), ("a", ANA)))
    with cloud_of("busy", tmp_path) as (cloud, environ):
        install(drivers, cloud, environ)
    assert drivers_of(tmp_path / "data").accounts == (("b", ANA),)


def test_who_may_not_sign_in_is_left_out(tmp_path: Path) -> None:
    drivers = Drivers((Profile("c", "Casey"),), (("c", CASEY),))
    with cloud_of("commute", tmp_path) as (cloud, environ):
        install(drivers, cloud, environ)
        assert cloud.identity.auto_approved == ""
    assert drivers_of(tmp_path / "data").accounts == ()


def test_without_a_readable_folder_there_are_no_drivers(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert drivers_of(tmp_path / "data") == Drivers()
