"""`carlendar brand check FOLDER` and `carlendar brand import FILE`: for those who make a brand."""

from __future__ import annotations

import sys
from pathlib import Path

from carlendar.brands.brand import FILE
from carlendar.brands.brand_file import brand_of, read_brand
from carlendar.brands.design_tokens import as_toml, imported


def run(*, what: str, path: str) -> int:
    """Check a brand, or print a brand file made from design tokens; returns 0. Raises BrandError for a refused one."""
    given = Path(path)
    if what == "import":
        tables = imported(given)
        brand_of(tables, given.parent)
        sys.stdout.write(as_toml(tables))
        return 0
    folder = given.parent if given.name == FILE else given
    brand = read_brand(folder.absolute())
    sys.stdout.write(f"{brand.title}: can be used, by night and by day\n")
    return 0
