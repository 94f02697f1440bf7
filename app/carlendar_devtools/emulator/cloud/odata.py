"""System query options: $filter, $orderby, $count, $skip, $top, $select, $expand, the next link.

Unknown names are refused, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, bad_request
from carlendar_devtools.emulator.cloud.filters import matcher, value_of
from carlendar_devtools.emulator.cloud.schema import Type

Item = dict[str, Any]
Source = TypeVar("Source")
PAGE_SIZE = 10
MOST = 1000
_LONGEST_NUMBER = 9
ONLY_EXPANDED = (
    "singleValueExtendedProperties",
    "multiValueExtendedProperties",
    "attachments",
    "calendar",
    "extensions",
    "exceptionOccurrences",
)
"""Parts of an item for $expand and $filter only."""
_EXPANSION = re.compile(r"\s*([\w.]+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_IDS = re.compile(r"id\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)
_BY_ID = re.compile(rf"\s*{_IDS.pattern}\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rendered(Generic[Source]):
    """Items that are serialised on access: a page of ten must not cost thousands."""

    sources: Sequence[Source]
    render: Callable[[Source], Item]

    def __len__(self) -> int:
        return len(self.sources)

    def page(self, start: int, end: int) -> list[Item]:
        """The items from `start` up to `end`."""
        return [self.render(source) for source in self.sources[start:end]]


@dataclass(frozen=True, slots=True)
class Expansion:
    """One name of $expand, with the $filter by id and the $select in its parentheses."""

    name: str
    ids: frozenset[str] | None = None
    names: frozenset[str] | None = None

    def of(self, value: Any) -> Any:
        """Return the expanded value, filtered and selected."""
        if isinstance(value, list):
            return [self._one(each) for each in value if self.ids is None or each.get("id") in self.ids]
        return self._one(value)

    def _one(self, value: Any) -> Any:
        if self.names is None or not isinstance(value, dict):
            return value
        return {name: part for name, part in value.items() if name == "id" or name.casefold() in self.names}


def collection(
    call: GraphCall,
    context: str,
    items: Rendered[Source] | list[Item],
    of: Type,
    *,
    in_order: bool = False,
    hidden: Iterable[str] = (),
    all_at_once: bool = False,
) -> Reply:
    """Return one page of `items` of the type `of`, as requested.

    `in_order`: they already have the requested order. `hidden`: properties that $select does not return.
    `all_at_once`: no pages unless $top is given.
    """
    by = None if in_order else call.option("orderby")
    _check_order(call.option("orderby"), of)
    choose = _chooser(call, of, hidden)
    found = filtered(call, items, of)
    if by:
        found = Rendered(ordered(found.page(0, len(found)), by, of), _as_it_is)
    skip = _whole(call, "skip", 0) or _whole(call, "skiptoken", 0)
    size = page_of(call, len(found) or 1 if all_at_once else PAGE_SIZE)
    body: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#{context}"}
    if _flag(call, "count"):
        body["@odata.count"] = len(found)
    body["value"] = [choose(item) for item in found.page(skip, skip + size)]
    if skip + size < len(found):
        body["@odata.nextLink"] = call.link(top=str(size), skip=str(skip + size))
    return Reply(body=body)


def filtered(call: GraphCall, items: Rendered[Source] | list[Item], of: Type) -> Rendered[Any]:
    """Return the items that match $filter."""
    found: Rendered[Any] = items if isinstance(items, Rendered) else Rendered(items, _as_it_is)
    wanted = call.option("filter")
    if wanted is None:
        return found
    test = matcher(wanted, of)
    return Rendered([item for item in found.page(0, len(found)) if test(item)], _as_it_is)


def count(call: GraphCall, items: Rendered[Source] | list[Item], of: Type) -> Reply:
    """Return the number of items as text (`…/$count`)."""
    return Reply(raw=str(len(filtered(call, items, of))).encode(), content_type="text/plain")


def _as_it_is(item: Item) -> Item:
    return item


def single(call: GraphCall, context: str, item: Item, of: Type) -> Reply:
    """Return one resource as requested."""
    body = {"@odata.context": f"{call.root}/$metadata#{context}/$entity", **selected(call, item, of)}
    return Reply(body=body)


def page_of(call: GraphCall, default: int) -> int:
    """The size of a page: $top, else the preferred one, else `default`."""
    if call.has_option("top"):
        top = _whole(call, "top", 0)
        if not 0 < top <= MOST:
            raise bad_request(
                f"Invalid value '{top}' for $top query option found. It must be from 1 to {MOST}.", "BadRequest"
            )
        return top
    return call.preferences.page_size or default


def selected(call: GraphCall, item: Item, of: Type, hidden: Iterable[str] = ()) -> Item:
    """Return the properties that $select and $expand name, annotations and identifier. Raises GraphError."""
    return _chooser(call, of, hidden)(item)


def selects(call: GraphCall, name: str) -> bool:
    """Whether $select or $expand names a property."""
    texts = (call.option("select") or "").split(",") + _split(call.option("expand") or "")
    return any(each.strip().partition("/")[0].partition("(")[0].casefold() == name.casefold() for each in texts)


def expansions(call: GraphCall, of: Type) -> tuple[Expansion, ...]:
    """Return the parts of $expand. Raises GraphError for names that the type does not have."""
    text = call.option("expand")
    return () if text is None else tuple(_expansion(each, of) for each in _split(text))


def _chooser(call: GraphCall, of: Type, hidden: Iterable[str]) -> Callable[[Item], Item]:
    names = _selection(call.option("select"), of)
    if names is not None:
        names -= frozenset(hidden)
    wanted = expansions(call, of)

    def choose(item: Item) -> Item:
        kept = {name: value for name, value in item.items() if _stays(name, names)}
        return kept | {each.name: each.of(item[each.name]) for each in wanted if each.name in item}

    return choose


def _stays(name: str, selection: frozenset[str] | None) -> bool:
    if selection is None:
        return name not in ONLY_EXPANDED
    return name in selection or name == "id" or name.startswith("@")


def _selection(text: str | None, of: Type) -> frozenset[str] | None:
    """The properties that $select names; None for all of them."""
    if text is None:
        return None
    names = [each.strip() for each in text.split(",")]
    found = frozenset(_named(name, of) for name in names if name.rpartition("/")[2] != "*")
    return None if len(found) < len(set(names)) and any(name.endswith("*") for name in names) else found


def _named(path: str, of: Type) -> str:
    try:
        return of.first(path)
    except GraphError as err:
        raise bad_request(f"Parsing OData Select and Expand failed: {err.message}", "BadRequest") from err


def _split(text: str) -> list[str]:
    """Split $expand at commas, except within parentheses and strings."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == "'"
        if not quoted:
            depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _expansion(text: str, of: Type) -> Expansion:
    match = _EXPANSION.fullmatch(text)
    if match is None:
        raise bad_request("Parsing OData Select and Expand failed.", "BadRequest")
    name = _named(match.group(1), of)
    if name not in ONLY_EXPANDED:
        raise bad_request(
            f"Parsing OData Select and Expand failed: Property '{name}' on type '{of.name}' is not a navigation "
            "property or complex property. Only navigation properties can be expanded.",
            "BadRequest",
        )
    found = Expansion(name)
    for option in filter(None, (match.group(2) or "").split(";")):
        key, _, value = option.strip().partition("=")
        kind = key.strip().casefold().removeprefix("$")
        if kind == "select":
            found = replace(found, names=frozenset(each.strip().casefold() for each in value.split(",")))
        elif kind == "filter" and all(_BY_ID.fullmatch(each) for each in re.split(r"\s+or\s+", value)):
            found = replace(found, ids=frozenset(each.replace("''", "'") for each in _IDS.findall(value)))
        else:
            raise bad_request(f"The option '{key.strip()}' is not supported within $expand.", "BadRequest")
    if name.endswith("ExtendedProperties") and found.ids is None:
        raise bad_request(f"Expanding '{name}' needs a $filter by id.", "ErrorInvalidUrlQuery")
    return found


