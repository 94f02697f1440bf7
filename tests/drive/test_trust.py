"""The screen with the car's own dependencies: nothing that a user can write or bind lifts a restriction."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from carlendar import cli
from carlendar.commands import arguments, drive
from carlendar.errors import SettingsError
from carlendar.known_settings import DISPLAY, KNOWN, VEHICLE
from carlendar.platform.clock import BoottimeClock, SystemWallClock
from carlendar.settings import load, variable
from carlendar.wiring.environment import forget_foreign
from carlendar_devtools.emulator.presets import PRESETS
from carlendar_devtools.processes.folder import VARIABLE
from tests.drive.conftest import wait
from tests.drive.driven import Driven, Seen
from tests.drive.surroundings import Around

Attack = Callable[[Around, Path], dict[str, str]]

CODE = "import os; open(os.environ['PLANTED'], 'a').write(__name__)"


def looked_for_its_car(screen: Driven) -> bool:
    return "no car" in screen.errors()


def by_file(around: Around, folder: Path) -> dict[str, str]:
    own = folder / "own.toml"
    own.write_text(f'[vehicle]\ndatabroker = "127.0.0.1:{around.port}"\ninsecure = true\n[display]\nrole = "passenger"')
    return {"CARLENDAR_CONFIG": str(own)}


def by_variable(around: Around, _folder: Path) -> dict[str, str]:
    return {
        "CARLENDAR_VEHICLE_DATABROKER": f"127.0.0.1:{around.port}", "CARLENDAR_VEHICLE_INSECURE": "true",
        "CARLENDAR_DISPLAY_ROLE": "passenger", "CARLENDAR_DISPLAY_OUTPUT": "EMULATED-1",
    }  # fmt: skip


def by_emulators_folder(around: Around, folder: Path) -> dict[str, str]:
    PRESETS[0].with_role("passenger").write(folder)
    (folder / "vehicle.json").write_text(json.dumps({"databroker": f"127.0.0.1:{around.port}"}))
    return {"CARLENDAR_EMULATOR": str(folder), "CARLENDAR_PLATFORM": str(folder / "platform.toml")}


def by_libraries_variables(_around: Around, folder: Path) -> dict[str, str]:
    """Kivy's configuration, modules and density, gRPC's certificates, SDL's replacement, Python's paths."""
    (folder / "carlendar").mkdir()
    for place in ("carlendar/__init__.py", "planted.py", "sitecustomize.py", "usercustomize.py"):
        (folder / place).write_text(CODE)
    (folder / "config.ini").write_text("[modules]\nplanted =\ninspector =\n[graphics]\nwidth = 100\n")
    return {
        "PYTHONPATH": str(folder), "PYTHONHOME": str(folder), "PYTHONSTARTUP": str(folder / "planted.py"),
        "PYTHONUSERBASE": str(folder), "KIVY_HOME": str(folder), "KIVY_MODULES_DIR": str(folder),
        "KIVY_DATA_DIR": str(folder), "KCFG_MODULES_PLANTED": "", "KCFG_KIVY_DEFAULT_FONT": "planted", "KIVY_DPI": "20",
        "KIVY_METRICS_DENSITY": "0.2", "KIVY_METRICS_FONTSCALE": "0.2", "KIVY_UNITTEST": "1",
        "SDL_DYNAMIC_API": str(folder / "sdl.so"), "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(folder / "ca.pem"),
    }  # fmt: skip


@pytest.mark.parametrize("attack", [by_file, by_variable, by_emulators_folder, by_libraries_variables])
@pytest.mark.rule("S6", "S9", "S11")
def test_a_user_who_brings_a_parked_car_and_a_passengers_display_gets_neither(
    around: Around,
    start: Callable[..., Driven],
    lawful: Callable[[Seen], None],
    tmp_path: Path,
    attack: Attack,
) -> None:
    around.parks()
    mark = tmp_path / "mark"
    tmp_path.joinpath("given").mkdir()
    given = attack(around, tmp_path / "given") | {"PLANTED": str(mark), "CARLENDAR_DATA_FOLDER": str(tmp_path / "data")}
    screen = start("attacked", "--car", **given)
    wait(
        lambda: "no car: no databroker is configured" in screen.errors() and "no signals arrive" in screen.errors(),
        "the screen has looked for its car",
    )
    screen.sees(lambda seen: seen["state"] == "unknown", "unknown")
    around.car(speed=0.0)
    screen.stop()
    assert {seen["state"] for seen in screen.frames} == {"unknown"}
    for seen in screen.frames:
        lawful(seen)
    assert not mark.exists()


def test_the_libraries_variables_change_nothing_that_is_drawn(
    around: Around, start: Callable[..., Driven], tmp_path: Path
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    frames = []
    for number, given in enumerate(({}, by_libraries_variables(around, folder))):
        more = {"PLANTED": str(tmp_path / "mark"), "CARLENDAR_DATA_FOLDER": str(tmp_path / str(number))}
        screen = start("same", "--car", **given, **more)
        wait(partial(looked_for_its_car, screen), "the screen has looked for its car")
        shown = screen.reads("Not signed in")
        frames.append({key: shown[key] for key in ("screen", "groups", "heights")})
        screen.stop()
    assert frames[0] == frames[1]
    assert len(frames[0]["heights"]) >= 3


@pytest.mark.rule("S11")
def test_the_command_takes_nothing_that_could_replace_a_dependency() -> None:
    assert not inspect.signature(drive.run).parameters
    assert arguments.parse(["drive"]) == ("carlendar.commands.drive", {"log_level": ""})


@pytest.mark.rule("S6", "S9", "S11")
def test_the_cars_dependencies_are_the_machines_own_whatever_is_set(tmp_path: Path) -> None:
    folder = str(tmp_path)
    PRESETS[0].with_role("passenger").write(tmp_path)
    settings = {variable(key): "1" for key in KNOWN if isinstance(KNOWN[key].default, bool)}
    roots = {variable(key): folder for key in (*VEHICLE, *DISPLAY)}
    found = load(environ={"CARLENDAR_EMULATOR": folder, **settings, **roots}, platform=None)
    made = drive.dependencies(found)
    assert (type(made.elapsed), type(made.wall), made.tap) == (BoottimeClock, SystemWallClock, None)
    assert (made.time_file, made.output._folder) == (Path("/etc/localtime"), Path("/sys/class/drm"))
    assert not made.output.connected()
    assert made.service == (sys.executable, "-I", "-m", "carlendar.wiring.service_child")
    assert {key: found.text(key) for key in (*VEHICLE, *DISPLAY)} == {
        key: str(known.default) for key, known in {**VEHICLE, **DISPLAY}.items()
    }
    with pytest.raises(SettingsError, match="no databroker is configured"):
        made.broker()


@pytest.mark.rule("S11")
def test_only_the_emulators_own_processes_read_its_folder() -> None:
    app = Path(drive.__file__).parents[2]
    readers = {path.relative_to(app).as_posix() for path in app.rglob("*.py") if VARIABLE in path.read_text("utf-8")}
    assert readers == {"carlendar_devtools/processes/folder.py", "carlendar_devtools/emulator/display.py"}


@pytest.mark.parametrize("given", [[], ["drive"]])
@pytest.mark.rule("S11")
def test_the_head_units_command_runs_the_cars_screen(given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drive, "run", lambda: 42)
    assert cli.main(given) == 42


def test_what_libraries_obey_is_forgotten_and_the_rest_stays() -> None:
    kept = {"PATH": "/bin", "DISPLAY": ":0", "SDL_VIDEODRIVER": "kmsdrm", "LANG": "de_DE.UTF-8", "TZ": "Europe/Berlin"}
    foreign = {
        "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/tmp/bus", "KIVY_HOME": "/tmp", "KCFG_GRAPHICS_WIDTH": "1",
        "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": "/tmp/ca.pem", "SDL_DYNAMIC_API": "/tmp/sdl.so",
        "OPENSSL_CONF": "/tmp/openssl.cnf", "OPENSSL_MODULES": "/tmp", "GCONV_PATH": "/tmp",
        "SSLKEYLOGFILE": "/tmp/keys", "SDL_VIDEO_GL_DRIVER": "/tmp/gl.so", "SDL_EGL_LIBRARY": "/tmp/egl.so",
    }  # fmt: skip
    environ = kept | foreign
    forget_foreign(environ)
    assert environ == kept
