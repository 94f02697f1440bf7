"""System query options over a collection: $filter, $orderby, $count, $skip, $top, $select, and the next link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from carlendar_devtools.emulator.cloud.call import Call, Reply, bad_request
from carlendar_devtools.emulator.cloud.filters import matcher, value_of

Item = dict[str, Any]
Source = TypeVar("Source")
PAGE_SIZE = 10
MOST = 1000


@dataclass(frozen=True, slots=True)
class Rendered(Generic[Source]):
    """Items that are written only when they are looked at: a page of ten must not cost thousands."""

    sources: Sequence[Source]
    render: Callable[[Source], Item]

    def __len__(self) -> int:
        return len(self.sources)

    def page(self, start: int, end: int) -> list[Item]:
        """The items from `start` up to `end`."""
        return [self.render(source) for source in self.sources[start:end]]


def collection(
    call: Call,
    context: str,
    items: Rendered[Source] | list[Item],
    *,
    in_order: bool = False,
    hidden: Iterable[str] = (),
) -> Reply:
    """One page of `items` as the call asks for it.

    `in_order` says that they are already in the order that $orderby asks for; `hidden` names properties
    that $select does not bring.
    """
    wanted, by = call.option("filter"), None if in_order else call.option("orderby")
    found = items if isinstance(items, Rendered) else Rendered(items, _as_it_is)
    if wanted or by:
        every = found.page(0, len(found))
        chosen = [item for item in every if matcher(wanted)(item)] if wanted else every
        found = Rendered(ordered(chosen, by), _as_it_is)
    skip = _whole(call, "skip", 0) or _whole(call, "skiptoken", 0)
    size = page_of(call, PAGE_SIZE)
    body: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#{context}"}
    if (call.option("count") or "").casefold() == "true":
        body["@odata.count"] = len(found)
    body["value"] = [selected(call, item, hidden) for item in found.page(skip, skip + size)]
    if skip + size < len(found):
        body["@odata.nextLink"] = call.link(top=str(size), skip=str(skip + size))
    return Reply(body=body)


def _as_it_is(item: Item) -> Item:
    return item


def single(call: Call, context: str, item: Item) -> Reply:
    """One resource as the call asks for it."""
    return Reply(body={"@odata.context": f"{call.root}/$metadata#{context}/$entity", **selected(call, item)})


def page_of(call: Call, default: int) -> int:
    """The size of a page: $top, else the preferred one, else `default`."""
    if call.has_option("top"):
        top = _whole(call, "top", 0)
        if not 0 < top <= MOST:
            raise bad_request(
                f"Invalid value '{top}' for $top query option found. It must be from 1 to {MOST}.", "BadRequest"
            )
        return top
    return call.preferences.page_size or default


def selected(call: Call, item: Item, hidden: Iterable[str] = ()) -> Item:
    """The item with the properties that $select names, annotations and identifier always among them."""
    asked = call.option("select")
    if not asked:
        return item
    names = {name.strip().partition("/")[0].casefold() for name in asked.split(",")} - {
        each.casefold() for each in hidden
    }
    if "*" in names:
        return item
    always = {"id", *(name for name in item if name.startswith("@"))}
    return {name: value for name, value in item.items() if name in always or name.casefold() in names}


def ordered(items: list[Item], by: str | None) -> list[Item]:
    """Sorted by an $orderby expression; as they are without one. Raises GraphError."""
    if not by:
        return items
    found = list(items)
    for clause in reversed(by.split(",")):
        path, _, direction = clause.strip().partition(" ")
        if direction.strip() not in ("", "asc", "desc"):
            raise bad_request(f"Syntax error in the $orderby query option: '{clause}'.", "BadRequest")
        found.sort(key=_sort_key(path), reverse=direction.strip() == "desc")
    return found


def _sort_key(path: str) -> Callable[[Item], tuple[bool, Any]]:
    def key(item: Item) -> tuple[bool, Any]:
        value = value_of(item, path)
        return (
            value is not None,
            str(value).casefold() if isinstance(value, str) else value if value is not None else 0,
        )

    return key


def _whole(call: Call, name: str, default: int) -> int:
    text = call.option(name)
    if text is None:
        return default
    if not text.isdigit():
        raise bad_request(f"Invalid value '{text}' for ${name} query option found.", "BadRequest")
    return int(text)
