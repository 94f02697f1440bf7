"""Many small questions in few round trips, at no more than the pace that Outlook takes.

Within a batch the questions stand in lanes, each waiting for the one before it (`dependsOn`), so that
one mailbox is asked no more than a few at a time though twenty travel together. Source: Microsoft
Graph, JSON batching and its limits for Outlook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from carlendar.domain.calendar_delta import Traffic
from carlendar.errors import CarlendarError, IdentityError, OutageError, ThrottledError
from carlendar.microsoft.graph import BATCH_LIMIT, BatchReply, GraphClient

CAREFUL = 4
"""Questions in a batch after some were throttled."""
LONGEST_PAUSE = 10.0
"""Seconds that are waited for within a synchronisation; for longer ones it ends and is taken up later."""
_FAILED_DEPENDENCY = 424

Answers = dict[str, dict[str, Any] | CarlendarError | None]


def ask_each(graph: GraphClient, paths: Iterable[str], pause: Callable[[float], object]) -> tuple[Answers, Traffic]:
    """The JSON object at each path, None where there is none any more, and what it cost.

    A path that fails for itself (refused, a fault of the service at this one item) has its error for an answer.
    What was throttled (429) is asked for again, a few at a time and not before the service allows it. Raises
    ThrottledError when that does not help, SignInNeededError, and the error of a whole batch.
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
    if isinstance(error, ThrottledError):  # of a 503: only a 429 speaks of the whole mailbox
        return OutageError("Microsoft's service does not work as it should.", detail=error.detail)
    return error


def _longest(replies: dict[str, BatchReply], throttled: list[str]) -> float:
    faults = [replies[path].fault() for path in throttled]
    return max((fault.retry_after or 0.0 for fault in faults if isinstance(fault, ThrottledError)), default=0.0)


def _wait_or_give_up(
    replies: dict[str, BatchReply], throttled: list[str], pause: Callable[[float], object], refused_before: bool
) -> None:
    """Nothing at all was answered: once that is waited out."""
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
