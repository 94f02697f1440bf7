"""The brands that are installed, and the one that a display uses."""

from __future__ import annotations

import logging
from pathlib import Path

from carlendar.brands.brand import FILE, NEUTRAL, Brand, BrandError
from carlendar.resources import asset

_log = logging.getLogger(__name__)


def names() -> tuple[str, ...]:
    """Return the names of the installed brands, the neutral one first."""
    found = {file.parent.name for file in asset("brands").glob(f"*/{FILE}")} - {NEUTRAL}
    return (NEUTRAL, *sorted(found))


def folder_of(name: str) -> Path:
    """Return the folder of a brand: an installed one by its name, another by the absolute path of its folder."""
    return Path(name) if name.startswith("/") else asset("brands") / name


def load(name: str) -> Brand:
    """Return the brand; the neutral one for an empty name. Raises BrandError for one that cannot be used."""
    if name in ("", NEUTRAL):
        return Brand()
    folder = folder_of(name)
    if not folder.is_dir():
        raise BrandError(f"{folder}: there is no such brand; installed are {', '.join(names())}")
    from carlendar.brands import brand_file  # the neutral brand needs no file

    return brand_file.read_brand(folder)


def usable(name: str) -> tuple[Brand, str]:
    """Return the brand and no reason, or the neutral brand and why the chosen one is refused, which is logged."""
    try:
        return load(name), ""
    except (BrandError, OSError) as error:
        _log.warning("the brand is refused, the neutral one is used: %s", error)
        return Brand(), str(error)
    except Exception as error:  # noqa: BLE001  # whatever a file does to its reader, the screen must start
        _log.warning("the brand cannot be read, the neutral one is used: %s", type(error).__name__)
        return Brand(), f"{name}: {type(error).__name__}"
