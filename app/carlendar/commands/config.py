"""`carlendar config`: the effective settings with their purpose, permitted values and origin."""

from __future__ import annotations

import json
import logging

from carlendar.known_settings import DISPLAY, FLEET, KNOWN, VEHICLE, Known
from carlendar.settings import Setting, load

ALL: dict[str, Known] = {**KNOWN, **VEHICLE, **DISPLAY, **FLEET}
_log = logging.getLogger(__name__)


def run(*, as_json: bool) -> int:
    """Print every setting with its origin, and a line for each that is ignored; returns 0.

    The values of secrets, such as addresses of feeds, are never printed.
    """
    found = load()
    settings = list(found.values.values())
    if as_json:
        rows = [_document(each) for each in settings if not ALL[each.key].secret]
        print(json.dumps({"settings": rows, "notices": list(found.notices)}))
        return 0
    _print(settings)
    for notice in found.notices:
        _log.warning("%s", notice)
    return 0


def _document(setting: Setting) -> dict[str, object]:
    known = ALL[setting.key]
    return {
        "key": setting.key, "value": setting.value, "origin": setting.origin, "locked": setting.locked,
        "description": known.text, "allowed": known.allowed, "file": setting.file or None,
    }  # fmt: skip


def _print(settings: list[Setting]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("Setting", "Value", "From", "Meaning and allowed values"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Setting")
    for each in settings:
        known = ALL[each.key]
        value = " ".join(each.value) if isinstance(each.value, tuple) else str(each.value)
        value = value.lower() if isinstance(each.value, bool) else value
        shown = ("(secret)" if value else "") if known.secret else value
        origin = each.origin + (", locked" if each.locked else "") + (f"\n{each.file}" if each.file else "")
        table.add_row(each.key, Text(shown), Text(origin), Text(f"{known.text} ({known.allowed})"))
    Console().print(table)
