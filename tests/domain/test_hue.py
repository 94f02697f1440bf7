"""A calendar's colour becomes one of a few hues."""

from __future__ import annotations

import pytest

from carlendar.domain.hue import DEGREES, Hue, hue_of


@pytest.mark.parametrize(
    ("color", "hue"),
    [
        ("#0078d4", Hue.BLUE),
        ("#498205", Hue.GREEN),
        ("#ca5010", Hue.ORANGE),
        ("#69797e", Hue.NEUTRAL),
        ("#c19c00", Hue.YELLOW),
        ("#038387", Hue.TEAL),
        ("#e3008c", Hue.PINK),
        ("#d13438", Hue.RED),
        ("#B14BC9", Hue.PURPLE),
        ("#FF2968FF", Hue.PINK),
        ("#000000", Hue.NEUTRAL),
        ("#ffffff", Hue.NEUTRAL),
    ],
)
def test_the_nearest_hue_stands_for_a_colour(color: str, hue: Hue) -> None:
    assert hue_of(color) is hue


@pytest.mark.parametrize("color", ["", "auto", "lightBlue", "#12345", "#1234567", "blue", "#gggggg"])
def test_what_is_no_colour_is_not_known(color: str) -> None:
    assert hue_of(color) is None


def test_no_two_hues_are_close() -> None:
    angles = sorted(DEGREES.values())
    gaps = [(b - a) % 360 for a, b in zip(angles, (*angles[1:], angles[0]), strict=True)]
    assert min(gaps) >= 24
