"""HTML bodies as text in Outlook's format: links in angle brackets after their label."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser

_BREAKS = {"br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "hr"}
_SILENT = {"head", "style", "script", "title"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag in _BREAKS:
            self.parts.append("\n")
        if tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BREAKS and tag != "br":
            self.parts.append("\n")
        if tag == "a" and self._links:
            target, at = self._links.pop()
            label = "".join(self.parts[at:]).strip()
            if target and target != label:
                self.parts.append(f"<{target}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"[ \t\r\n]+", " ", data))


@lru_cache(maxsize=4096)
def to_text(html: str) -> str:
    """The text of an HTML body."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
