"""One call of Microsoft Graph and its reply, free of the transport, so that a batch can hold many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from carlendar_devtools.emulator.cloud.preferences import Preferences
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.world import World

_PLAIN = "$,:'"
"""Characters that links keep as they are in their query."""


class GraphError(Exception):
    """A call that ends in an error. `code` is what clients decide on."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class GraphCall:
    """A call that has been let in. `path` begins after the version; `keys` are the parts in braces of its route.

    `root` is the address of the service with its version; `details` says whether bodies may be shown.
    `scopes` are those of the token; `personal` says that it is one of a personal account.
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
        """A system query option; the dollar sign may be left out, case does not matter (OData 4.01)."""
        for key, value in self.query.items():
            if key.casefold().removeprefix("$") == name.casefold():
                return value
        return None

    def has_option(self, name: str) -> bool:
        """Whether a system query option is there at all."""
        return self.option(name) is not None

    def link(self, **changed: str) -> str:
        """The address of this call with some options replaced, as a next link bears them."""
        kept = [(name, value) for name, value in self.query.items() if name.casefold().removeprefix("$") not in changed]
        options = [*kept, *((f"${name}", value) for name, value in changed.items())]
        path = quote(self.path, safe="/()',=$")
        return f"{self.root}{path}?{urlencode(options, quote_via=quote, safe=_PLAIN)}"

    def json_object(self) -> dict[str, Any]:
        """The body, which has to be an object. Raises GraphError."""
        if not isinstance(self.body, dict):
            raise GraphError(400, "BadRequest", "Empty Payload. JSON content expected.")
        return self.body


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. `body` is JSON, `raw` bytes of another `content_type`; neither for an empty reply."""

    status: int = 200
    body: dict[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json"


def bad_request(message: str, code: str = "ErrorInvalidParameter") -> GraphError:
    """A call that cannot be understood."""
    return GraphError(400, code, message)


def not_found() -> GraphError:
    """A thing that is not there (any more)."""
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
