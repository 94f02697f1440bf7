"""What the doctor finds, on a machine arranged for it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from carlendar.platform import bus_probes, probes
from carlendar.platform.clock import BoottimeClock, SystemWallClock


@contextmanager
def phone_on(address: str, modems: list[object] | None, signature: str = "a(oa{sv})") -> Iterator[None]:
    """`org.ofono` on the bus with those modems; None for one that answers with an error."""
    ready, loop, end = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    def answer(message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.member != "GetModems":
            return None
        if modems is None:
            return Message.new_error(message, "org.freedesktop.DBus.Error.AccessDenied", "no")
        return Message.new_method_return(message, signature, [modems] if signature else [])

    async def serve() -> None:
        bus = await MessageBus(bus_address=address).connect()
        bus.add_message_handler(answer)
        await bus.request_name("org.ofono")
        ready.set()
        await end.wait()
        bus.disconnect()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast left it untyped

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(5.0)
    yield
    loop.call_soon_threadsafe(end.set)
    thread.join(5.0)
    loop.close()


def test_a_check_is_printed_with_all_its_keys() -> None:
    found = probes.Check("opengl", ok=True, detail="EGL 1.5").to_json()
    assert found == {"name": "opengl", "ok": True, "detail": "EGL 1.5", "mend": None, "fix": None}


def test_a_display_is_an_x_server_that_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "X11_FOLDER", tmp_path)
    monkeypatch.setattr(probes, "DRI_FOLDER", tmp_path / "dri")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "X7"))
        server.listen()
        assert probes.check_display({"DISPLAY": ":7.0"}).ok
    assert not probes.check_display({"DISPLAY": ":8"}).ok
    nothing = probes.check_display({})
    assert not nothing.ok
    assert nothing.fix
    assert probes.check_display({"SDL_VIDEODRIVER": "offscreen"}).ok
    (tmp_path / "dri").mkdir()
    (tmp_path / "dri" / "card0").touch()
    assert probes.check_display({}).ok


def test_opengl_is_tried_outside_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    found = probes.check_gl()
    assert found.ok
    assert found.detail.startswith("EGL 1.")
    monkeypatch.setattr(probes, "GL_PROGRAM", "import os; os.abort()")
    assert not probes.check_gl().ok
    monkeypatch.setattr(probes, "GL_PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr(probes, "GL_SECONDS", 0.2)
    assert not probes.check_gl().ok


def test_a_databroker_is_what_listens_at_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert probes.check_databroker(address).ok
    assert not probes.check_databroker(address).ok
    assert not probes.check_databroker("nonsense").ok


def test_the_clock_is_reported_as_it_is() -> None:
    elapsed = BoottimeClock()
    for known in (True, False):
        wall = SystemWallClock(
            lambda: UTC, elapsed, was_set=partial(bool, known), present=lambda: datetime(2026, 12, 1, tzinfo=UTC)
        )
        found = probes.check_clock(wall, elapsed)
        assert found.ok is known
        assert found.detail.startswith("2026-12-01 00:00 UTC")


def test_without_a_bus_nothing_on_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in (f"unix:path={tmp_path}/none", "nonsense"):
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        assert not bus_probes.check_dbus().ok
        assert not bus_probes.check_telephone().ok


def test_a_voice_assistant_that_is_named_must_be_on_the_bus(bus: str) -> None:
    assert bus_probes.check_assistant("").ok
    assert not bus_probes.check_assistant("org.ofono").ok
    with phone_on(bus, None):
        assert bus_probes.check_assistant("org.ofono").ok


def test_a_telephone_is_an_ofono_with_a_phone_online(bus: str) -> None:
    assert bus_probes.check_dbus().ok
    assert bus_probes.check_telephone().detail == "oFono does not run"
    with phone_on(bus, None):
        assert not bus_probes.check_telephone().ok
    with phone_on(bus, [["/hfp", {"Online": Variant("b", False)}]]):
        assert bus_probes.check_telephone().detail == "oFono runs, no phone is connected"
    with phone_on(bus, [["/hfp", {"Online": Variant("b", True)}]]):
        assert bus_probes.check_telephone().ok


@pytest.mark.parametrize(
    ("signature", "modems"),
    [
        ("", []),
        ("as", ["/hfp"]),
        ("a(oa{si})", [["/hfp", {"Online": 1}]]),
        ("a(oa{sv})", [["/hfp", {"Online": Variant("s", "yes")}]]),
    ],
)
def test_an_ofono_that_answers_nonsense_has_no_phone(bus: str, signature: str, modems: list[object]) -> None:
    with phone_on(bus, modems, signature):
        assert not bus_probes.check_telephone().ok


def test_secrets_are_kept_in_the_first_place_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    key = tmp_path / "key"
    assert bus_probes.check_secrets(key, key_file_allowed=True, environ={}).ok
    assert not bus_probes.check_secrets(key, key_file_allowed=False, environ={}).ok
    key.touch(0o644)
    assert bus_probes.check_secrets(key, key_file_allowed=True, environ={}).fix == f"chmod 600 {key}"
    key.chmod(0o600)
    assert bus_probes.check_secrets(key, key_file_allowed=True, environ={}).ok
    (tmp_path / bus_probes.CREDENTIAL).touch()
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert "credential" in bus_probes.check_secrets(key, key_file_allowed=False, environ=given).detail
