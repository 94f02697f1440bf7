"""Microsoft Graph v1.0 without transport: authorises a request, finds its handler, formats errors."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from carlendar_devtools.emulator.cloud import scopes
from carlendar_devtools.emulator.cloud.admission import admit
from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, not_found
from carlendar_devtools.emulator.cloud.identity import IdentityPlatform
from carlendar_devtools.emulator.cloud.options import check_format, check_names
from carlendar_devtools.emulator.cloud.preferences import Preferences
from carlendar_devtools.emulator.cloud.routes import OWN_ROUTES, ROUTES, Route
from carlendar_devtools.emulator.cloud.state import GraphState
from carlendar_devtools.emulator.cloud.tokens import Grant
from carlendar_devtools.emulator.world.mailbox import Mailbox, NotInMailboxError

VERSION = "v1.0"
_OWNER = re.compile(r"/me(?=/|$)|/users/(?P<user>[^/]+)", re.IGNORECASE)
_WITH_ZONE = re.compile(r"event|calendarview|reminderview|instances|getschedule|findmeetingtimes", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """A request as received: `path` begins after the version and is decoded; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    prefer: tuple[str, ...] = ()
    body: Any = None
    names: tuple[str, ...] = ()
    """Names of the query options as received, including repetitions."""


@dataclass(slots=True)
class Graph:
    """Answers requests for the people of an `IdentityPlatform`'s world. `state` is kept between requests."""

    identity: IdentityPlatform
    state: GraphState
    root: str = field(default="")

    def answer(self, request: GraphRequest) -> Reply:
        """Answer a request; errors are returned as replies, never raised."""
        mark = request.headers.get("client-request-id", "")
        try:
            with self.identity.lock:
                reply = self._served(request)
        except GraphError as err:
            return self.refused(err, mark)
        return self.marked(reply, mark)

    def marked(self, reply: Reply, client_request_id: str) -> Reply:
        """Return the reply with the headers that identify the request."""
        return replace(reply, headers={**_marks(client_request_id), **reply.headers})

    def refused(self, err: GraphError, client_request_id: str) -> Reply:
        """Return the reply for an error."""
        marks = _marks(client_request_id)
        inner = {name: marks[name] for name in ("request-id", "client-request-id")}
        date = self.identity.world.now().strftime("%Y-%m-%dT%H:%M:%S")
        body = {"error": {"code": err.code, "message": err.message, "innerError": {"date": date, **inner}}}
        return Reply(err.status, body, {**marks, **err.headers})

    def admitted(self, headers: Mapping[str, str]) -> Grant:
        """Return the grant of a request's token. Raises GraphError (401)."""
        return admit(self.identity, headers.get("authorization", ""))

    def _served(self, request: GraphRequest) -> Reply:
        grant = self.admitted(request.headers)
        own = request.path.casefold().startswith("/subscriptions")
        mailbox, rest = (self._mailbox_of(grant), request.path) if own else self._mailbox(request.path, grant)
        route, keys = _find(request.method, rest, OWN_ROUTES if own else ROUTES)
        check_names(request.names or request.query, route.options)
        if not scopes.satisfies(grant.scopes, route.scope):
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        preferences = Preferences.read(request.prefer)
        call = GraphCall(
            method=request.method,
            path=request.path,
            query=request.query,
            body=request.body,
            headers=request.headers,
            root=self.root,
            mailbox=mailbox,
            world=self.identity.world,
            preferences=preferences,
            details=scopes.satisfies(grant.scopes, "Calendars.Read"),
            scopes=grant.scopes,
            personal=grant.personal,
            keys=keys,
        )
        check_format(call.option("format"))
        return _with_preferences(self._handled(route, call), call)

    def _handled(self, route: Route, call: GraphCall) -> Reply:
        """Call the handler; a body with values of unexpected types is rejected."""
        try:
            return route.answer(call, self.state)
        except NotInMailboxError as err:
            raise not_found() from err
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as err:
            if call.body is None:
                raise
            raise GraphError(400, "BadRequest", "Unable to read JSON request payload.") from err

    def _mailbox_of(self, grant: Grant) -> Mailbox:
        return self.identity.world.person(grant.address)

    def _mailbox(self, path: str, grant: Grant) -> tuple[Mailbox, str]:
        match = _OWNER.match(path)
        if match is None:
            segment = path.strip("/").partition("/")[0]
            raise GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")
        mailbox = self._mailbox_of(grant)
        user = match.group("user")
        if user and user.casefold() not in (mailbox.person.address.casefold(), mailbox.person.key.casefold()):
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return mailbox, path[match.end() :]


def _marks(client_request_id: str) -> dict[str, str]:
    """Return the headers that identify a request."""
    own = str(uuid.uuid4())
    diagnostics = '{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"A"}}'
    return {
        "request-id": own,
        "client-request-id": client_request_id or own,
        "x-ms-ags-diagnostic": diagnostics,
        "OData-Version": "4.0",
    }


def _find(method: str, path: str, routes: tuple[Route, ...]) -> tuple[Route, Mapping[str, str]]:
    allowed = False
    for route in routes:
        match = route.pattern.fullmatch(path)
        if match is None:
            continue
        allowed = True
        if route.method == method:
            return route, {name: value for name, value in match.groupdict().items() if value is not None}
    if allowed:
        raise GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    segment = path.strip("/").rpartition("/")[2]
    raise GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def _with_preferences(reply: Reply, call: GraphCall) -> Reply:
    tracks = call.path.casefold().rstrip("()").endswith("delta")
    applied = ["odata.track-changes"] if tracks else []
    applied += call.preferences.applied(
        with_zone=bool(_WITH_ZONE.search(call.path)),
        with_page_size="value" in (reply.body or {}) and not call.has_option("top"),
    )
    return replace(reply, headers={**reply.headers, "Preference-Applied": ", ".join(applied)}) if applied else reply
