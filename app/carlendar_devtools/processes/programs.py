"""The commands of the emulator's processes."""

from __future__ import annotations

from carlendar.isolated import program

SIMULATED_PHONE = "--simulated-phone"
DISPLAY = program("carlendar_devtools.processes.display")
WITHOUT_OFONO = (*DISPLAY, SIMULATED_PHONE)
"""The display with a simulated phone, where none can be emulated."""
RELOAD = "--reload"
"""Argument of the display: it is redrawn when a kv, token or brand file changes."""
SERVICE = program("carlendar_devtools.processes.service")
