"""Settings: which origin wins, what is locked, and what is refused in words."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar.errors import SettingsError
from carlendar.i18n import catalogue
from carlendar.known_settings import DISPLAY, KNOWN, LANGUAGES, VEHICLE
from carlendar.resources import asset
from carlendar.root_file import RootFile
from carlendar.settings import Settings, load


def settings(tmp_path: Path, *, file: str = "", managed: str = "", platform: str = "", **environ: str) -> Settings:
    (tmp_path / "settings.toml").write_text(file)
    places = {}
    for name, text in (("managed", managed), ("platform", platform)):
        places[name] = tmp_path / f"{name}.toml"
        if text:
            places[name].write_text(text)
    environ.setdefault("CARLENDAR_CONFIG", str(tmp_path / "settings.toml"))
    arguments = {"ui.theme": environ.pop("argument")} if "argument" in environ else {}
    roots = {name: RootFile(place, os.getuid(), tmp_path) for name, place in places.items()}
    return load(arguments, environ=environ, managed=roots["managed"], platform=roots["platform"])


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


ROOTS = [
    ('[display]\nrole = "passenger"', "CARLENDAR_DISPLAY_ROLE", "display.role", "passenger"),
    ('[display]\nbrand = "strada"', "CARLENDAR_DISPLAY_BRAND", "display.brand", "strada"),
    ("[display]\npx_per_mm = 2.0", "CARLENDAR_DISPLAY_PX_PER_MM", "display.px_per_mm", "2.0"),
    ('[vehicle]\ndatabroker = "127.0.0.1:1"', "CARLENDAR_VEHICLE_DATABROKER", "vehicle.databroker", "127.0.0.1:1"),
    ('vehicle.databroker = "unix:/run/b"', "CARLENDAR_VEHICLE_DATABROKER", "vehicle.databroker", "unix:/run/b"),
    ('["vehicle"]\n"ca_file" = "/home/ca.pem"', "CARLENDAR_VEHICLE_CA_FILE", "vehicle.ca_file", "/home/ca.pem"),
    ("vehicle = {insecure = true}", "CARLENDAR_VEHICLE_INSECURE", "vehicle.insecure", "yes"),
    ("[vehicle]\nanything = 1", "CARLENDAR_VEHICLE_ANYTHING", "vehicle.anything", "1"),
]


@pytest.mark.parametrize(("text", "name", "key", "value"), ROOTS)
@pytest.mark.rule("S6", "S9")
def test_no_user_says_which_car_is_believed_or_what_the_display_is(
    tmp_path: Path, text: str, name: str, key: str, value: str
) -> None:
    before = settings(tmp_path)
    found = settings(tmp_path, file=text)
    only = "only root's files may set this: /etc/carlendar/platform.toml or /etc/carlendar/managed.toml"
    if key.startswith("display."):
        only = "only root's file may set this: /etc/carlendar/platform.toml"
    assert found.notices == (f"{tmp_path / 'settings.toml'}: {key}: {only}",)
    assert dict(found.values) == dict(before.values)
    found = settings(tmp_path, **{name: value})
    assert found.notices == (f"{name}: {only}",)
    assert dict(found.values) == dict(before.values)


def test_the_platform_file_and_the_administrators_name_the_databroker(tmp_path: Path) -> None:
    platform = '[vehicle]\ndatabroker = "broker.car.example:55555"\nserver_name = "broker"'
    found = settings(tmp_path, platform=platform, managed='[vehicle]\ndatabroker = "unix:/run/broker.sock"')
    address, name = found.values["vehicle.databroker"], found.values["vehicle.server_name"]
    assert (address.value, address.origin, address.locked) == ("unix:/run/broker.sock", "managed", True)
    assert (name.value, name.origin, name.locked) == ("broker", "platform", True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[vehicle]\ninsecure = true", "is not a setting"),
        ('[ui]\ntheme = "day"', "set in .*managed.toml or by the user"),
    ],
)
def test_the_platform_file_says_nothing_else(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        settings(tmp_path, platform=text)


def test_a_display_in_the_administrators_file_is_sent_to_the_platform_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"display\.width is set in /etc/carlendar/platform\.toml alone"):
        settings(tmp_path, managed="[display]\nwidth = 800")


@pytest.mark.rule("S9", "S11")
def test_without_a_platform_file_the_display_is_the_drivers_and_there_is_no_car(tmp_path: Path) -> None:
    folder = tmp_path / "emulator"
    folder.mkdir()
    (folder / "platform.toml").write_text('[display]\nrole = "passenger"')
    found = settings(tmp_path, CARLENDAR_EMULATOR=str(folder), CARLENDAR_PLATFORM=str(folder / "platform.toml"))
    assert (found.text("display.role"), found.text("vehicle.databroker")) == ("driver", "")


PASSENGERS = '[display]\nrole = "passenger"\noutput = "HDMI-A-1"\n[vehicle]\ndatabroker = "10.0.0.1:55555"'


def writable(tmp_path: Path) -> None:
    (tmp_path / "platform.toml").chmod(0o664)


def writable_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)


def linked_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "platform.toml").rename(tmp_path / "open" / "platform.toml")
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "platform.toml").symlink_to("open/platform.toml")


def linked_from_outside(tmp_path: Path) -> None:
    (tmp_path / "platform.toml").unlink()
    (tmp_path / "platform.toml").symlink_to("/etc/hostname")


def linked_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "platform.toml").unlink()
    (tmp_path / "platform.toml").symlink_to("platform.toml")


@pytest.mark.parametrize(
    "attack", [writable, writable_folder, linked_from_elsewhere, linked_from_outside, linked_in_a_circle]
)
@pytest.mark.rule("S9")
def test_a_platform_file_that_others_can_write_is_refused_and_the_display_is_the_drivers(
    tmp_path: Path, attack: Callable[[Path], None]
) -> None:
    file = tmp_path / "platform.toml"
    file.write_text(PASSENGERS)
    platform = RootFile(file, os.getuid(), tmp_path)
    assert load(environ={}, managed=None, platform=platform).text("display.role") == "passenger"
    attack(tmp_path)
    found = load(environ={}, managed=None, platform=platform)
    assert (found.text("display.role"), found.text("vehicle.databroker")) == ("driver", "")
    (notice,) = found.notices
    assert str(file) in notice
    assert "this is the driver's display and no car is read" in notice


@pytest.mark.rule("S9")
def test_a_platform_file_of_another_user_is_refused_and_no_car_is_read(tmp_path: Path) -> None:
    file = tmp_path / "platform.toml"
    file.write_text(PASSENGERS)
    found = load(environ={}, managed=None, platform=RootFile(file, os.getuid() + 1, tmp_path))
    assert (found.text("display.role"), found.text("vehicle.databroker")) == ("driver", "")
    assert "must be owned by root" in found.notices[0]


@pytest.mark.parametrize("attack", [writable, linked_from_elsewhere])
def test_an_administrators_file_that_others_can_write_is_not_passed_over(
    tmp_path: Path, attack: Callable[[Path], None]
) -> None:
    file = tmp_path / "platform.toml"
    file.write_text("[late]\nallowed = false")
    attack(tmp_path)
    with pytest.raises(SettingsError, match="must be owned by root and writable by root only"):
        load(environ={}, managed=RootFile(file, os.getuid(), tmp_path), platform=None)


def test_an_administrators_file_that_others_could_have_removed_is_not_taken_for_none(tmp_path: Path) -> None:
    missing = RootFile(tmp_path / "etc" / "managed.toml", os.getuid(), tmp_path)
    assert load(environ={}, managed=missing, platform=missing).notices == ()
    missing.path.parent.mkdir()
    assert load(environ={}, managed=missing, platform=missing).notices == ()
    missing.path.parent.chmod(0o777)
    with pytest.raises(SettingsError, match="etc must be owned by root"):
        load(environ={}, managed=missing, platform=None)


@pytest.mark.parametrize("target", ["kept/managed.toml", "{folder}/kept/managed.toml", "kept/../kept/managed.toml"])
def test_a_link_of_roots_to_a_file_of_roots_is_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "managed.toml").write_text("[late]\nallowed = false")
    (tmp_path / "managed.toml").symlink_to(target.format(folder=tmp_path))
    assert not settings(tmp_path).switch("late.allowed")


def test_a_process_in_another_folder_finds_what_a_relative_path_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text('[data]\nfolder = "data"\n[feeds]\nca_file = "ca.pem"')
    environ = {"CARLENDAR_CONFIG": "own.toml", "CARLENDAR_IDENTITY_CA_FILE": "cloud.pem"}
    here = load(environ=environ, managed=None, platform=None)
    childs = here.child_environment(environ)
    monkeypatch.chdir("/")
    there = load(environ=childs, managed=None, platform=None)
    assert (there.data_folder, there.path("feeds.ca_file")) == (tmp_path / "data", tmp_path / "ca.pem")
    assert there.path("identity.ca_file") == tmp_path / "cloud.pem"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("[ui]\ntheme = 3", "wrong kind"),
        ('[ui]\ntheme = "pink"', "one of auto, night, day"),
        ("[ui]\nreminder_minutes = 600", "between 0 and 60"),
        ('[ui]\nreminder_minutes = "soon"', "number"),
        ("[ui]\ncolour = 1", "ui.colour is not a setting"),
        ("[ui]\nthemes = 1", "did you mean ui.theme"),
        ('[identity]\nclient_id = "my app"', "identity.client_id must be a GUID.*not my app"),
        ('[identity]\nclient_id = "00000000-0000-0000-0000-00000000000"', "must be a GUID"),
        ('[identity]\ntenant = "https://contoso.example"', "identity.tenant must be"),
        ('[identity]\nauthority = "http://localhost"', "https://"),
        ('[identity]\nauthority = "https://[::1"', "begins with https://.*not https"),
        ('[identity]\nauthority = "https://"', "begins with https://"),
        ('[identity]\ngraph = "https://localhost:99999"', "begins with https://"),
        ('[identity]\ngraph = "https://localhost/v1.0?a=b"', "begins with https://"),
        ('[feeds]\nowner_addresses = ["Ana"]', "feeds.owner_addresses must be mail addresses"),
        ('[telephone]\nregion = "Germany"', "two letters"),
        ('[ui]\nlanguage = "fr"', "ui.language must be de, en"),
        ('[ui]\nlanguage = "C"', "ui.language must be de, en"),
        ("theme = 1", "sections"),
        ("[ui", "settings.toml"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(tmp_path: Path, file: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        settings(tmp_path, file=file)


@pytest.mark.parametrize("key", ["authority", "graph"])
def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="without a password") as caught:
        settings(tmp_path, file=f'[identity]\n{key} = "https://ada:hunter2@contoso.example"')
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:8443", "127.0.0.1:65535", "[::1]:8443", "login.contoso.example"])
@pytest.mark.parametrize("path", ["", "/", "/contoso.example", "/v1.0/"])
def test_an_address_of_another_cloud_may_have_a_port_and_a_path(tmp_path: Path, host: str, path: str) -> None:
    found = settings(tmp_path, file=f'[identity]\nauthority = "https://{host}{path}"')
    assert found.text("identity.authority") == f"https://{host}{path}"


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
        ("[display]\npx_per_mm = nan", "display.px_per_mm must be between 1 and 40"),
        ("[display]\nwidth = inf", "display.width must be a number"),
        ("[display]\nwidth = 800.7", "display.width must be a whole number"),
        (f"[display]\nwidth = 1{'0' * 400}", "display.width must be a number"),
        (f"[display]\nwidth = {'9' * 5000}", "platform.toml: a number or a list is too long"),
        (f"[display]\nwidth = {'[' * 5000}", "platform.toml: a number or a list is too long"),
        ('[display]\nwidth = "²"', "display.width must be a number"),
        ('[display]\nwidth = "1_000"', "display.width must be a number"),
        (f'[display]\nwidth = "{"9" * 5000}"', "display.width must be a number"),
        ("[display]\nwidth = true", "display.width must be a number"),
        ("width = 800", "platform.toml: width: settings must be in sections"),
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
    with pytest.raises(SettingsError, match="is not a regular file"):
        settings(tmp_path)
    place.unlink()
    place.write_bytes(b"\xff\xfe[data]")
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        settings(tmp_path)
    place.write_bytes(b"\xef\xbb\xbf[data]\r\ndays_kept = 1\r\n")
    assert settings(tmp_path).number("data.days_kept") == 1


@pytest.mark.parametrize("text", [".".join("a" * 30_000) + " = 1", "[" + " . ".join("a" * 30_000) + "]", "#" * 70_000])
def test_a_settings_file_that_would_take_long_to_read_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"settings\.toml is too long: more than 64 KiB, or 500 dots in a line"):
        settings(tmp_path, file=text)


def test_each_setting_says_what_it_is_for_and_where_it_came_from(tmp_path: Path) -> None:
    found = settings(
        tmp_path, file='[ui]\nlanguage = "en-US"', managed="[late]\nallowed = false", CARLENDAR_UI_THEME="day"
    )
    files = {key: Path(found.values[key].file).name for key in ("ui.language", "late.allowed", "ui.theme", "ui.mask")}
    assert files == {
        "ui.language": "settings.toml", "late.allowed": "managed.toml", "ui.theme": "CARLENDAR_UI_THEME", "ui.mask": "",
    }  # fmt: skip
    assert all(known.text and known.allowed for known in (*KNOWN.values(), *VEHICLE.values(), *DISPLAY.values()))


def test_an_unknown_variable_is_reported_with_what_was_perhaps_meant(tmp_path: Path) -> None:
    found = settings(tmp_path, CARLENDAR_IDENTITY_CLIENTID="x", CARLENDAR_EMULATOR="/nowhere", CARLENDAR_NONSENSE="1")
    assert found.notices == (
        "CARLENDAR_IDENTITY_CLIENTID is not a setting; did you mean CARLENDAR_IDENTITY_CLIENT_ID?",
        "CARLENDAR_NONSENSE is not a setting",
    )


def test_every_language_with_texts_can_be_set() -> None:
    assert sorted(catalogue.available(asset("locale"))) == sorted(LANGUAGES)
