"""The display as a process of its own: what it says without a display, what it leaves behind, what it imports."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from carlendar.ui import window

PROGRAM = """
import sys, time, threading
from pathlib import Path
sys.path.insert(0, {tests!r})
import conftest
from carlendar.errors import CarlendarError
from carlendar.platform.clock import BoottimeClock
from carlendar.ui.app import run_display, stop_display
from carlendar.ui.bridge import Bridge
from carlendar.ui.metrics import PRESETS

bridge = Bridge()
frame = conftest.FRAMES["drive"]
metrics = PRESETS["12.9"]
said = []

def first():
    said.append(sorted(name for name in sys.modules if name.split(".")[0] in
        ("segno", "arabic_reshaper", "bidi", "requests", "msal", "PIL", "fonticon_mdi7")
        or name in ("kivy.uix.recycleview", "tomllib")))
    bridge.post(stop_display)

try:
    code = run_display(conftest.FakeController(frame), metrics, size=(1560, 700), title="Carlendar",
        engine_current=lambda: frame.restrictions, acknowledge=lambda s: said.append(s), alive=lambda: None,
        clock=BoottimeClock(), bridge=bridge, on_first_frame=first, cache_folder=Path({cache!r}),
        offscreen={offscreen})
    print(code, said)
except CarlendarError as error:
    print("error:", error)
    sys.exit(error.exit_code)
"""


def run(tmp_path: Path, *, offscreen: bool, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a display in a process with an empty home."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KIVY", "SDL", "DISPLAY", "WAYLAND", "XDG"))
    }
    program = PROGRAM.format(tests=str(Path(__file__).parent), cache=str(tmp_path / "cache"), offscreen=offscreen)
    return subprocess.run(
        [sys.executable, "-c", program], env={**kept, "HOME": str(home), **more}, capture_output=True, text=True,
        timeout=60, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip


def test_the_first_frame_comes_without_anything_heavy_and_without_a_word(tmp_path: Path) -> None:
    done = run(tmp_path, offscreen=True)
    assert done.stderr == ""
    assert done.stdout.split("\n")[0] == "0 [3, []]"
    assert done.returncode == 0
    assert list((tmp_path / "home").iterdir()) == []
    assert all(path.name.startswith("mesa_shader_cache") for path in (tmp_path / "cache").iterdir())


def test_a_display_imports_nothing_out_of_a_users_folders(tmp_path: Path) -> None:
    """Kivy puts the folder `mods` of its home on Python's path."""
    for folder in (tmp_path / "cache", tmp_path / ".kivy"):
        (folder / "mods").mkdir(parents=True)
    program = (
        "import sys; from pathlib import Path; from carlendar.ui import window\n"
        "window.prepare({cache}, offscreen=True); window.open_window((320, 240), 'Test')\n"
        f"print([each for each in sys.path if each.startswith({str(tmp_path)!r})])"
    )
    for cache in (f"Path({str(tmp_path / 'cache')!r})", "None"):
        done = subprocess.run(
            [sys.executable, "-I", "-c", program.format(cache=cache)], capture_output=True, text=True, timeout=60,
            check=False, env={"HOME": str(tmp_path), "KIVY_HOME": str(tmp_path / "cache")},
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_no_display_is_one_clear_line(tmp_path: Path) -> None:
    done = run(tmp_path, offscreen=False)
    assert done.returncode == 3
    assert done.stdout == "error: There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
    assert done.stderr == ""


def test_a_display_that_cannot_be_drawn_on_is_one_clear_line(tmp_path: Path) -> None:
    done = run(tmp_path, offscreen=False, DISPLAY=":9871")
    assert done.returncode == 3
    assert done.stdout.startswith("error: The display cannot be drawn on")
    assert "Traceback" not in done.stderr


def test_a_full_disk_ends_no_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mesa maps its cache of shaders, and a page of it that finds no room is a SIGBUS."""
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result((4096, 4096, 9_000_000, 9, 9, 1, 1, 1, 0, 255)))
    window.prepare(tmp_path / "cache", offscreen=True)
    assert os.environ["MESA_SHADER_CACHE_DISABLE"] == "true"
    assert "MESA_SHADER_CACHE_DIR" not in os.environ


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_disk_that_takes_no_cache_ends_no_display(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(Path, "mkdir", refused)
    window.prepare(tmp_path / "cache", offscreen=True)
    assert os.environ["MESA_SHADER_CACHE_DISABLE"] == "true"
