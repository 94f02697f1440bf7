"""Graph over HTTP: reads requests, applies faults, enforces limits, writes replies (gzip if accepted)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from carlendar_devtools.emulator.cloud.batch import answer_batch
from carlendar_devtools.emulator.cloud.call import GraphError, Reply
from carlendar_devtools.emulator.cloud.faults import Fault, FaultPlan, lose_answer, play
from carlendar_devtools.emulator.cloud.graph import VERSION, Graph, GraphRequest
from carlendar_devtools.emulator.cloud.limits import Limits

_CODES = {
    401: "InvalidAuthenticationToken",
    403: "ErrorAccessDenied",
    404: "ErrorItemNotFound",
    410: "SyncStateNotFound",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
"""Graph's error codes for planned faults without a code."""
_LEAST_GZIP = 256
_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


class GraphRoutes:
    """Serves a `Graph`."""

    def __init__(self, graph: Graph, faults: FaultPlan, limits: Limits) -> None:
        self._graph = graph
        self._faults = faults
        self._limits = limits

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Register the one endpoint under the version."""
        router.add_route("*", f"/{VERSION}/{{rest:.*}}", self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self._apply_session_fault(request)
        fault = self._faults.next_for(request.path, request.query_string)
        try:
            with self._limits.admit(self._mailbox_of(request)):
                if fault is not None and fault.kind == "status":
                    raise _planned(fault)
                broken = await play(fault, request)
                if broken is not None:
                    return self._logged(request, broken)
                reply = await self._answer(await _read(request))
                if self._faults.of_kind("cut_answer", request.path, request.query_string) is not None:
                    return self._logged(request, await lose_answer(request))
        except GraphError as err:
            reply = self._graph.refused(err, request.headers.get("client-request-id", ""))
        return self._logged(request, _write(request, reply))

    def _apply_session_fault(self, request: web.Request) -> None:
        """Apply a planned fault to the caller's session."""
        kind = self._faults.for_session(request.path, request.query_string)
        address = self._mailbox_of(request) if kind else ""
        if address:
            with self._graph.identity.lock:
                self._graph.identity.tokens.apply_fault(kind, address)

    async def _answer(self, request: GraphRequest) -> Reply:
        if request.path.casefold() == "/$batch" and request.method == "POST":
            self._graph.admitted(request.headers)
            reply = await answer_batch(request, self._answer_one)
            return self._graph.marked(reply, request.headers.get("client-request-id", ""))
        return self._graph.answer(request)

    async def _answer_one(self, request: GraphRequest) -> Reply:
        """Answer one request of a batch, with the faults planned for its path."""
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        fault = self._faults.of_kind("status", request.path, query)
        if fault is not None:
            return self._graph.refused(_planned(fault), "")
        return self._graph.answer(request)

    def _mailbox_of(self, request: web.Request) -> str:
        """Limits apply per mailbox; unauthorised requests share one."""
        try:
            return self._graph.admitted({"authorization": request.headers.get("Authorization", "")}).address
        except GraphError:
            return ""

    def _logged(self, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        self._graph.identity.event_log.add("graph", f"{request.method} {request.path}", response.status)
        return response


def _planned(fault: Fault) -> GraphError:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    code = fault.code or _CODES.get(fault.status, "UnknownError")
    return GraphError(fault.status, code, "A planned fault.", headers)


async def _read(request: web.Request) -> GraphRequest:
    body: Any = None
    text = await request.text()
    if text.strip():
        body = text if request.content_type == "text/plain" else _parsed(text)
    return GraphRequest(
        method=request.method,
        path="/" + request.match_info["rest"],
        query=dict(request.query),
        names=tuple(name for name, _ in request.query.items()),
        headers={name.casefold(): value for name, value in request.headers.items()},
        prefer=tuple(request.headers.getall("Prefer", ())),
        body=body,
    )


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as err:
        raise GraphError(400, "BadRequest", "Unable to read JSON request payload.") from err


def _write(request: web.Request, reply: Reply) -> web.Response:
    if reply.raw is not None:
        return web.Response(
            body=reply.raw, status=reply.status, headers=dict(reply.headers), content_type=reply.content_type
        )
    if reply.body is None:
        return web.Response(status=reply.status, headers=dict(reply.headers))
    raw = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        **reply.headers,
        "Content-Type": _JSON,
        "Cache-Control": "private",
        "Vary": "Accept-Encoding",
    }
    response = web.Response(body=raw, status=reply.status, headers=headers)
    if len(raw) >= _LEAST_GZIP and "gzip" in request.headers.get("Accept-Encoding", "").casefold():
        response.enable_compression(web.ContentCoding.gzip)
    return response
