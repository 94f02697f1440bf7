"""Batches of calls in one request. Source: Microsoft Graph, JSON batching."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from carlendar_devtools.emulator.cloud.call import GraphError, Reply
from carlendar_devtools.emulator.cloud.graph import GraphRequest

MOST = 20
Answer = Callable[[GraphRequest], Awaitable[Reply]]
Item = dict[str, Any]


async def answer_batch(request: GraphRequest, answer: Answer) -> Reply:
    """Answer every request of a batch; one whose dependency failed is answered with 424. Raises GraphError."""
    try:
        items = _checked(request.body)
    except (AttributeError, TypeError) as err:
        raise GraphError(400, "BadRequest", "Invalid batch payload format.") from err
    done: dict[str, Item] = {}
    waiting = list(items)
    while waiting:
        ready = [item for item in waiting if all(each in done for each in item.get("dependsOn") or ())]
        if not ready:
            raise GraphError(400, "BadRequest", "Invalid batch: a request depends on itself.")
        for item in ready:
            waiting.remove(item)
            done[item["id"]] = await _one(request, item, done, answer)
    # The service replies in any order; reversing it reveals clients that rely on the order.
    return Reply(body={"responses": list(reversed(done.values()))})


async def _one(request: GraphRequest, item: Item, done: dict[str, Item], answer: Answer) -> Item:
    if any(done[each]["status"] >= 400 for each in item.get("dependsOn") or ()):
        error = {"code": "FailedDependency", "message": "A request that this one depends on failed."}
        return {"id": item["id"], "status": 424, "headers": {}, "body": {"error": error}}
    reply = await answer(_request(request, item))
    written: Item = {"id": item["id"], "status": reply.status, "headers": dict(reply.headers)}
    if reply.body is not None:
        written["headers"]["Content-Type"] = "application/json"
        written["body"] = reply.body
    elif reply.raw is not None:
        written["headers"]["Content-Type"] = reply.content_type
        written["body"] = base64.b64encode(reply.raw).decode()
    return written


def _request(request: GraphRequest, item: Item) -> GraphRequest:
    headers = {name.casefold(): str(value) for name, value in (item.get("headers") or {}).items()}
    path, _, query = str(item["url"]).partition("?")
    prefer = headers.get("prefer")
    return GraphRequest(
        method=str(item["method"]).upper(),
        path="/" + unquote(path).lstrip("/"),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        names=tuple(name for name, _ in parse_qsl(query, keep_blank_values=True)),
        headers={**headers, "authorization": request.headers.get("authorization", "")},
        prefer=(prefer,) if prefer else (),
        body=item.get("body"),
    )


def _checked(body: Any) -> list[Item]:
    items = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise GraphError(400, "BadRequest", "Invalid batch payload format.")
    if len(items) > MOST:
        raise GraphError(400, "BadRequest", f"Number of batch request steps exceeds the maximum value of {MOST}.")
    seen: set[str] = set()
    for item in items:
        _check_item(item, seen)
        seen.add(item["id"])
    unknown = {each for item in items for each in item.get("dependsOn") or ()} - seen
    if unknown:
        raise GraphError(400, "BadRequest", "Invalid batch: dependsOn names a request that is not in it.")
    return items


def _check_item(item: Any, seen: set[str]) -> None:
    if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in ("id", "method", "url")):
        raise GraphError(400, "BadRequest", "Write request id : null does not contain id, method or url.")
    if item["id"] in seen:
        raise GraphError(400, "BadRequest", f"Invalid batch: the id {json.dumps(item['id'])} is used twice.")
    if "://" in item["url"]:
        raise GraphError(400, "BadRequest", "The url of a batch request must be relative.")
    names = {name.casefold() for name in item.get("headers") or {}}
    if item.get("body") is not None and "content-type" not in names:
        raise GraphError(400, "BadRequest", "Write request does not contain Content-Type header or body.")
