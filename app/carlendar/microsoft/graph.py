"""A thin client of Microsoft Graph v1.0 for one account.

It adds what every request needs (token, immutable ids, UTC, a request id), keeps within Outlook's limit of four
concurrent requests, answers a claims challenge once, and follows pages with limits: only on Graph's own host, no page
twice, and a maximum number.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec import Raw

from carlendar.domain.base import Value
from carlendar.domain.bounded import integer, whole
from carlendar.domain.calendar_delta import Traffic
from carlendar.errors import CarlendarError, OutageError, ServiceError, SignInNeededError
from carlendar.microsoft.clouds import Cloud
from carlendar.microsoft.faults import RENEW, fault
from carlendar.microsoft.graph_keys import spelt
from carlendar.microsoft.graph_types import ID, LIST, UNFIT
from carlendar.microsoft.items import parsed
from carlendar.microsoft.session import HttpReply, HttpSession

CONCURRENT = 3
"""Concurrent requests; Outlook allows four per application and mailbox."""
PAGE_CAP = 200
BATCH_LIMIT = 20
LANES = 3
"""Concurrent requests of one batch: Outlook allows four per mailbox, and a single request may be in progress."""

IMMUTABLE_IDS = 'IdType="ImmutableId"'
_UTC = 'outlook.timezone="UTC"'

TokenProvider = Callable[[str], str]
"""Returns an access token; its argument is the claims to satisfy (JSON text), empty for none."""


class GraphPage(Value, frozen=True):
    """A page of an answer: its JSON object and its cost."""

    data: dict[str, Any]
    traffic: Traffic

    @property
    def items(self) -> list[dict[str, Any]]:
        """The objects in `value`; other elements are left out."""
        value = self.data.get("value")
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


class ListPage(Value, frozen=True):
    """A page of a collection. Its elements are raw JSON, or parsed values if the page has an unexpected shape."""

    elements: Sequence[object]
    next_link: str
    delta_link: str
    traffic: Traffic

    @property
    def items(self) -> list[dict[str, Any]]:
        """The objects among its elements; other elements are left out."""
        return [item for item in map(parsed, self.elements) if isinstance(item, dict)]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its elements."""
        return frozenset(map(_id, self.elements)) - {""}


class BatchReply(Value, frozen=True):
    """The answer to one request of a batch."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def fault(self) -> CarlendarError:
        """Return the error for this answer, None if it was successful."""
        return fault(self.status, self.headers, _written(self.body))


class GraphClient:
    """Sends requests on behalf of one account. Methods raise ServiceError, and what the token provider raises.

    `gate` limits the concurrent requests; clients of the same mailbox should share it.
    """

    def __init__(
        self,
        cloud: Cloud,
        http: HttpSession,
        token: TokenProvider,
        *,
        gate: BoundedSemaphore | None = None,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._root = f"{cloud.graph}/v1.0"
        self._http = http
        self._token = token
        self._gate = gate or BoundedSemaphore(CONCURRENT)
        self._new_id = new_id

    def get(self, path: str, params: Mapping[str, str] | None = None, *, prefer: Sequence[str] = ()) -> GraphPage:
        """Return the JSON object at `path` (from `/me` on), or at a link that Graph returned."""
        reply = self._send("GET", self._url(path), params=params, headers=_prefer(prefer))
        return GraphPage(spelt(reply.json()), Traffic(1, reply.wire_bytes))

    def content(self, path: str, *, tag: str = "") -> HttpReply | None:
        """Return the content at `path`; None if it still has that entity tag (RFC 9110 13.1.2)."""
        headers = {"Accept": "*/*", **({"If-None-Match": tag} if tag else {})}
        reply = self._send("GET", self._url(path), headers=headers, unchanged=bool(tag))
        return None if reply.status == 304 else reply

    def pages(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        prefer: Sequence[str] = (),
        cap: int = PAGE_CAP,
    ) -> Iterator[ListPage]:
        """Yield every page from `path` on. Raises OutageError if pages repeat or exceed `cap`."""
        seen: set[str] = set()
        previous: frozenset[str] | None = None
        for _ in range(cap):
            page = _list_page(self._send("GET", self._url(path), params=params, headers=_prefer(prefer)))
            ids = page.ids if page.next_link or previous else None  # a single page cannot repeat
            if ids and ids == previous:
                raise OutageError("The calendar's list has no end.", detail="a page repeats", key="unreadable")
            yield page
            previous, path, params = ids, page.next_link, None
            if not path:
                return
            if path in seen:
                raise OutageError("The calendar's list has no end.", detail="a link repeats", key="unreadable")
            seen.add(path)
        raise OutageError("The calendar's list has no end.", detail="too many pages", key="unreadable")

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, request_id: str = "") -> GraphPage:
        """Post a JSON object. `request_id` identifies the request in the service's logs."""
        headers = {**_prefer(()), "Content-Type": "application/json"}
        if request_id:
            headers["client-request-id"] = request_id
        data = json.dumps(body).encode() if body is not None else b""
        reply = self._send("POST", self._url(path), headers=headers, data=data)
        # Actions are answered by 202 without a body.
        try:
            return GraphPage(reply.json() if reply.body else {}, Traffic(1, reply.wire_bytes))
        except OutageError as error:
            error.perhaps = True
            raise

    def patch(self, path: str, body: Mapping[str, Any]) -> GraphPage:
        """Change some properties of the resource at `path`."""
        headers = {**_prefer(()), "Content-Type": "application/json"}
        reply = self._send("PATCH", self._url(path), headers=headers, data=json.dumps(body).encode())
        return GraphPage(reply.json() if reply.body else {}, Traffic(1, reply.wire_bytes))

    def delete(self, path: str) -> None:
        """Delete the resource at `path`. Raises GoneError if it no longer exists."""
        self._send("DELETE", self._url(path), headers=_prefer(()))

    def send_mime(self, content: bytes) -> None:
        """Send a MIME message, given in base64 (user: sendMail)."""
        self._send("POST", self._url("/me/sendMail"), headers={"Content-Type": "text/plain"}, data=content)

    def batch(self, paths: Sequence[str]) -> tuple[dict[str, BatchReply], Traffic]:
        """Get up to `BATCH_LIMIT` paths in one round trip; return the answers by path.

        Each but the first `LANES` depends on an earlier one; if that failed it is not attempted (status 424).
        """
        if len(paths) > BATCH_LIMIT:
            raise ValueError(f"a batch has at most {BATCH_LIMIT} requests")
        requests: list[dict[str, Any]] = [
            {"id": str(number), "method": "GET", "url": path, "headers": _prefer(())}
            for number, path in enumerate(paths)
        ]
        for number in range(LANES, len(requests)):
            requests[number]["dependsOn"] = [str(number - LANES)]
        page = self.post("/$batch", {"requests": requests})
        answers = page.data.get("responses")
        replies: dict[str, BatchReply] = {}
        for answer in answers if isinstance(answers, list) else []:
            number, reply = _batch_reply(answer)
            if 0 <= number < len(paths):
                replies[paths[number]] = reply
        if len(replies) != len(paths):
            raise OutageError("The service did not answer everything.", detail="answers missing in a batch")
        return replies, page.traffic

    def _url(self, path: str) -> str:
        """Return the URL of `path` on Graph; a complete link is accepted on the same host only."""
        sound = path.isascii() and path.isprintable()
        if sound and path.startswith("/"):
            return self._root + path
        wanted = urlsplit(self._root)
        try:
            given = urlsplit(path if sound else "")
        except ValueError:
            given = urlsplit("")
        if (given.scheme, given.netloc.lower()) != (wanted.scheme, wanted.netloc.lower()):
            raise OutageError("The service named a place that is not its own.", detail="a link to another host")
        return path

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str],
        data: bytes | None = None,
        unchanged: bool = False,
    ) -> HttpReply:
        """Return the answer if it is successful (or 304, if `unchanged` is allowed); after a 401 try once more."""
        query = url if not params else f"{url}?{_query(params)}"
        reply = self._once(method, query, headers, data, claims="")
        if reply.status in (401, 403):
            refused = fault(reply.status, reply.headers, reply.body, host=reply.host)
            if not isinstance(refused, SignInNeededError):
                raise refused
            reply = self._once(method, query, headers, data, claims=refused.claims or RENEW)
        if not reply.ok and not (unchanged and reply.status == 304):
            raise fault(reply.status, reply.headers, reply.body, host=reply.host)
        return reply

    def _once(self, method: str, url: str, headers: Mapping[str, str], data: bytes | None, claims: str) -> HttpReply:
        try:
            token = self._token(claims)
        except ServiceError as error:
            error.perhaps = False  # the problem was the token: Graph did not receive the request
            raise
        base = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "client-request-id": self._new_id(),
        }
        with self._gate:
            return self._http.request(method, url, headers={**base, **headers}, data=data)


