"""The whole emulation: what the display is handed, how it ends, and that nothing of it stays."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from carlendar.errors import ServiceError, SettingsError, UsageError
from carlendar.platform.clock import BoottimeClock
from carlendar.platform.speech import SpeechDispatcher
from carlendar_devtools.commands import emulator as command
from carlendar_devtools.emulator.display import SPEECH_SOCKET
from carlendar_devtools.emulator.emulation import Emulation, EmulationPlan
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_devtools.processes import programs
from carlendar_devtools.processes.drivers import Drivers
from carlendar_devtools.processes.folder import broker, refuse_in_a_car
from tests.fakes.waiting import wait_until_async

SHOWS_ITS_ENVIRONMENT = """
import json, os
with open(os.path.join(os.environ["CARLENDAR_EMULATOR"], "environ.json"), "w") as file:
    json.dump(dict(os.environ), file)
"""


@pytest.fixture
def plan() -> EmulationPlan:
    return EmulationPlan(load_world(scenario_file("commute")), "commute")


@pytest.fixture
def argv(tmp_path: Path) -> list[str]:
    """A display that says what it was handed and is closed at once."""
    program = tmp_path / "program.py"
    program.write_text(SHOWS_ITS_ENVIRONMENT)
    return [sys.executable, str(program)]


def is_up(folder: Path) -> bool:
    """Whether an emulation in that folder has described its display, which it does last."""
    return any((inside / "platform.toml").exists() for inside in folder.iterdir())


def environment_of(plan: EmulationPlan, argv: list[str], folder: Path) -> dict[str, str]:
    async def run() -> None:
        emulation = Emulation(plan, folder, argv, BoottimeClock())
        await emulation.start()
        async with asyncio.timeout(15.0):
            await emulation.ended.wait()
        await emulation.stop()

    asyncio.run(run())
    found: dict[str, str] = json.loads((folder / "environ.json").read_text())
    return found


def test_the_display_is_handed_the_emulated_world_and_none_of_the_users_settings(
    plan: EmulationPlan, argv: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARLENDAR_IDENTITY_CLIENT_ID", "the users own")
    folder = tmp_path / "e"
    folder.mkdir(mode=0o700)
    environ = environment_of(plan, argv, folder)
    assert "CARLENDAR_IDENTITY_CLIENT_ID" not in environ
    assert environ["CARLENDAR_EMULATOR"] == str(folder)
    assert environ["WATCHDOG_USEC"] == "500000"
    assert environ["DBUS_SYSTEM_BUS_ADDRESS"] != os.environ.get("DBUS_SYSTEM_BUS_ADDRESS")
    settings = tomllib.loads(Path(environ["CARLENDAR_CONFIG"]).read_text())
    assert settings["identity"]["authority"].startswith("https://localhost:")
    assert settings["identity"]["authority"].endswith("/contoso.example")
    assert Path(settings["identity"]["ca_file"]).is_relative_to(folder)
    assert settings["data"]["folder"] == str(folder / "data")
    assert (folder / "settings.toml").stat().st_mode & 0o077 == 0


def test_with_a_real_account_there_is_no_emulated_cloud_and_the_users_settings_hold(
    argv: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARLENDAR_IDENTITY_CLIENT_ID", "the users own")
    monkeypatch.setenv("CARLENDAR_DATA_FOLDER", "/the/cars/own")
    folder = tmp_path / "e"
    folder.mkdir(mode=0o700)
    plan = EmulationPlan(load_world(scenario_file("commute")), "commute", real_account=True)
    environ = environment_of(plan, argv, folder)
    assert environ["CARLENDAR_IDENTITY_CLIENT_ID"] == "the users own"
    assert environ["CARLENDAR_DATA_FOLDER"] == str(folder / "data")
    vehicle = json.loads((folder / "vehicle.json").read_text())
    assert vehicle["databroker"].startswith("127.0.0.1:")
    assert not (folder / "cloud").exists()


def test_with_a_real_account_a_relative_settings_file_is_found_from_the_displays_folder(
    plan: EmulationPlan, short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (short_path / "own.toml").write_text('[identity]\nca_file = "ca.pem"')
    monkeypatch.chdir(short_path)
    monkeypatch.setenv("CARLENDAR_CONFIG", "own.toml")
    program = short_path / "program.py"
    written = short_path / "environ.json"
    program.write_text(f"import json, os; json.dump(dict(os.environ), open({str(written)!r}, 'w'))")
    asyncio.run(command._emulate(replace(plan, real_account=True), [sys.executable, str(program)]))
    environ = json.loads(written.read_text())
    assert environ["CARLENDAR_CONFIG"] == str(short_path / "own.toml")
    assert environ["CARLENDAR_IDENTITY_CA_FILE"] == str(short_path / "ca.pem")


def test_what_the_display_speaks_stands_in_the_journal(plan: EmulationPlan, tmp_path: Path) -> None:
    folder = tmp_path / "e"
    folder.mkdir(mode=0o700)

    async def run() -> list[str]:
        program = [sys.executable, "-c", "import time; time.sleep(60)"]
        emulation = Emulation(plan, folder, program, BoottimeClock())
        await emulation.start()
        speech = SpeechDispatcher(lambda: folder / SPEECH_SOCKET)

        def said() -> list[str]:
            return [line.text for line in emulation.journal.since(0) if line.kind == "speech"]

        try:
            speech.say("Verlegt auf 15:30: Lieferantengespräch", "de-DE")
            await wait_until_async(said)
            speech.cancel()
            await wait_until_async(lambda: len(said()) == 2)
            return said()
        finally:
            await asyncio.to_thread(speech.stop)
            await emulation.stop()

    assert asyncio.run(run()) == ["“Verlegt auf 15:30: Lieferantengespräch” (de)", "silenced"]


def test_without_a_daemon_the_display_simulates_the_phone_and_the_panel_says_so(
    plan: EmulationPlan, argv: list[str], short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carlendar_devtools.emulator.emulation.available", lambda: "ofonod not installed")
    folder = short_path / "e"
    folder.mkdir(mode=0o700)

    async def run() -> tuple[object, list[str]]:
        emulation = Emulation(plan, folder, argv, BoottimeClock())
        await emulation.start()
        said = [line.text for line in emulation.journal.since(0) if line.kind == "phone"]
        state = emulation._controls().state()["phone"]
        await emulation.stop()
        return state, said

    said = ["simulated in the display: ofonod not installed"]
    assert asyncio.run(run()) == ({"simulated": "ofonod not installed"}, said)


def test_without_a_daemon_the_command_says_so_and_starts_the_display_with_a_simulated_phone(
    plan: EmulationPlan, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[tuple[str, ...]] = []

    async def emulate(
        _plan: EmulationPlan,
        display: tuple[str, ...],
        _drivers: Drivers,
        *,
        announce: bool,  # as it is called
    ) -> command.End:
        started.append(display)
        return command.End("", 0, command.NO_DRIVERS)

    monkeypatch.setattr(command, "_emulate", emulate)
    command.run(browser=True)
    monkeypatch.setattr(command, "available", lambda: "ofonod not installed")
    command.run(browser=True)
    assert started == [programs.DISPLAY, programs.WITHOUT_OFONO]
    assert "The phone is simulated: ofonod not installed" in capsys.readouterr().out


def test_the_emulators_display_runs_in_the_emulator_only() -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CARLENDAR_")}
    done = subprocess.run(programs.WITHOUT_OFONO, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (2, "carlendar: this is started by `carlendar emulator` alone\n")


@pytest.mark.rule("S11")
def test_the_emulator_does_not_run_on_a_head_unit(tmp_path: Path) -> None:
    platform = tmp_path / "platform.toml"
    refuse_in_a_car(platform)
    platform.symlink_to("nowhere")
    with pytest.raises(UsageError, match=r"does not run on a head unit \(.*platform\.toml is there\)"):
        refuse_in_a_car(platform)


def test_closing_the_window_ends_the_emulator_and_removes_its_folder(
    plan: EmulationPlan,
    argv: list[str],
    short_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(short_path))
    assert asyncio.run(command._emulate(plan, argv)).chosen == ""
    assert "http://127.0.0.1:" in capsys.readouterr().out
    assert [path.name for path in short_path.iterdir()] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_it_in_order(
    plan: EmulationPlan, short_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(short_path))

    async def run() -> command.End:
        task = asyncio.create_task(command._emulate(plan, ["sleep", "60"]))
        async with asyncio.timeout(15.0):
            await wait_until_async(lambda: is_up(short_path) or task.done())
            assert not task.done()
            os.kill(os.getpid(), number)
            return await task

    end = asyncio.run(run())
    assert (end.chosen, end.port > 0) == ("", True)
    assert list(short_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"scenario": "none"}, "there is no scenario none"),
        ({"scenario": "/nowhere/none.toml"}, "none.toml cannot be read"),
        ({"at": "yesterday"}, "yesterday is not a moment"),
        ({"at": "2026-11-23T08:00"}, "needs an offset"),
        ({"real_account": True}, "identity.client_id"),
    ],
)
def test_what_cannot_be_emulated_is_reported_in_one_line(
    options: dict[str, object], text: str, short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(short_path))
    with pytest.raises(UsageError, match=text):
        command.run(browser=True, **options)  # type: ignore[arg-type]  # as the command line hands them over


def test_a_taken_port_leaves_nothing_running(plan: EmulationPlan, argv: list[str], short_path: Path) -> None:
    import socket

    folder = short_path / "e"
    folder.mkdir(mode=0o700)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        async def run() -> None:
            second = EmulationPlan(plan.world, "commute", port=port)
            with pytest.raises(ServiceError, match="cannot be used"):
                await Emulation(second, folder, argv, BoottimeClock()).start()

        asyncio.run(run())


def test_the_display_listens_to_the_databroker_that_was_named_with_its_credentials(
    plan: EmulationPlan, argv: list[str], tmp_path: Path
) -> None:
    authority, token = tmp_path / "ca.pem", tmp_path / 'a "token"'
    authority.write_text("-----BEGIN CERTIFICATE-----")
    vehicle = command._vehicle("10.1.2.3:55555", str(authority), str(token), "broker.car.example")
    folder = tmp_path / "e"
    folder.mkdir(mode=0o700)
    environment_of(replace(plan, vehicle=vehicle), argv, folder)
    read = broker(folder)
    assert (read.address, read.ca, read.token_file) == ("10.1.2.3:55555", b"-----BEGIN CERTIFICATE-----", token)
    assert read.server_name == "broker.car.example"


def test_a_databroker_or_a_drive_that_cannot_be_had_is_reported_before_anything_starts() -> None:
    with pytest.raises(SettingsError, match="needs its certificate authority"):
        command.run(databroker="10.1.2.3:55555", browser=True)
    with pytest.raises(UsageError, match="cannot be read"):
        command.run(trace="nowhere", browser=True)
    with pytest.raises(UsageError, match="not both"):
        command.run(trace="tow", databroker="127.0.0.1:55555", browser=True)
    with pytest.raises(UsageError, match="belong to --databroker"):
        command.run(token_file="/run/token", browser=True)
