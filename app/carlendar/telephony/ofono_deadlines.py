"""Time limits for our calls: a call that makes no progress is ended, so that the user can try again."""

from __future__ import annotations

import asyncio
import contextlib

from carlendar.domain.call import CallPhase, EndedBy
from carlendar.errors import CallError
from carlendar.telephony.ofono_calls import OfonoCalls
from carlendar.telephony.ofono_link import OfonoLink

LIMITS = {
    CallPhase.DIALING: (45.0, EndedBy.NO_PROGRESS),
    CallPhase.RINGING: (75.0, EndedBy.NO_ANSWER),
}
"""Seconds that one of our calls may stay in a phase, and the reported end after that. A network takes up to 20 s
to ring, a conference bridge answers within seconds, and networks give up after about a minute of ringing."""

CallTimeLimits = dict[CallPhase, tuple[float, EndedBy]]


class OfonoDeadlines:
    """Ends each of our calls that stays in a phase too long. Calls placed elsewhere are not touched."""

    def __init__(self, link: OfonoLink, calls: OfonoCalls, limits: CallTimeLimits) -> None:
        self._link, self._calls, self._limits = link, calls, limits
        self._running: dict[str, tuple[CallPhase, asyncio.TimerHandle]] = {}
        link.observers.append(self._look)

    def _look(self) -> None:
        calls = self._link.line.calls
        for path, (phase, timer) in tuple(self._running.items()):
            if path not in calls or calls[path].phase is not phase:
                timer.cancel()
                del self._running[path]
        for path, call in calls.items():
            if call.placed is not None and call.phase in self._limits and path not in self._running:
                seconds, by = self._limits[call.phase]
                timer = asyncio.get_running_loop().call_later(seconds, self._expired, path, call.phase, by)
                self._running[path] = call.phase, timer

    def _expired(self, path: str, phase: CallPhase, by: EndedBy) -> None:
        self._link.spawn(self._check(path, phase, by))

    async def _check(self, path: str, phase: CallPhase, by: EndedBy) -> None:
        """End the call if the refreshed list of calls has it in the same phase."""
        with contextlib.suppress(CallError):  # if the list cannot be read, end the call as well
            await self._link.refresh()
        call = self._link.line.calls.get(path)
        if call is not None and call.phase is phase and path not in self._link.line.given_up:
            await self._calls.give_up(path, by)
