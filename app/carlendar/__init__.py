"""Carlendar: Microsoft 365 meetings on the car's infotainment screen."""

from carlendar.replaced_modules import replaced

__version__ = "0.1.0"

# msgspec prefers it to `typing`, which has all that is used here: 4 ms of each start and 0.5 MiB of each process
with replaced({"typing_extensions": None}):
    import msgspec  # noqa: F401 - for the import's own sake