def _list_page(reply: HttpReply) -> ListPage:
    """Return the page of an answer. Raises OutageError without a list, which must not look like an empty calendar."""
    traffic = Traffic(1, reply.wire_bytes)
    try:
        page = LIST.decode(reply.body)
    except UNFIT:
        data = spelt(reply.json())
    else:
        return ListPage(page.value, page.next_link, page.delta_link, traffic)
    value = data.get("value")
    if not isinstance(value, list):
        raise OutageError("The answer cannot be read.", detail="no list", key="unreadable", host=reply.host)
    return ListPage(value, _link(data, "nextLink"), _link(data, "deltaLink"), traffic)


def _link(data: dict[str, Any], name: str) -> str:
    value = data.get(f"@odata.{name}")
    return value if isinstance(value, str) else ""


def _id(element: object) -> str:
    if isinstance(element, Raw):
        try:
            return ID.decode(element).id
        except UNFIT:
            pass
    item = parsed(element)
    return str(item.get("id")) if isinstance(item, dict) else ""


def quoted(identifier: str) -> str:
    """Return an id encoded as one path segment."""
    return quote(identifier, safe="", errors="replace")


def _query(params: Mapping[str, str]) -> str:
    """Return the query with `$` and `,` unescaped, as Graph writes them."""
    return "&".join(f"{quote(key, safe='$')}={quote(value, safe='$,/:')}" for key, value in params.items())


def _written(body: Any) -> bytes:
    try:
        return json.dumps(body).encode()
    except (ValueError, RecursionError):
        return b""


def _prefer(more: Sequence[str]) -> dict[str, str]:
    return {"Prefer": ", ".join((IMMUTABLE_IDS, _UTC, *more))}


def _batch_reply(answer: Any) -> tuple[int, BatchReply]:
    """Return number and reply of one answer; the number is -1 if it is invalid."""
    try:
        headers = answer.get("headers") or {}
        texts = {str(key): str(value) for key, value in headers.items()}
        number = integer(str(answer["id"]), 0, BATCH_LIMIT)
        status = whole(answer["status"], 100, 999)
    except (AttributeError, KeyError, TypeError):
        return -1, BatchReply(0, {}, None)
    if number is None or status is None:
        return -1, BatchReply(0, {}, None)
    return number, BatchReply(status, texts, answer.get("body"))
