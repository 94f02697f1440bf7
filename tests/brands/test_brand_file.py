"""A brand file: each mistake is an error with the file, the key and what is allowed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from carlendar.brands import brand_file, library
from carlendar.brands.brand import NEUTRAL, Brand, BrandError
from carlendar.brands.brand_file import KEYS, read_brand
from carlendar.brands.palette import COLORS, NIGHT, rgba
from carlendar.resources import asset

STROKE = '{ draw = "circle", points = [[0.5, 0.5]], radius = 0.4 }'


def written(folder: Path, text: str) -> Path:
    (folder / "brand.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_brand_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    brand = read_brand(written(tmp_path, '[night]\nsurface-2 = "#222f40"\n[shape]\ncard-radius = 2\n'))
    assert brand.night.surface_2 == rgba("#222f40")
    assert brand.card_radius == 2.0
    assert (brand.night.bg, brand.day, brand.border) == (NIGHT.bg, Brand().day, Brand().border)


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ('[night]\naccent = "orange"', "night.accent", "#1a2b3c"),
        ('[night]\naccent = "#ff88001"', "night.accent", "#1a2b3c"),
        ("[night]\naccent = 3", "night.accent", "#1a2b3c"),
        ('[night]\nacent = "#ff8800"', "night.acent", "did you mean night.accent?"),
        ("[night]\npress = 0.9", "night.press", "0.15 to 0.4"),
        ('[night]\nsurface-2 = "#222f40"\nsurface_2 = "#222f40"', "night.surface_2", "twice"),
        ("[shape]\ncard_radius = -1", "shape.card_radius", "0 to 8"),
        ("[shape]\nborder = true", "shape.border", "0.3 to 1"),
        ("[shape]\nborder = nan", "shape.border", "0.3 to 1"),
        ('[shape]\nborder = "0.5"', "shape.border", "0.3 to 1"),
        ('[icons]\nweight = "bold"', "icons.weight", "filled, outlined"),
        ("[layout]\nmargin = 3", "layout.margin", "night, day, type"),
        ("[type]\nsize = 30", "type.size", "sections"),
        ('[type]\nregular = "Roboto-Regular.ttf"', "type.bold", "other weight"),
        ('[type]\nregular = "../x.ttf"\nbold = "x.ttf"', "type.regular", ".ttf or .otf"),
        ('[type]\nregular = "Missing.ttf"\nbold = "Roboto-Bold.ttf"', "type.regular", "neither"),
        ('[type]\nregular = "Roboto-Regular.ttf"\nbold = "Roboto-Regular.ttf"', "type.bold", "weight 400"),
        ('[type]\nregular = "DejaVuSans.ttf"\nbold = "Roboto-Bold.ttf"', "type.regular", "capitals"),
        ('[sound]\nreminder = "/etc/passwd"', "sound.reminder", ".wav"),
        ('[sound]\nreminder = "none.wav"', "sound.reminder", "folder"),
        ('[locale]\nlanguage = "xx"', "locale.language", "de, en"),
        ('[locale]\nunits = "miles"', "locale.units", "metric, imperial"),
        ('[mark]\nstrokes = "circle"', "mark.strokes", "at most 24"),
        (f"[mark]\nstrokes = [{', '.join([STROKE] * 25)}]", "mark.strokes", "at most 24"),
        ('[mark]\nstrokes = [{ draw = "python" }]', "mark.strokes[0]", "draw and points"),
        ('[mark]\nstrokes = [{ draw = "arc", points = [[0, 0]] }]', "mark.strokes[0].draw", "circle, line, polygon"),
        ('[mark]\nstrokes = [{ draw = "circle", points = [[0.1, 0.5]], radius = 0.4 }]', "mark.strokes[0]", "square"),
        ('[mark]\nstrokes = [{ draw = "line", points = [[0.1, 0.5]], width = 0.1 }]', "mark.strokes[0].points", "2 to"),
        ('[mark]\nstrokes = [{ draw = "line", points = [[0, 0], [1, nan]] }]', "mark.strokes[0].points", "0 to 1"),
        ("night = 3", "night", "sections"),
        ("[night", "", "at end of document"),
        ("[brand]\ntitle = 'x\x7f'", "", "invalid character"),
    ],
)
def test_each_mistake_is_an_error_with_file_key_and_what_is_allowed(
    tmp_path: Path, text: str, key: str, allowed: str
) -> None:
    with pytest.raises(BrandError) as refused:
        read_brand(written(tmp_path, text))
    said = str(refused.value)
    assert said.startswith(f"{tmp_path}/brand.toml: {key}")
    assert allowed in said
    assert "\n" not in said


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BrandError, match="cannot be read"):
        read_brand(tmp_path)
    (tmp_path / "brand.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BrandError, match="UTF-8"):
        read_brand(tmp_path)
    written(tmp_path, "#" * (brand_file.LONGEST + 1))
    with pytest.raises(BrandError, match="longer than"):
        read_brand(tmp_path)


def test_a_font_and_a_sound_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "Own.ttf").write_bytes(b"no font")
    with pytest.raises(BrandError, match=r"type\.regular: Own\.ttf is not an OpenType font"):
        read_brand(written(tmp_path, '[type]\nregular = "Own.ttf"\nbold = "Own.ttf"'))
    (tmp_path / "own.wav").write_bytes(b"RIFF no sound")
    with pytest.raises(BrandError, match="must be a WAV file"):
        read_brand(written(tmp_path, '[sound]\nreminder = "own.wav"'))


def test_no_key_of_a_brand_is_about_layout_sizes_or_limits() -> None:
    assert {key.partition(".")[0] for key in KEYS} == {
        "brand", "night", "day", "type", "shape", "icons", "sound", "locale", "mark"
    }  # fmt: skip
    assert not [key for key in KEYS if "size" in key or "margin" in key or "limit" in key]


@pytest.mark.parametrize(
    ("change", "pair"),
    [
        ('[night]\nmute = "#39424f"', "night.mute #39424f on night.bg #070b11: contrast"),
        ('[day]\non-go = "#555555"', "day.on_go #555555 on day.go #07653a: contrast"),
        ('[night]\noutline = "#2c3a4d"', "night.outline #2c3a4d on night.bg #070b11: contrast"),
        ('[night]\nbg = "#3b4250"', "night.bg: luminance"),
        ('[day]\nmute = "#101820"', "day.text #0d1520 on day.mute #101820: difference in grey"),
        ('[night]\non-warn = "#6a5a30"', "night.on_warn #6a5a30 on night.warn #ffb547: contrast"),
    ],
)
def test_a_brand_that_fails_contrast_or_greyscale_is_refused_with_the_pair(
    tmp_path: Path, change: str, pair: str
) -> None:
    with pytest.raises(BrandError) as refused:
        read_brand(written(tmp_path, change))
    assert pair in str(refused.value)
    assert "must be at" in str(refused.value)


def test_the_neutral_brand_is_the_one_that_needs_no_file() -> None:
    read = read_brand(asset("brands") / NEUTRAL)
    assert (read.night, read.day) == (Brand().night, Brand().day)
    for name in ("card_radius", "button_radius", "border", "outlined_icons", "sound", "mark", "miles", "language"):
        assert getattr(read, name) == getattr(Brand(), name), name
    assert read.fonts.cap_ratio == pytest.approx(Brand().fonts.cap_ratio, abs=0.001)


def test_the_shipped_brands_can_be_used_and_differ() -> None:
    brands = [library.load(name) for name in library.names()]
    assert [brand.name for brand in brands] == ["neutral", "aurelle", "corvia", "strada", "voltane"]
    for look in ("night", "day", "mark", "sound", "card_radius"):
        assert len({repr_of(getattr(brand, look)) for brand in brands}) == 5, look
    for brand in brands[1:]:
        tables = tomllib.loads((asset("brands") / brand.name / "brand.toml").read_text())
        assert {name.replace("-", "_") for name in tables["night"]} == {*COLORS, "press"}


def repr_of(value: object) -> str:
    fields = getattr(value, "__struct_fields__", ())
    if isinstance(value, tuple):
        return str([repr_of(each) for each in value])
    return str({name: repr_of(getattr(value, name)) for name in fields}) if fields else str(value)


def test_a_refused_brand_leaves_the_neutral_one_and_says_why(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    written(tmp_path, '[night]\nmute = "#39424f"')
    for name, why in ((str(tmp_path), "night.mute"), ("none", "no such brand"), (f"{tmp_path}/none", "no such brand")):
        brand, said = library.usable(name)
        assert brand == Brand()
        assert why in said
        assert why in caplog.text
    assert library.usable("") == (Brand(), "")


def test_whatever_happens_in_a_brand_file_the_neutral_brand_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "")

    def fail(_: Path) -> Brand:
        raise MemoryError

    monkeypatch.setattr(brand_file, "read_brand", fail)
    assert library.usable(str(tmp_path)) == (Brand(), f"{tmp_path}: MemoryError")
