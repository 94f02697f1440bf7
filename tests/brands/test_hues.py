"""The shades of calendars' hues, which each palette derives."""

from __future__ import annotations

import pytest

from carlendar.brands.library import load, names
from carlendar.brands.palette import HUE, HUE_CONTRAST, contrast
from carlendar.domain.hue import DEGREES, Hue


@pytest.mark.parametrize("brand", names())
@pytest.mark.parametrize("night", [True, False])
@pytest.mark.parametrize("hue", sorted(DEGREES))
def test_every_brand_shows_every_hue_on_cards_and_targets(brand: str, night: bool, hue: Hue) -> None:
    palette = load(brand).palette(night=night)
    shade = palette.token(f"{HUE}{hue.value}")
    for ground in (palette.surface, palette.surface_2):
        assert contrast(shade, ground) >= HUE_CONTRAST


@pytest.mark.parametrize("brand", names())
@pytest.mark.parametrize("night", [True, False])
def test_the_hues_of_a_palette_differ(brand: str, night: bool) -> None:
    palette = load(brand).palette(night=night)
    shades = {palette.token(f"{HUE}{hue.value}") for hue in DEGREES}
    assert len(shades) == len(DEGREES)


def test_an_unknown_hue_is_refused() -> None:
    with pytest.raises(ValueError, match="mauve"):
        load("neutral").palette(night=True).token(f"{HUE}mauve")
