"""`carlendar fleet dictionary`: what each event and each of its fields means, from the schema."""

from __future__ import annotations

from carlendar.telemetry.dictionary import as_json as dictionary_json
from carlendar.telemetry.dictionary import as_markdown


def run(*, as_json: bool) -> int:
    """Print the dictionary as Markdown, or as JSON."""
    print(dictionary_json() if as_json else as_markdown(), end="")
    return 0