def _check_order(by: str | None, of: Type) -> None:
    for clause in (by or "").split(",") if by is not None else ():
        path, _, direction = clause.strip().partition(" ")
        if direction.strip().casefold() not in ("", "asc", "desc") or not path:
            raise bad_request(f"Syntax error in the $orderby query option: '{clause}'.", "BadRequest")
        try:
            of.primitive(path)
        except GraphError as err:
            if err.message.startswith("Could not find"):
                raise
            raise bad_request(
                "The $orderby expression must evaluate to a single value of primitive type.", "BadRequest"
            ) from err


def ordered(items: list[Item], by: str, of: Type) -> list[Item]:
    """Return the items sorted by a validated $orderby expression."""
    found = list(items)
    for clause in reversed(by.split(",")):
        path, _, direction = clause.strip().partition(" ")
        found.sort(key=_sort_key(of.primitive(path)[0]), reverse=direction.strip().casefold() == "desc")
    return found


def _sort_key(path: str) -> Callable[[Item], tuple[bool, Any]]:
    def key(item: Item) -> tuple[bool, Any]:
        value = value_of(item, path)
        return (
            value is not None,
            str(value).casefold() if isinstance(value, str) else value if value is not None else 0,
        )

    return key


def _whole(call: GraphCall, name: str, default: int) -> int:
    text = call.option(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise bad_request(f"Invalid value '{text}' for ${name} query option found.", "BadRequest")
    return int(text)


def _flag(call: GraphCall, name: str) -> bool:
    text = (call.option(name) or "false").casefold()
    if text not in ("true", "false"):
        raise bad_request(f"Invalid value '{text}' for ${name} query option found.", "BadRequest")
    return text == "true"
