"""Drivers' settings across cars and brands, which the back end cannot read."""
