"""Settings: which origin wins, what is locked, and what is refused in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import Settings, load


def settings(tmp_path: Path, *, file: str = "", managed: str = "", platform: str = "", **environ: str) -> Settings:
    (tmp_path / "settings.toml").write_text(file)
    places = {}
    for name, text in (("managed", managed), ("platform", platform)):
        places[name] = tmp_path / f"{name}.toml"
        if text:
            places[name].write_text(text)
    environ.setdefault("CARLENDAR_CONFIG", str(tmp_path / "settings.toml"))
    arguments = {"ui.theme": environ.pop("argument")} if "argument" in environ else {}
    return load(arguments, environ=environ, managed=places["managed"], platform=places["platform"])


def test_each_later_origin_wins(tmp_path: Path) -> None:
    assert settings(tmp_path).values["ui.theme"].origin == "default"
    from_file = settings(tmp_path, file='[ui]\ntheme = "day"')
    assert (from_file.text("ui.theme"), from_file.values["ui.theme"].origin) == ("day", "file")
    from_environment = settings(tmp_path, file='[ui]\ntheme = "day"', CARLENDAR_UI_THEME="night")
    assert from_environment.text("ui.theme") == "night"
    assert settings(tmp_path, CARLENDAR_UI_THEME="night", argument="auto").text("ui.theme") == "auto"


def test_the_administrator_wins_over_all_and_locks(tmp_path: Path) -> None:
    found = settings(tmp_path, managed="[late]\nallowed = false", CARLENDAR_LATE_ALLOWED="yes").values["late.allowed"]
    assert (found.value, found.origin, found.locked) == (False, "managed", True)


@pytest.mark.parametrize("text", ['[display]\nrole = "passenger"', "[display]\npx_per_mm = 2.0"])
@pytest.mark.rule("S6", "S9")
def test_no_user_setting_says_what_the_display_is(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="display"):
        settings(tmp_path, file=text)
    assert settings(tmp_path, CARLENDAR_DISPLAY_ROLE="passenger").text("display.role") == "driver"


@pytest.mark.rule("S11")
def test_a_machine_with_a_platform_file_ignores_the_emulator(tmp_path: Path) -> None:
    folder = tmp_path / "emulator"
    folder.mkdir()
    (folder / "platform.toml").write_text('[display]\nrole = "passenger"')
    emulated = settings(tmp_path, CARLENDAR_EMULATOR=str(folder))
    assert (emulated.text("display.role"), emulated.emulator) == ("passenger", folder)
    car = settings(tmp_path, platform='[display]\nrole = "driver"', CARLENDAR_EMULATOR=str(folder))
    assert (car.text("display.role"), car.emulator) == ("driver", None)


@pytest.mark.rule("S9")
def test_a_platform_file_that_others_can_write_is_refused(tmp_path: Path) -> None:
    settings(tmp_path, platform='[display]\nrole = "driver"')
    (tmp_path / "platform.toml").chmod(0o666)
    with pytest.raises(SettingsError, match="root"):
        settings(tmp_path, platform='[display]\nrole = "driver"')


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("[ui]\ntheme = 3", "wrong kind"),
        ('[ui]\ntheme = "pink"', "one of auto, night, day"),
        ("[ui]\nreminder_minutes = 600", "between 0 and 60"),
        ('[ui]\nreminder_minutes = "soon"', "number"),
        ("[ui]\ncolour = 1", "ui.colour is not a setting"),
        ("theme = 1", "sections"),
        ("[ui", "settings.toml"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path, file: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        settings(tmp_path, file=file)


def test_a_settings_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not there"):
        settings(tmp_path, CARLENDAR_CONFIG=str(tmp_path / "none.toml"))


def test_folders_follow_the_data_folder(tmp_path: Path) -> None:
    found = settings(tmp_path, CARLENDAR_DATA_FOLDER=str(tmp_path / "data"))
    assert found.data_folder == tmp_path / "data"
    assert found.socket.is_relative_to(found.data_folder)
    assert found.cache_folder.is_relative_to(found.data_folder)


def test_a_deep_data_folder_still_has_a_socket_that_fits(tmp_path: Path) -> None:
    deep = settings(tmp_path, CARLENDAR_DATA_FOLDER=str(tmp_path / ("x" * 120)))
    assert len(str(deep.socket)) < 107
    assert deep.socket == settings(tmp_path, CARLENDAR_DATA_FOLDER=str(tmp_path / ("x" * 120))).socket


@pytest.mark.parametrize(
    ("platform", "says"),
    [
        ("[display]\npx_per_mm = nan", "display.px_per_mm must lie between 1 and 40"),
        ("[display]\nwidth = inf", "display.width must be a number"),
        ("[display]\nwidth = 800.7", "display.width must be a whole number"),
        (f"[display]\nwidth = 1{'0' * 400}", "display.width must be a number"),
        (f"[display]\nwidth = {'9' * 5000}", "platform.toml: a number or a list is too long to be read"),
        (f"[display]\nwidth = {'[' * 5000}", "platform.toml: a number or a list is too long to be read"),
        ('[display]\nwidth = "²"', "display.width must be a number"),
        ('[display]\nwidth = "1_000"', "display.width must be a number"),
        (f'[display]\nwidth = "{"9" * 5000}"', "display.width must be a number"),
        ("[display]\nwidth = true", "display.width must be a number"),
        ("width = 800", "platform.toml: width: settings stand in sections"),
        (" " * 1024 * 1024 + "\n", "platform.toml is too long"),
    ],
)
def test_a_figure_that_is_none_is_refused(tmp_path: Path, platform: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        settings(tmp_path, platform=platform)


def test_a_file_of_the_administrator_that_is_there_is_never_passed_over(tmp_path: Path) -> None:
    place = tmp_path / "managed.toml"
    place.symlink_to("nowhere.toml")
    with pytest.raises(SettingsError, match="leads to a file that is not there"):
        settings(tmp_path)
    place.unlink()
    os.mkfifo(place)
    with pytest.raises(SettingsError, match="is no file"):
        settings(tmp_path)
    place.unlink()
    place.write_bytes(b"\xff\xfe[data]")
    with pytest.raises(SettingsError, match="is no UTF-8 text"):
        settings(tmp_path)
    place.write_bytes(b"\xef\xbb\xbf[data]\r\ndays_kept = 1\r\n")
    assert settings(tmp_path).number("data.days_kept") == 1
