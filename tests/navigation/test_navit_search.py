"""Addresses in the real Navit's map of the fictional town."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from carlendar.domain.place import Position
from carlendar.errors import ServiceError
from carlendar.navigation.navit_bus import NavitBus
from carlendar.navigation.navit_search import NavitSearch
from carlendar_devtools.emulator.town.plan import house_at
from tests.fakes.navit import RunningNavit

HERE = Position(54.6, 7.1)


@pytest.fixture
def search(navit: RunningNavit) -> Iterator[NavitSearch]:
    with closing(NavitBus(navit.address)) as bus:
        navit.ensure_running(bus)
        yield NavitSearch(bus, "de")


@pytest.mark.parametrize(
    "address",
    [
        ("Sanddornstraße 3", "00000 Quellhaven"),
        ("Sanddornstraße 3", "00000 Quellhaven", "Deutschland"),
        ("SANDDORNSTRASSE 3", "Quellhaven"),
        ("3 Sanddornstraße", "D-00000 Quellhaven"),
        ("Contoso", "Sanddornstraße 3", "Quellhaven"),
    ],
)
def test_a_house_is_found_however_its_address_is_written(search: NavitSearch, address: tuple[str, ...]) -> None:
    found = search.find(address, HERE)
    assert found is not None
    assert found.metres(house_at("Sanddornstraße 3").position) < 5


@pytest.mark.parametrize(
    "address",
    [
        ("Sanddornstraße 999", "00000 Quellhaven"),
        ("Nirgendweg 3", "00000 Quellhaven"),
        ("Sanddorn 3", "00000 Quellhaven"),
        ("Sanddornstraße 3", "00000 Nirgendhaven"),
        ("Sanddornstraße 3",),
        ("Sanddornstraße", "00000 Quellhaven"),
        ("Raum 3.14",),
        (),
    ],
)
def test_what_is_not_in_the_map_is_none(search: NavitSearch, address: tuple[str, ...]) -> None:
    assert search.find(address, None) is None


def test_without_navit_it_is_an_error(tmp_path: object) -> None:
    with pytest.raises(ServiceError):
        NavitSearch(NavitBus(f"unix:path={tmp_path}/bus"), "DE").find(("Sanddornstraße 3", "Quellhaven"), None)
