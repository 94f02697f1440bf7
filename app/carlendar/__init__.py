"""Carlendar: Microsoft 365 meetings on the car's infotainment screen."""

__version__ = "0.1.0"
