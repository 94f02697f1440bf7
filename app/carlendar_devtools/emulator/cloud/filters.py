"""$filter in its simple forms: comparisons, `and`, `or`, `not`, parentheses, text functions.

Source: OData 4.01 URL conventions, 5.1.1. Lambda operators are not offered, as for Outlook's calendars.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from carlendar_devtools.emulator.cloud.call import bad_request

Test = Callable[[dict[str, Any]], bool]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])"
    r"|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[@\w][\w./@]*))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}
_LITERALS = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=128)
def matcher(expression: str) -> Test:
    """The test that a $filter expression stands for. Raises GraphError for what is not understood."""
    parser = _Parser(expression)
    test = parser.either()
    parser.finish()
    return test


def value_of(item: dict[str, Any], path: str) -> Any:
    """The value at a property path such as `start/dateTime`; None where it is not there."""
    value: Any = item
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


class _Parser:
    """Recursive descent over the tokens, loosest operator first."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while expression[at:].strip():
            match = _TOKEN.match(expression, at)
            if match is None:
                raise self._wrong()
            self._tokens.append((match.lastgroup or "", match.group(match.lastgroup or 0)))
            at = match.end()

    def either(self) -> Test:
        """Tests joined by `or`."""
        left = self._both()
        while self._accept("or"):
            left = _or(left, self._both())
        return left

    def finish(self) -> None:
        """Nothing may be left over."""
        if self._tokens:
            raise self._wrong()

    def _both(self) -> Test:
        left = self._one()
        while self._accept("and"):
            left = _and(left, self._one())
        return left

    def _one(self) -> Test:
        if self._accept("not"):
            inner = self._one()
            return lambda item: not inner(item)
        if self._accept("("):
            inner = self.either()
            self._expect(")")
            return inner
        kind, word = self._take()
        if kind != "word":
            raise self._wrong()
        if word.casefold() in _FUNCTIONS and self._accept("("):
            return self._function(_FUNCTIONS[word.casefold()])
        return self._comparison(word)

    def _function(self, function: Callable[[str, str], bool]) -> Test:
        _, path = self._take()
        self._expect(",")
        wanted = str(self._literal()).casefold()
        self._expect(")")
        if self._accept("eq") and self._literal() is not True:
            raise self._wrong()
        return lambda item: function(str(value_of(item, path) or "").casefold(), wanted)

    def _comparison(self, path: str) -> Test:
        _, name = self._take()
        compare = _COMPARE.get(name)
        if compare is None:
            raise self._wrong()
        wanted = self._literal()
        return lambda item: _holds(compare, value_of(item, path), wanted)

    def _literal(self) -> Any:
        kind, word = self._take()
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return float(word)
        if kind == "moment":
            return word
        if word in _LITERALS:
            return _LITERALS[word]
        raise self._wrong()

    def _take(self) -> tuple[str, str]:
        if not self._tokens:
            raise self._wrong()
        return self._tokens.pop(0)

    def _accept(self, word: str) -> bool:
        if self._tokens and self._tokens[0][0] in ("word", "mark") and self._tokens[0][1] == word:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise self._wrong()

    def _wrong(self) -> Exception:
        return bad_request(f"Invalid filter clause: {self._expression}", "BadRequest")


def _or(left: Test, right: Test) -> Test:
    return lambda item: left(item) or right(item)


def _and(left: Test, right: Test) -> Test:
    return lambda item: left(item) and right(item)


def _holds(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    """Texts compare without regard to case, as Exchange does; values of different kinds are unequal."""
    if isinstance(value, str) and isinstance(wanted, str):
        return compare(_comparable(value), _comparable(wanted))
    if value is None or wanted is None or isinstance(value, bool) != isinstance(wanted, bool):
        return (compare is operator.eq and value is wanted) or (compare is operator.ne and value is not wanted)
    try:
        return compare(value, wanted)
    except TypeError:
        return compare is operator.ne


def _comparable(text: str) -> str:
    """Times lose their Z and trailing zeros, so that both spellings of one compare equal."""
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", text):
        whole, _, fraction = text.rstrip("Z").partition(".")
        return f"{whole}.{fraction:0<7}"
    return text.casefold()
