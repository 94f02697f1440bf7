"""Imports tokens of the W3C design-token format (Design Tokens Community Group, "Design Tokens Format Module").

Groups `night` and `day` hold colour tokens by Carlendar's names, `shape` dimensions by name. A token is an object with
`$value`; `$type` may stand in a group above. A colour is `#rrggbb` or the module's object (`colorSpace` srgb with
`components`, or `hex`); a dimension is `{"value": 6, "unit": "mm"}` or `"6mm"`; `{group.token}` refers to another one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from carlendar.brands.brand import BrandError
from carlendar.brands.brand_file import KEYS
from carlendar.brands.palette import hex_of

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 1024 * 1024
DEPTH = 16
"""Maximum depth of groups, and of references that lead to another reference."""
_DIMENSION = re.compile(r"(\d+(?:\.\d+)?)mm")
_REFERENCE = re.compile(r"\{([^{}]+)\}")


def imported(file: Path) -> dict[str, dict[str, Any]]:
    """Return the tables of a brand file, from a file of design tokens. Raises BrandError."""
    try:
        data = file.read_bytes()
        if len(data) > LONGEST:
            raise BrandError(f"{file}: is longer than {LONGEST >> 20} MiB")
        tree = json.loads(data)
    except OSError as error:
        raise BrandError(f"{file}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BrandError(f"{file}: is not JSON: {error}") from error
    try:
        return _tables(_tokens(tree))
    except ValueError as error:
        raise BrandError(f"{file}: {error}") from error


def _tokens(tree: Any) -> dict[str, Any]:
    """Return the values of all tokens by path; names starting with $ are the format's own."""
    found: dict[str, Any] = {}

    def walk(node: Any, path: tuple[str, ...]) -> None:
        if not isinstance(node, dict):
            raise ValueError(f"{'.'.join(path) or 'the file'}: must be a group or a token with $value")  # noqa: TRY004 - a fault of the file, as every other
        if len(path) > DEPTH:
            raise ValueError(f"{'.'.join(path[:3])}: groups are nested more than {DEPTH} deep")
        if "$value" in node:
            found[".".join(path)] = node["$value"]
            return
        for name, child in node.items():
            if not name.startswith("$"):
                walk(child, (*path, name))

    walk(tree, ())
    return found


def _tables(tokens: dict[str, Any]) -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for path in tokens:
        section, _, name = path.partition(".")
        key = f"{section}.{name.replace('-', '_')}"
        if section not in ("night", "day", "shape"):
            continue  # a designer's own groups, which others refer to
        if key not in KEYS:
            allowed = sorted(each for each in KEYS if each.startswith(f"{section}."))
            raise ValueError(f"{path}: is not a token of a brand; allowed are {', '.join(allowed)}")
        tables.setdefault(section, {})[name] = _value(path, tokens)
    if not tables:
        raise ValueError("there is no group named night, day or shape")
    return tables


def _value(path: str, tokens: dict[str, Any]) -> Any:
    value, seen = tokens[path], 0
    while isinstance(value, str) and (reference := _REFERENCE.fullmatch(value)):
        seen += 1
        if reference[1] not in tokens or seen > DEPTH:
            raise ValueError(f"{path}: {value} leads to no token")
        value = tokens[reference[1]]
    if isinstance(value, dict) and "unit" in value:
        value = f"{value.get('value')}{value['unit']}"
    if path.startswith("shape."):
        size = _DIMENSION.fullmatch(value) if isinstance(value, str) else None
        if size is None:
            raise ValueError(f"{path}: must be a dimension in mm, as 6mm")
        return float(size[1])
    return _color(path, value) if not path.endswith(".press") else value


def _color(path: str, value: Any) -> str:
    if isinstance(value, dict):
        parts = value.get("components")
        if value.get("alpha", 1) != 1:
            raise ValueError(f"{path}: must be opaque (alpha 1)")
        if "hex" in value:
            value = value["hex"]
        elif value.get("colorSpace") == "srgb" and isinstance(parts, list) and len(parts) == 3:
            if not all(type(part) in (int, float) and 0 <= part <= 1 for part in parts):
                raise ValueError(f"{path}: components must be numbers from 0 to 1")
            value = hex_of((parts[0], parts[1], parts[2], 1.0))
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError(f"{path}: must be a colour, as #1a2b3c or with colorSpace srgb and components")
    return value.lower()


def as_toml(tables: dict[str, dict[str, Any]]) -> str:
    """Return the tables, checked by `imported`, as the text of a brand file."""
    sections = (
        "\n".join([f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in table.items())])
        for section, table in tables.items()
    )
    return "\n\n".join(sections) + "\n"
