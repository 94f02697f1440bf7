"""Calls to Navit over D-Bus, and its coordinates.

Navit must be configured with `binding_dbus` active and with graphics that have a window; with `graphics_null` every
call times out (Navit 0.5.6). Positions are in Navit's own Mercator projection, in metres, longitude first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from jeepney import (  # type: ignore[import-untyped]  # it has no type information
    AuthenticationError,
    DBusAddress,
    HeaderFields,
    MessageFlag,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]  # it has no type information

from carlendar.domain.base import Value
from carlendar.domain.place import Position, position

NAME = "org.navit_project.navit"
ROOT = "/org/navit_project/navit"
REPLY_SECONDS = 3.0
MOST_FOUND = 50
"""Results of one search that are read."""
_EARTH = 6_371_000.0
"""Metres: the radius of Navit's projection."""
_PROJECTION_MG = 1
_UNIQUE_NAME = re.compile(r":[\w.-]{1,250}", re.ASCII)
_PATH = re.compile(r"/(?:\w+/)*\w+", re.ASCII)


class Found(Value, frozen=True):
    """One result of a search: its number, the names of its parts (`town`, `street`, `housenumber` …), its position."""

    number: int
    names: Mapping[str, str]
    position: Position | None


class NavitGoneError(Exception):
    """There is no bus, no Navit on it, or it does not answer; `asked` if a request may have reached it."""

    def __init__(self, *, asked: bool = False) -> None:
        super().__init__("Navit does not answer")
        self.asked = asked


class NavitBus:
    """A connection to a bus, opened when it is needed. Not thread-safe. `address` is empty for the session bus."""

    def __init__(self, address: str = "") -> None:
        self._address = address
        self._connection: Any = None
        self._objects: dict[tuple[str, str], str] = {}
        self._owner = ""

    def close(self) -> None:
        """Close the connection; the next call opens it again."""
        connection, self._connection = self._connection, None
        self._objects.clear()
        if connection is not None:
            with suppress(OSError):
                connection.close()

    def set_destination(self, to: Position, comment: str) -> None:
        """Set the destination, with a comment. Raises NavitGoneError."""
        self._call(self._navit(), "navit", "set_destination", "ss", (_geo(to), comment))

    def set_position(self, at: Position) -> None:
        """Set the car's position, for a Navit without a receiver of its own. Raises NavitGoneError."""
        self._call(self._navit(), "navit", "set_position", "s", (_geo(at),))

    def clear_destination(self) -> None:
        """End guidance. Raises NavitGoneError."""
        self._call(self._navit(), "navit", "clear_destination")

    def route(self, attribute: str) -> Any:
        """Return an attribute of the route; None if it has no value. Raises NavitGoneError."""
        return self._attribute(self._object("navit", self._navit(), "route"), "route", attribute)

    def new_search(self) -> str:
        """Begin a search for addresses; return its object's path, for `search`. Raises NavitGoneError."""
        mapset = self._object("navit", self._navit(), "mapset")
        return _path(self._call(ROOT, "", "search_list_new", "o", (mapset,)))

    def search(self, path: str, level: str, text: str, *, prefix: bool = False) -> Iterator[Found]:
        """Search on a level below what is selected: `country_iso2`, `town_name`, `street_name`, `house_number`.

        Raises NavitGoneError.
        """
        self._call(path, "search_list", "search", "svi", (level, ("s", text), int(prefix)))
        with suppress(_RefusedError):  # the end of the list
            for _ in range(MOST_FOUND):
                yield _found(self._call(path, "search_list", "get_result"))

    def select(self, path: str, level: str, number: int) -> None:
        """Search below this result alone. Raises NavitGoneError."""
        self._call(path, "search_list", "select", "sii", (level, number, 1))

    def end_search(self, path: str) -> None:
        """Release a search. Raises NavitGoneError."""
        self._call(path, "search_list", "destroy")

    def _navit(self) -> str:
        """The object's path of the first instance."""
        self._require_owner()
        if (known := self._objects.get(("", "navit"))) is None:
            iterator = self._call(ROOT, "", "attr_iter")
            found = self._call(ROOT, "", "get_attr_wi", "so", ("navit", iterator))
            self._call(ROOT, "", "attr_iter_destroy", "o", (iterator,))
            known = self._objects["", "navit"] = _path(_second(found))
        return known

    def _object(self, interface: str, path: str, attribute: str) -> str:
        key = interface, attribute
        if key not in self._objects:
            self._objects[key] = _path(self._attribute(path, interface, attribute))
        return self._objects[key]

    def _attribute(self, path: str, interface: str, attribute: str) -> Any:
        try:
            return _second(self._call(path, interface, "get_attr", "s", (attribute,)))
        except _RefusedError:
            return None

    def _require_owner(self) -> None:
        """Forget the objects of a Navit that has ended. Raises NavitGoneError if there is none."""
        reply = self._send(message_bus.GetNameOwner(NAME))
        if reply.header.message_type is not MessageType.method_return:
            self._objects.clear()
            raise NavitGoneError
        match reply.body:
            case (str(owner),) if _UNIQUE_NAME.fullmatch(owner):
                if owner != self._owner:
                    self._owner = owner
                    self._objects.clear()
            case _:
                self._objects.clear()
                raise NavitGoneError

    def _call(self, path: str, interface: str, method: str, signature: str = "", body: tuple[object, ...] = ()) -> Any:
        name = f"{NAME}.{interface}" if interface else NAME
        message = new_method_call(DBusAddress(path, bus_name=self._owner, interface=name), method, signature, body)
        message.header.flags |= MessageFlag.no_auto_start
        reply = self._send(message)
        if reply.header.message_type is MessageType.error:
            if str(reply.header.fields.get(HeaderFields.error_name, "")).startswith(
                "org.freedesktop.DBus.Error.NoReply"
            ):
                self.close()
                raise NavitGoneError(asked=True)
            raise _RefusedError
        return _bare(reply.body[0]) if len(reply.body) == 1 else tuple(_bare(each) for each in reply.body)

    def _send(self, message: Any) -> Any:
        try:
            if self._connection is None:
                self._connection = open_dbus_connection(self._address or "SESSION")
            return self._connection.send_and_get_reply(message, timeout=REPLY_SECONDS)
        except TimeoutError as error:
            self.close()
            raise NavitGoneError(asked=True) from error
        except (OSError, KeyError, ValueError, AuthenticationError) as error:
            # KeyError and ValueError: DBUS_SESSION_BUS_ADDRESS is missing or names no bus that can be reached
            self.close()
            raise NavitGoneError from error


