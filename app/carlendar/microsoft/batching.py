"""Bundles many small requests into JSON batches, at a rate that Outlook accepts.

A batch is divided into lanes in which each request depends on the one before it (`dependsOn`): twenty requests travel
together, but only a few run at a time against one mailbox. Source: Microsoft Graph, JSON batching and its limits for
Outlook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from carlendar.domain.calendar_delta import Traffic
from carlendar.errors import CarlendarError, IdentityError, OutageError, ThrottledError
from carlendar.microsoft.graph import BATCH_LIMIT, BatchReply, GraphClient

CAREFUL = 4
"""Requests per batch after one was throttled."""
LONGEST_PAUSE = 10.0
"""Longest wait in seconds within a synchronisation. If the service asks for more, the synchronisation ends and is
resumed later.
"""
_FAILED_DEPENDENCY = 424

Answers = dict[str, dict[str, Any] | CarlendarError | None]


def ask_each(graph: GraphClient, paths: Iterable[str], pause: Callable[[float], object]) -> tuple[Answers, Traffic]:
    """Return the JSON object at each path (None if it no longer exists), and the cost.

    A path that fails on its own (refused, or an error of the service for this item) has its error as the result.
    Throttled requests (429) are repeated, a few at a time and not before the service allows it. Raises ThrottledError
    if that does not help, SignInNeededError, and the error of a whole batch.
    """
    waiting = list(dict.fromkeys(paths))
    found: Answers = {}
    traffic, size, refused_before = Traffic(), BATCH_LIMIT, False
    while waiting:
        now, waiting = waiting[:size], waiting[size:]
        replies, cost = graph.batch(now)
        traffic += cost
        throttled = [path for path in now if replies[path].status == 429]
        behind = [path for path in now if replies[path].status == _FAILED_DEPENDENCY]
        answered = [path for path in now if path not in throttled and path not in behind]
        for path in answered:
            found[path] = _answer(replies[path])
        if not answered:
            _wait_or_give_up(replies, throttled, pause, refused_before)
        elif throttled and (asked := _longest(replies, throttled)):
            _pause(asked, replies[throttled[0]], pause)
        refused_before = not answered
        size = CAREFUL if throttled else size
        waiting = throttled + behind + waiting
    return found, traffic


def _answer(reply: BatchReply) -> dict[str, Any] | CarlendarError | None:
    if reply.status == 404:
        return None
    if reply.status == 200:
        return reply.body if isinstance(reply.body, dict) else {}
    error = reply.fault()
    if isinstance(error, IdentityError):
        raise error
    if isinstance(error, ThrottledError):  # unlike 429, a 503 does not concern the whole mailbox
        return OutageError("Microsoft's service does not work as it should.", detail=error.detail)
    return error


def _longest(replies: dict[str, BatchReply], throttled: list[str]) -> float:
    faults = [replies[path].fault() for path in throttled]
    return max((fault.retry_after or 0.0 for fault in faults if isinstance(fault, ThrottledError)), default=0.0)


def _wait_or_give_up(
    replies: dict[str, BatchReply], throttled: list[str], pause: Callable[[float], object], refused_before: bool
) -> None:
    """Wait, as nothing was answered; raise the error if the wait is too long."""
    if not throttled:
        raise OutageError("The service did not answer everything.", detail="a batch waits for itself")
    asked = _longest(replies, throttled)
    if refused_before or not asked:
        raise replies[throttled[0]].fault()
    _pause(asked, replies[throttled[0]], pause)


def _pause(seconds: float, reply: BatchReply, pause: Callable[[float], object]) -> None:
    if seconds > LONGEST_PAUSE:
        raise reply.fault()
    pause(seconds)
