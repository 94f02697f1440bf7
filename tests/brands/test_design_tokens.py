"""Design tokens of the W3C format become a brand file."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from carlendar.brands.brand import BrandError
from carlendar.brands.brand_file import brand_of
from carlendar.brands.design_tokens import as_toml, imported
from carlendar.brands.palette import hex_of

TOKENS = {
    "$description": "of a designer's tool",
    "blue": {"$type": "color", "500": {"$value": "#4EA8FF"}, "light": {"$value": "{blue.500}"}},
    "night": {
        "$type": "color",
        "accent": {"$value": "{blue.light}"},
        "surface-2": {"$value": {"colorSpace": "srgb", "components": [0.1373, 0.1961, 0.2706], "alpha": 1}},
        "text": {"$value": {"colorSpace": "srgb", "components": [1, 1, 1], "hex": "#ffffff"}},
    },
    "shape": {
        "$type": "dimension",
        "card-radius": {"$value": {"value": 3, "unit": "mm"}},
        "border": {"$value": "0.5mm"},
    },
}


def file_of(folder: Path, tokens: object) -> Path:
    file = folder / "tokens.json"
    file.write_text(json.dumps(tokens))
    return file


def test_tokens_become_the_text_of_a_brand_file(tmp_path: Path) -> None:
    tables = tomllib.loads(as_toml(imported(file_of(tmp_path, TOKENS))))
    brand = brand_of(tables, tmp_path)
    assert hex_of(brand.night.accent) == "#4ea8ff"
    assert hex_of(brand.night.surface_2) == "#233245"
    assert hex_of(brand.night.text) == "#ffffff"
    assert (brand.card_radius, brand.border) == (3.0, 0.5)


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ({"night": {"accent": {"$value": "{blue}"}}}, "night.accent: {blue} leads to no token"),
        ({"night": {"accent": {"$value": "{night.accent}"}}}, "leads to no token"),
        ({"night": {"accent": {"$value": "red"}}}, "must be a colour"),
        ({"night": {"accent": {"$value": {"colorSpace": "srgb", "components": [2, 0, 0]}}}}, "0 to 1"),
        ({"night": {"accent": {"$value": {"hex": "#ffffff", "alpha": 0.5}}}}, "opaque"),
        ({"night": {"acent": {"$value": "#ffffff"}}}, "allowed are night.accent"),
        ({"shape": {"border": {"$value": "1px"}}}, "dimension in mm"),
        ({"night": 3}, "must be a group"),
        ([], "must be a group"),
        ({"other": {"x": {"$value": "#ffffff"}}}, "no group named night, day or shape"),
    ],
)
def test_tokens_that_are_none_of_a_brand_are_refused(tmp_path: Path, tokens: object, said: str) -> None:
    with pytest.raises(BrandError) as refused:
        imported(file_of(tmp_path, tokens))
    assert said in str(refused.value)


def test_deep_and_broken_files_are_refused(tmp_path: Path) -> None:
    deep: dict[str, object] = {"$value": "#ffffff"}
    for _ in range(40):
        deep = {"night": deep}
    with pytest.raises(BrandError, match="nested"):
        imported(file_of(tmp_path, deep))
    (tmp_path / "tokens.json").write_text("[" * 100_000)
    with pytest.raises(BrandError, match="not JSON"):
        imported(tmp_path / "tokens.json")
