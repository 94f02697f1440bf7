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
