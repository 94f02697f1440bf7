"""Hooks into private parts of Kivy, in processes that have not imported it yet."""

from __future__ import annotations

import subprocess
import sys

IMPORTED = """
import os, sys
from carlendar.ui.window import prepare
from carlendar.ui.kivy_hooks import import_language

prepare(None, offscreen=True)
import_language()
from kivy.clock import Clock
assert not {"asyncio", "ctypes.util"} & set(sys.modules), "imported only for unused parts of Kivy's clock"
import asyncio, ctypes.util
assert asyncio.run(asyncio.sleep(0, "works")) == "works"
assert ctypes.util.find_library
before = Clock.time()
assert Clock.time() >= before
"""


def test_kivys_clock_is_imported_without_what_only_its_unused_parts_need() -> None:
    subprocess.run([sys.executable, "-c", IMPORTED], check=True, timeout=60)


LEAN = """
import sys
from carlendar.ui.window import open_window, prepare

prepare(None, offscreen=True)
window = open_window((320, 200), "lean")
unused = {"inspect", "subprocess", "tempfile", "pkgutil", "kivy.input.providers.hidinput", "kivy.lib.mtdev"}
assert not unused & set(sys.modules), unused & set(sys.modules)
from kivy.input.providers.mouse import MouseMotionEvent

window.on_dropfile(b"/none")  # outdated: its caller is looked up for a message
assert "MouseMotionEvent" in repr(MouseMotionEvent("mouse", 1, [0.5, 0.5])), "a touch can be described"
import inspect, pkgutil, subprocess, tempfile
assert inspect.isroutine(len)
assert inspect.currentframe() is not None
assert list(pkgutil.iter_modules(["/"])) is not None
assert subprocess.run(["true"]).returncode == 0
assert tempfile.gettempdir()
"""


def test_a_window_opens_without_modules_that_it_does_not_use_and_that_work_afterwards() -> None:
    subprocess.run([sys.executable, "-c", LEAN], check=True, timeout=60)
