"""Signals of the emulated car, named in its platform file, by which it reports spoken guidance and warning sounds."""

from __future__ import annotations

GUIDANCE_SPOKEN = "Vehicle.Cabin.Infotainment.Navigation.IsSpeaking"
"""VSS has no such signal: it is in an overlay of the tree, as a car maker would define one."""
LANE_WARNING = "Vehicle.ADAS.LaneDepartureDetection.IsWarning"

PLATFORM = f'[audio]\nguidance = ["{GUIDANCE_SPOKEN}"]\nwarnings = ["{LANE_WARNING}"]\n'
"""The lines of the platform file."""