class _RefusedError(NavitGoneError):
    """Navit answered with an error, as for an attribute without a value."""


def position_of(coordinates: object) -> Position | None:
    """Return the position of Navit's coordinates (projection, x, y); None if they are in another projection."""
    match coordinates:
        case [int(projection), int(x), int(y)] if projection == _PROJECTION_MG and max(abs(x), abs(y)) < _EARTH * 4:
            latitude = math.degrees(2 * math.atan(math.exp(y / _EARTH))) - 90
            return position(latitude, math.degrees(x / _EARTH))
    return None


def _found(answer: Any) -> Found:
    """A result. Raises NavitGoneError for anything else."""
    match answer:
        case (int(number), coordinates, dict(parts)):
            names = {str(kind): _name(part) for kind, part in parts.items()}
            return Found(number, names, position_of(coordinates))
    raise NavitGoneError


def _name(part: Any) -> str:
    """The `name`, or the `house_number`, of a part of an address; empty without one."""
    fields = part if isinstance(part, dict) else {}
    value = _bare(fields.get("name", fields.get("house_number", "")))
    return value if isinstance(value, str) else ""


def _second(answer: Any) -> Any:
    """The value of an answer that is a name and a value. Raises NavitGoneError for another."""
    if not isinstance(answer, tuple) or len(answer) != 2:
        raise NavitGoneError
    return answer[1]


def _path(value: Any) -> str:
    """An object's path. Raises NavitGoneError for anything else: that is not Navit."""
    if not isinstance(value, str) or not _PATH.fullmatch(value):
        raise NavitGoneError
    return value


def _geo(at: Position) -> str:
    return f"geo: {at.longitude:.7f} {at.latitude:.7f}"


def _bare(value: Any) -> Any:
    """A value without the signature of its variant: jeepney reads a variant as a pair."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        return value[1]
    return value
