"""Switches of the emulated car that the platform file names: what says that guidance or a warning is heard."""

from __future__ import annotations

GUIDANCE_SPOKEN = "Vehicle.Cabin.Infotainment.Navigation.IsSpeaking"
"""Not in VSS, which has no such signal: an overlay of the tree, as the maker of a car would have one."""
LANE_WARNING = "Vehicle.ADAS.LaneDepartureDetection.IsWarning"

PLATFORM = f'[audio]\nguidance = ["{GUIDANCE_SPOKEN}"]\nwarnings = ["{LANE_WARNING}"]\n'
"""The lines of the platform file."""
