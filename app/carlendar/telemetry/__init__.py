"""Telemetry of the connected car: counts and durations that the driver consented to, and commands from the cloud."""
