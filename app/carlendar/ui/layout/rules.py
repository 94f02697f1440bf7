"""The rules of kv/screens, each given to Kivy when it is first needed: a display needs few of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kivy.factory import Factory, FactoryException
from kivy.lang import Builder

from carlendar import resources
from carlendar.errors import LayoutError
from carlendar.ui.layout.node import Layout

if TYPE_CHECKING:
    from collections.abc import Collection

FOLDER = "screens"
"""Of kv/: the folder of the files."""


class Rule(NamedTuple):
    """A rule as it stands in its file."""

    path: str
    line: int
    """Lines before it."""
    text: str
    bases: tuple[str, ...]
    directives: str
    """What the file imports."""


BASES = frozenset({"", "FrameLayout", "ItemLayout", "ScreenLayout"})
"""Classes that rules begin with, which no file describes."""

_given: set[str] = set()


_read: dict[str, Rule] = {}
_unread: list[Path] | None = None


def known() -> dict[str, Rule]:
    """All rules by their names."""
    unread = _files()
    while unread:
        _read.update(_rules_of(unread.pop(0)))
    return _read


def find(name: str) -> Rule | None:
    """The rule of that name. Files that mention it are taken apart, first where the rule's name begins with theirs."""
    if name not in _read:
        unread = _files()
        for path in sorted(unread, key=lambda each: not name.lower().startswith(each.stem.replace("_", ""))):
            if f"<{name}" in path.read_text("utf-8"):
                unread.remove(path)
                _read.update(_rules_of(path))
                if name in _read:
                    break
    return _read.get(name)


def _files() -> list[Path]:
    """The files that were not taken apart yet."""
    global _unread
    if _unread is None:
        _unread = sorted(resources.kv(FOLDER).glob("*.kv"))
    return _unread


def _rules_of(path: Path) -> dict[str, Rule]:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if line.startswith("<")]
    directives = "".join(line for line in lines if line.startswith("#:"))
    found: dict[str, Rule] = {}
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        name, _, bases = lines[head].partition(">")[0][1:].partition("@")
        found[name] = Rule(str(path), head, "".join(lines[head:end]), tuple(bases.split("+")), directives)
    return found


def need_file(name: str) -> None:
    """Give Kivy all rules of a file at once."""
    path = str(resources.kv(FOLDER) / name)
    Builder.unload_file(path)
    Builder.load_file(path, rulesonly=True)
    _given.update(_rules_of(Path(path)))


def given(name: str) -> bool:
    """Whether Kivy has the rule."""
    return name in _given


def need(name: str) -> None:
    """Give the rule to Kivy, unless it has it. Raises LayoutError for one that does not exist or cannot be used."""
    if name in _given:
        return
    rule = find(name)
    if rule is None:
        raise LayoutError(f"no file of kv/{FOLDER} has a rule <{name}>")
    _given.add(name)
    for base in rule.bases:
        if base not in BASES and find(base) is not None:
            need(base)
    before = len(Builder.rules)
    if rule.path in Builder.files:  # Kivy warns of files that are loaded twice: these are parts of one
        Builder.files.remove(rule.path)
    padding = "\n" * max(0, rule.line - rule.directives.count("\n"))  # so that errors name the line
    try:
        Builder.load_string(rule.directives + padding + rule.text, filename=rule.path, rulesonly=True)
        for _, parsed in Builder.rules[before:]:
            bases = (_properties.get(base, frozenset()) for base in rule.bases)
            _properties[name] = frozenset(parsed.properties).union(*bases)
            check(parsed, _made_by(name, parsed), _properties[name])
    except Exception:
        del Builder.rules[before:]
        _given.remove(name)
        raise


def _made_by(name: str, parsed: Any) -> type[Layout]:
    made: type = Factory.get(name)
    if not issubclass(made, Layout):
        raise LayoutError(f"{place(parsed)}: {name} is the name of a widget already")
    return made


_properties: dict[str, frozenset[str]] = {}
"""What rules add to what expressions may read of `root`."""


def check(parsed: Any, made: type, added: Collection[str] = ()) -> None:
    """Raise LayoutError for a node or a property that does not exist in a rule for objects of that class.

    Kivy would create the property, and find the others where they are first needed. `added` are properties that the
    rule creates.
    """
    _check_names(parsed, made, added)
    for child in parsed.children:
        _check_node(child)
        check(child, made, added)
    for canvas in (parsed.canvas_before, parsed.canvas_root, parsed.canvas_after):
        for instruction in canvas.children if canvas is not None else ():
            _check_names(instruction, made, added)


def _check_names(parsed: Any, made: type, added: Collection[str]) -> None:
    for each in parsed.properties.values():
        for keys in each.watched_keys or ():
            if keys[0] == "root" and len(keys) > 1 and keys[1] not in added and not hasattr(made, keys[1]):
                raise LayoutError(f"{place(each)}: there is no root.{keys[1]}")


def _check_node(parsed: Any) -> None:
    try:
        made = Factory.get(parsed.name)
    except FactoryException:
        raise LayoutError(f"{place(parsed)}: there is no node {parsed.name}") from None
    for name, each in parsed.properties.items():
        if not hasattr(made, name):
            raise LayoutError(f"{place(each)}: {parsed.name} has no property {name}")


def place(parsed: Any) -> str:
    """File and line of something that Kivy parsed."""
    path = Path(parsed.ctx.filename)
    root = resources.kv("style.kv").parents[1]
    return f"{path.relative_to(root) if path.is_relative_to(root) else path}:{parsed.line + 1}"


def forget() -> None:
    """Reload all files at their next use."""
    global _unread
    for path in {rule.path for name, rule in _read.items() if name in _given}:
        Builder.unload_file(path)
    _given.clear()
    _properties.clear()
    _read.clear()
    _unread = None
