"""Which texts of a calendar's location are postal addresses."""

from __future__ import annotations

import time

import pytest

from carlendar.domain.place import Place
from carlendar.domain.travel import reachable_place


@pytest.mark.parametrize(
    "name",
    [
        "Turbinenweg 3, 00000 Quellhaven",
        "Turbinenweg 3, 00000 Quellhaven, Deutschland",
        "Fabrikam, Turbinenweg 3a, D-00000 Quellhaven",
        "Fabrikam\nTurbinenweg 3\n00000 Quellhaven",
        "12 Main Street, Springfield, IL 00000",
        "10 High Street, London ZZ1A 1ZZ",
        "10B Rue de l’Exemple, 00000 Exempleville",
        "Kungsgatan 5, 000 00 Exempelstad",
    ],
)
def test_a_name_that_reads_as_an_address_is_one(name: str) -> None:
    assert Place(name).postal_address == name
    assert reachable_place(Place(name))


@pytest.mark.parametrize(
    "name",
    [
        "", "Room 3.14", "Meeting room 3, Building 7", "Microsoft Teams Meeting", "Raum 4711", "Level 5, Room 12345",
        "https://contoso.example/room/12345", "Quellhaven", "Turbinenweg 3", "00000 Quellhaven", "Room 12, 12345",
        "Bring 5 chairs, 12345",
    ],
)  # fmt: skip
def test_rooms_links_and_towns_are_none(name: str) -> None:
    assert Place(name).postal_address == ""
    assert not reachable_place(Place(name))


def test_a_structured_address_wins_and_a_room_has_none() -> None:
    assert Place("Turbinenweg 3, 00000 Quellhaven", "Kesselweg 1, 00000 Quellhaven").postal_address.startswith("Kessel")
    assert Place("Raum", "Kesselweg 1, 00000 Quellhaven", is_room=True).postal_address == ""


def test_a_hostile_name_is_read_quickly() -> None:
    began = time.process_time()
    for name in ("1 " * 150, "a 1," * 75, ",".join("a" * 3 + " " * 30 for _ in range(9)), "a " * 149 + "1", "1" * 9999):
        _ = Place(name).postal_address
    assert time.process_time() - began < 0.1
