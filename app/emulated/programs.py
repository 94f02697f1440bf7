"""The commands of the emulator's processes."""

from __future__ import annotations

from app.isolated import program

SIMULATED_PHONE = "--simulated-phone"
DISPLAY = program("app.emulated.display")
WITHOUT_OFONO = (*DISPLAY, SIMULATED_PHONE)
"""The display with a simulated phone, where none can be emulated."""
SERVICE = program("app.emulated.service")
