"""The `geo:` link of a meeting's place."""

from __future__ import annotations

import pytest

from carlendar.domain.guidance import place_link
from carlendar.domain.place import Place


@pytest.mark.parametrize(
    ("place", "link"),
    [
        (
            Place("Hafen", "Hafenstraße 12, Hamburg", 53.5461, 9.9665),
            "geo:53.546100,9.966500?q=53.546100,9.966500(Hafen)",
        ),
        (Place("", latitude=53.5, longitude=-9.0), "geo:53.500000,-9.000000?q=53.500000,-9.000000"),
        (Place("Hafen", "Hafenstraße 12"), "geo:0,0?q=Hafen%2C%20Hafenstra%C3%9Fe%2012"),
        (Place("Hafen"), ""),
        (Place("Raum 3", "Hafenstraße 12", is_room=True), ""),
        (
            Place("\udc00)&q=x#", latitude=53.5, longitude=9.0),
            "geo:53.500000,9.000000?q=53.500000,9.000000(%3F%29%26q%3Dx%23)",
        ),
    ],
)
def test_a_place_is_handed_over_as_a_link(place: Place, link: str) -> None:
    assert place_link(place) == link


def test_a_link_to_a_place_fits_a_code() -> None:
    assert len(place_link(Place("😀" * 300, latitude=53.5, longitude=9.0))) < 997
