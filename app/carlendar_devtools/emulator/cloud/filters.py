"""$filter: comparisons, `and`, `or`, `not`, parentheses, text functions, `any` over extended properties and categories.

Source: OData 4.01 URL conventions, 5.1.1. Other lambda operators are refused, as Outlook's calendars do; so are names
that the type does not have, and values of a type other than the property's.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphError, bad_request
from carlendar_devtools.emulator.cloud.schema import PropertyKind, Type

Test = Callable[[dict[str, Any]], bool]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),:])"
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
_WITH_ANY = {
    "singlevalueextendedproperties": "singleValueExtendedProperties",
    "categories": "categories",
}
_ANY_OF = Type("element", {"id": PropertyKind.TEXT, "value": PropertyKind.TEXT})
_FITTING: dict[PropertyKind, tuple[str, ...]] = {
    # Graph compares the text of a dateTimeTimeZone with literals of either kind.
    PropertyKind.TEXT: ("text", "moment", "null"),
    PropertyKind.FLAG: ("true", "false", "null"),
    PropertyKind.NUMBER: ("number", "null"),
    PropertyKind.MOMENT: ("moment", "null"),
}
_TYPES = {
    "text": "Edm.String",
    "number": "Edm.Int32",
    "moment": "Edm.DateTimeOffset",
    "true": "Edm.Boolean",
    "false": "Edm.Boolean",
}
_DEEPEST = 50
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?)?")
_LITERALS = {"true": True, "false": False, "null": None}


def matcher(expression: str, of: Type) -> Test:
    """Return the predicate for a $filter expression. Raises GraphError if it is invalid."""
    parser = _Parser(expression, of)
    test = parser.either()
    parser.finish()
    return test


def value_of(item: dict[str, Any], path: str) -> Any:
    """Return the value at a property path such as `start/dateTime`; None if it is missing."""
    value: Any = item
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


class _Parser:
    """Recursive descent parser, starting with the operator of lowest precedence."""

    def __init__(self, expression: str, of: Type) -> None:
        self._expression = expression
        self._of = of
        self._variable = ""
        self._depth = 0
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while expression[at:].strip():
            match = _TOKEN.match(expression, at)
            if match is None:
                raise self._wrong()
            self._tokens.append((match.lastgroup or "", match.group(match.lastgroup or 0)))
            at = match.end()

    def either(self) -> Test:
        """Terms joined by `or`."""
        left = self._both()
        while self._accept("or"):
            left = _or(left, self._both())
        return left

    def finish(self) -> None:
        """Require the end of the expression."""
        if self._tokens:
            raise self._wrong()

    def _both(self) -> Test:
        left = self._one()
        while self._accept("and"):
            left = _and(left, self._one())
        return left

    def _one(self) -> Test:
        if self._accept("not"):
            inner = self._deeper(self._one)
            return lambda item: not inner(item)
        if self._accept("("):
            inner = self._deeper(self.either)
            self._expect(")")
            return inner
        kind, word = self._take()
        if kind != "word":
            raise self._wrong()
        if word.casefold() in _FUNCTIONS and self._accept("("):
            return self._function(_FUNCTIONS[word.casefold()])
        if word.endswith(("/any", "/all")) and self._accept("("):
            return self._lambda(word)
        return self._comparison(word)

    def _deeper(self, part: Callable[[], Test]) -> Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong()
        inner = part()
        self._depth -= 1
        return inner

    def _function(self, function: Callable[[str, str], bool]) -> Test:
        path, kind = self._property(self._take()[1])
        self._expect(",")
        literal, value = self._literal()
        self._expect(")")
        if kind is not PropertyKind.TEXT or literal != "text":
            raise self._wrong()
        wanted = str(value).casefold()
        negated = False
        if self._accept("eq"):
            outcome = self._literal()[1]
            if not isinstance(outcome, bool):
                raise self._wrong()
            negated = not outcome
        return lambda item: function(str(value_of(item, path) or "").casefold(), wanted) is not negated

    def _comparison(self, path: str) -> Test:
        path, kind = self._property(path)
        compare = _COMPARE.get(self._take()[1])
        if compare is None:
            raise self._wrong()
        literal, wanted = self._literal()
        if literal not in _FITTING[kind]:
            raise bad_request(
                "A binary operator with incompatible types was detected. Found operand types "
                f"'{kind.value}' and '{_TYPES[literal]}'.",
                "BadRequest",
            )
        return lambda item: _holds(compare, value_of(item, path), wanted)

    def _lambda(self, word: str) -> Test:
        """`any` over the elements of a collection, named by a variable."""
        name = _WITH_ANY.get(word.rpartition("/")[0].casefold(), "")
        if not name or not word.endswith("/any") or name not in self._of.properties or self._variable:
            raise bad_request(f"'{word}' is not a supported filter expression.", "UnsupportedEntityExpression")
        self._variable = self._take()[1]
        self._expect(":")
        test = self._deeper(self.either)
        self._expect(")")
        self._variable = ""

        def any_of(item: dict[str, Any]) -> bool:
            elements = item.get(name) or ()
            return any(test(each if isinstance(each, dict) else {"value": each}) for each in elements)

        return any_of

    def _property(self, path: str) -> tuple[str, PropertyKind]:
        if not self._variable:
            return self._of.primitive(path)
        if path == self._variable:
            return "value", PropertyKind.TEXT
        variable, _, rest = path.partition("/")
        if variable != self._variable:
            raise self._wrong()
        return _ANY_OF.primitive(rest)

    def _literal(self) -> tuple[str, Any]:
        """Return a literal's kind and value."""
        kind, word = self._take()
        if kind == "text":
            return kind, word[1:-1].replace("''", "'")
        if kind == "number":
            return kind, float(word)
        if kind == "moment":
            return kind, word
        if word in _LITERALS:
            return word, _LITERALS[word]
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

    def _wrong(self) -> GraphError:
        return bad_request(f"Invalid filter clause: {self._expression}", "BadRequest")


def _or(left: Test, right: Test) -> Test:
    return lambda item: left(item) or right(item)


def _and(left: Test, right: Test) -> Test:
    return lambda item: left(item) and right(item)


def _holds(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    """Texts compare case-insensitively, as in Exchange; values of different kinds are unequal."""
    if isinstance(value, str) and isinstance(wanted, str):
        return compare(_comparable(value), _comparable(wanted))
    if value is None or wanted is None or isinstance(value, bool) != isinstance(wanted, bool):
        return (compare is operator.eq and value is wanted) or (compare is operator.ne and value is not wanted)
    try:
        return compare(value, wanted)
    except TypeError:
        return compare is operator.ne


def _comparable(text: str) -> str:
    """Return a time in one format and in UTC, so that all spellings compare equal."""
    match = _TIME.fullmatch(text)
    if match is None:
        return text.casefold()
    day, clock, fraction, offset = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{'' if offset in (None, 'Z') else offset}")
    except ValueError:
        return text.casefold()
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction or '':0<7}"
