"""Carlendar: Microsoft 365 meetings on the car's infotainment screen."""

import os
from types import ModuleType

from carlendar.replaced_modules import deferred, replaced

__version__ = "0.1.0"

_platform = ModuleType("platform")
_platform.system = lambda: os.uname().sysname  # type: ignore[attr-defined]  # all that `uuid` reads
_schema = ModuleType("msgspec._json_schema")
_schema.schema = _schema.schema_components = None  # type: ignore[attr-defined]  # are not used here

# msgspec prefers the first to `typing`, which has all that is used here: 4 ms of each start and 0.5 MiB of a process.
# The second is for `uuid`; the others are for descriptions of types, which the fleet alone uses.
with replaced({"typing_extensions": None, "platform": _platform, "msgspec._json_schema": _schema,
               "msgspec.inspect": deferred("msgspec.inspect")}):  # fmt: skip
    import msgspec  # noqa: F401 - for the import's own sake
