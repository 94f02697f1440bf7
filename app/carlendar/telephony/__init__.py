"""The telephone: dial strings, the simulation, oFono."""
