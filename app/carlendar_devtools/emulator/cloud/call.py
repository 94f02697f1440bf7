"""One request to Microsoft Graph and its reply, independent of the transport, so that a batch can contain many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from carlendar_devtools.emulator.cloud.preferences import Preferences
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.world import World

_PLAIN = "$,:'"
"""Characters that are not escaped in the query of links."""


class GraphError(Exception):
    """A request that fails. Clients evaluate `code`."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class GraphCall:
    """An authorised request. `path` begins after the version; `keys` are the values of the route's placeholders.

    `root` is the address of the service with its version; `details` states whether bodies may be read. `scopes` are
    those of the token; `personal` is true for a token of a personal account.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]
    root: str
    mailbox: Mailbox
    world: World
    preferences: Preferences
    details: bool = True
    scopes: frozenset[str] = frozenset()
    personal: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)

    def option(self, name: str) -> str | None:
        """Return a system query option; the dollar sign is optional and case is ignored (OData 4.01)."""
        for key, value in self.query.items():
            if key.casefold().removeprefix("$") == name.casefold():
                return value
        return None

    def has_option(self, name: str) -> bool:
        """Whether a system query option is given."""
        return self.option(name) is not None

    def link(self, **changed: str) -> str:
        """Return the address of this request with some options replaced, for a next link."""
        kept = [(name, value) for name, value in self.query.items() if name.casefold().removeprefix("$") not in changed]
        options = [*kept, *((f"${name}", value) for name, value in changed.items())]
        path = quote(self.path, safe="/()',=$")
        return f"{self.root}{path}?{urlencode(options, quote_via=quote, safe=_PLAIN)}"

    def json_object(self) -> dict[str, Any]:
        """Return the body, which must be an object. Raises GraphError."""
        if not isinstance(self.body, dict):
            raise GraphError(400, "BadRequest", "Empty Payload. JSON content expected.")
        return self.body


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply. `body` is JSON, `raw` is bytes of another `content_type`; neither for an empty reply."""

    status: int = 200
    body: dict[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json"


def bad_request(message: str, code: str = "ErrorInvalidParameter") -> GraphError:
    """Return the error for an invalid request."""
    return GraphError(400, code, message)


def not_found() -> GraphError:
    """Return the error for an item that does not exist."""
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
