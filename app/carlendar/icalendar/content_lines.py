"""Reads the content lines of a component into properties by name (RFC 5545, section 3.1).

Parameters are parsed on demand: of most lines only the value is needed, and of most events few lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINE = re.compile(rb"\n([A-Za-z0-9-]+)([;:][^\n]*)")
_PARAMETER = re.compile(r';([^=;"]+)=((?:"[^"]*"|[^";])*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


class Property:
    """The unparsed value of a property, and its parameters."""

    __slots__ = ("_head", "value")

    def __init__(self, rest: bytes) -> None:
        text = decoded(rest)
        head, _, value = text.partition(":")
        if not head:
            pass  # no parameters, as most lines
        elif '"' in head:
            end = _end_of_parameters(text)
            head, value = text[:end], text[end + 1 :]
        elif value.count(":") and "TZID=" in head.upper():  # a name with a colon, which should have been quoted
            head, _, value = text.rpartition(":")
        self._head, self.value = head, value

    def parameter(self, name: str) -> str:
        """Return the parameter of that name (in capital letters), unquoted; empty if there is none."""
        for found, value in _PARAMETER.findall(self._head):
            if found.strip().upper() == name:
                return str(value).replace('"', "").strip()
        return ""


class Properties:
    """The properties of a component by name (in capital letters), limited to `names`.

    Each line of the block must be preceded by a line feed.
    """

    __slots__ = ("_lines",)

    def __init__(self, block: bytes, names: frozenset[bytes]) -> None:
        self._lines: dict[bytes, list[bytes]] = {}
        for match in _LINE.finditer(block):
            name, rest = match.groups()
            if name in names or (name := name.upper()) in names:
                self._lines.setdefault(name, []).append(rest)

    def __contains__(self, name: bytes) -> bool:
        return name in self._lines

    def count(self, name: bytes) -> int:
        """Return how often the property occurs."""
        return len(self._lines.get(name, ()))

    def raw(self, name: bytes) -> list[bytes]:
        """Return all lines of that name, without it: parameters and value."""
        return self._lines.get(name, [])

    def all(self, name: bytes) -> Iterator[Property]:
        """Return all properties of that name, in order."""
        return map(Property, self._lines.get(name, ()))

    def first(self, name: bytes) -> Property | None:
        """Return the first property of that name; None if there is none."""
        lines = self._lines.get(name)
        return Property(lines[0]) if lines else None

    def value(self, name: bytes) -> str:
        """Return the first value, stripped; empty if there is none."""
        found = self.first(name)
        return found.value.strip() if found else ""

    def text(self, name: bytes, most: int) -> str:
        """Return the first value as TEXT (RFC 5545, section 3.3.11), up to `most` characters."""
        return unescaped(self.value(name)[: 2 * most])[:most]


def unescaped(text: str) -> str:
    r"""A TEXT without its escapes; `\n` is a new line."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], text).strip()


def decoded(line: bytes) -> str:
    """Decode a line: UTF-8, else Windows-1252 (of which Latin-1 is a subset).

    UTF-8 with a few broken bytes stays UTF-8: text in other encodings is very rarely valid UTF-8.
    """
    try:
        return line.decode()
    except UnicodeDecodeError:
        read = line.decode(errors="replace")
    broken = read.count(_UNREADABLE)
    whole = sum(letter > "\x7f" for letter in read) - broken
    return read if whole > broken else line.decode("cp1252", "replace")


def _end_of_parameters(text: str) -> int:
    """Return the index of the colon before the value: the first one outside quotes, or the length of the text."""
    quoted = False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return place
    return len(text)
