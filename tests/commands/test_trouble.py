"""Whatever is wrong: one line on standard error, the documented exit code, and no traceback."""

from __future__ import annotations

import socket
import subprocess

import pytest

from tests.commands.conftest import Machine

ROOT_MAY_WRITE_ANYWHERE = "/proc/carlendar"
"""A folder that cannot be created, not even by the superuser."""


CLIENT = "00000000-0000-0000-0000-000000000000"


def fails(done: subprocess.CompletedProcess[str], code: int, *says: str) -> None:
    """One line with these words, this code, and on standard output nothing but progress."""
    assert done.returncode == code, done
    assert done.stderr.startswith("carlendar: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stdout in ("", "Starting the scenario commute\n")
    for words in says:
        assert words in done.stderr


@pytest.mark.parametrize("arguments", [(), ("drive",)])
def test_without_a_display_nothing_can_be_shown(machine: Machine, arguments: tuple[str, ...]) -> None:
    fails(machine.run(*arguments, SDL_VIDEODRIVER=""), 3, "neither DISPLAY nor WAYLAND_DISPLAY")


@pytest.mark.parametrize(
    "environment",
    [
        {"SDL_VIDEODRIVER": "", "DISPLAY": ":9871"},
        {"SDL_VIDEODRIVER": "dummy", "DISPLAY": ":9871"},
        {"LIBGL_DRIVERS_PATH": "/nowhere", "GALLIUM_DRIVER": "none_such"},
        {"__EGL_VENDOR_LIBRARY_DIRS": "/nowhere"},
    ],
    ids=["no server", "a driver without OpenGL", "no OpenGL driver", "no EGL"],
)
def test_a_display_that_cannot_be_reached_or_has_no_opengl_is_reported(
    machine: Machine, environment: dict[str, str]
) -> None:
    fails(machine.run(**environment), 3, "no OpenGL 2 or cannot be reached")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("fly",), "fly"),
        (("drive", "--safety=off"), "--safety=off"),
        (("emulator", "--scenario", "none-such"), "none-such"),
        (("emulator", "--scenario", "none-such.toml"), "none-such.toml"),
        (("emulator", "--at", "tomorrow"), "tomorrow"),
        (("emulator", "--at", "2026-11-23T08:41"), "offset"),
        (("emulator", "--port", "many"), "many"),
        (("emulator", "--real-account"), "client_id"),
        (("emulator", "cloud", "--scenario", "none-such"), "none-such"),
        (("emulator", "cloud", "--approve", "nobody@contoso.example"), "nobody@contoso.example"),
        (("accounts", "--sign-out", "nobody@contoso.example"), "no account"),
        (("safety", "/none.jsonl"), "/none.jsonl"),
        (("invitation", "/none.txt"), "/none.txt"),
        (("agenda", "--ics", "/none.ics"), "/none.ics"),
    ],
)
def test_what_cannot_be_used_is_refused(machine: Machine, arguments: tuple[str, ...], says: str) -> None:
    fails(machine.run(*arguments), 2, says)


UNREADABLE = b"[data\n"


@pytest.mark.parametrize(
    ("command", "content"),
    [
        *[(command, UNREADABLE) for command in ("drive", "config", "doctor", "sync", "accounts", "service", "sign-in")],
        *[("config", content) for content in (b"\xff\xfe", b"[nonsense]\nmore = 1\n", b'[data]\ndays_kept = "x"\n')],
    ],
)
def test_settings_that_cannot_be_read_are_named(machine: Machine, command: str, content: bytes) -> None:
    path = machine.home / "settings.toml"
    path.write_bytes(content)
    fails(machine.run(command, CARLENDAR_CONFIG=str(path)), 2, "settings.toml")


@pytest.mark.parametrize("command", [("sync",), ("service",), ("drive",), ("sign-in",)])
def test_a_data_folder_that_cannot_be_made_is_named(machine: Machine, command: tuple[str, ...]) -> None:
    done = machine.run(*command, CARLENDAR_DATA_FOLDER=ROOT_MAY_WRITE_ANYWHERE, CARLENDAR_IDENTITY_CLIENT_ID=CLIENT)
    fails(done, 3)
    assert ROOT_MAY_WRITE_ANYWHERE in done.stderr or "data folder" in done.stderr


def test_without_an_application_no_one_can_sign_in(machine: Machine) -> None:
    fails(machine.run("sign-in"), 3, "identity.client_id", "docs/administrators.md")


def test_a_cloud_whose_address_is_none_is_refused(machine: Machine) -> None:
    wrong = {"CARLENDAR_IDENTITY_AUTHORITY": "http://localhost:9/contoso.example"}
    fails(machine.run("sign-in", CARLENDAR_IDENTITY_CLIENT_ID=CLIENT, **wrong), 2, "https")


def test_a_cloud_that_cannot_be_reached(machine: Machine) -> None:
    away = {"CARLENDAR_IDENTITY_AUTHORITY": "https://localhost:9/contoso.example"}
    away["CARLENDAR_IDENTITY_GRAPH"] = "https://localhost:9/v1.0"
    fails(machine.run("sign-in", CARLENDAR_IDENTITY_CLIENT_ID=CLIENT, **away), 3)


@pytest.mark.parametrize("arguments", [("emulator", "--browser"), ("emulator", "cloud")])
def test_a_port_that_is_taken_is_named(machine: Machine, arguments: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        fails(
            machine.run(*arguments, "--port", port), 3, f"port {port} cannot be used: another program uses it", "--port"
        )


def test_pictures_need_a_folder_that_can_be_written(machine: Machine) -> None:
    file = machine.home / "file"
    file.touch()
    fails(machine.run("emulator", "--headless", str(file)), 2, str(file))
    fails(machine.run("emulator", "--headless", ROOT_MAY_WRITE_ANYWHERE), 2, ROOT_MAY_WRITE_ANYWHERE)


def test_a_temporary_folder_that_is_too_deep_for_sockets_is_named(machine: Machine) -> None:
    deep = machine.home / ("x" * 90)
    deep.mkdir()
    done = machine.run("emulator", "--browser", TMPDIR=str(deep), XDG_STATE_HOME=str(deep))
    fails(done, 2, str(deep), "too long for sockets", "TMPDIR")


def test_nothing_is_left_in_the_home_folder(machine: Machine) -> None:
    for command in (["config"], ["doctor"], ["accounts"], ["agenda"], ["emulator", "--scenario", "none-such"]):
        machine.run(*command)
    left = {path.name for path in machine.home.iterdir()}
    assert left <= {"data", ".cache"}, left
    cache = machine.home / ".cache"
    assert not cache.exists() or [path.name for path in cache.iterdir()] == ["carlendar"]


def test_recording_without_a_car_says_that_no_signals_arrive(machine: Machine) -> None:
    fails(
        machine.run("record", str(machine.home / "trace.jsonl")),
        2,
        "no signals arrive: no databroker",
        "vehicle.databroker",
    )
    assert not (machine.home / "trace.jsonl").exists()
