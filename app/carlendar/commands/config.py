"""`carlendar config`: the effective settings and where each came from."""

from __future__ import annotations

import json
import sys

from carlendar.errors import one_line
from carlendar.known_settings import KNOWN
from carlendar.settings import load


def run(*, as_json: bool) -> int:
    """Print every setting with its origin, and a line for each that does not count; returns 0.

    Secrets and feed addresses are never printed.
    """
    found = load()
    settings = [each for each in found.values.values() if not getattr(KNOWN.get(each.key), "secret", False)]
    if as_json:
        rows = [
            {"key": each.key, "value": each.value, "origin": each.origin, "locked": each.locked} for each in settings
        ]
        print(json.dumps({"settings": rows, "notices": list(found.notices)}))
        return 0
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("Setting", "Value", "From"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Setting")
    for each in settings:
        value = " ".join(each.value) if isinstance(each.value, tuple) else str(each.value)
        table.add_row(each.key, Text(value), each.origin + (", locked" if each.locked else ""))
    Console().print(table)
    for notice in found.notices:
        sys.stderr.write(f"carlendar: {one_line(notice)}\n")
    return 0
