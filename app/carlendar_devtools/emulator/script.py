"""The scripted drive: named steps that a person can run, pause and take one by one.

    sign in · set off · tunnel · reminder · join · record · park
    sign in · navigate · set off · jam · tell · free again · arrive     in the fictional town

What the person at the display does is theirs: steps that need a touch there (asking for a code, Join)
wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from carlendar.errors import CarlendarError, UsageError
from carlendar_devtools.emulator import tasks

CRUISE = 52.0
"""km/h."""

TUNNEL_SECONDS, LOBBY_SECONDS, RECORDED_SECONDS = 12.0, 4.0, 10.0
TICK = 0.25
"""Elapsed seconds between two looks, or two steps of a ramp."""


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One step. `run` returns when it is done; it may be cancelled at any time."""

    name: str
    label: str
    run: Callable[[ScriptPace], Awaitable[None]]


class ScriptStage(Protocol):
    """What the drive acts on."""

    def pending(self) -> bool:
        """Whether a sign-in waits."""

    def approve(self) -> None:
        """Sign in as the scenario's first person."""

    def signed_in(self) -> bool:
        """Whether a user is signed in, or sign-in is not possible."""

    def arrived(self) -> bool:
        """Whether a calendar has been fetched, or none can be."""

    def drive(self, speed: float) -> None:
        """Go at that speed (km/h), in D, with the brake released."""

    def park(self) -> None:
        """Stand in P with the brake engaged."""

    def speed(self) -> float:
        """km/h."""

    def network(self, mode: str) -> None:
        """`on` or `none`."""

    def before_next_meeting(self) -> None:
        """Put the clock to shortly before the next reminder."""

    def answer_calls(self) -> None:
        """Let the phone answer."""

    def in_call(self) -> bool:
        """Whether a call is up, on either line."""

    def lobby(self, *, on: bool) -> None:
        """Whether callers over data wait to be let in; with false, one that waits is let in."""

    def record(self, *, on: bool) -> None:
        """Record the meeting, which is shown of one that is joined over data."""


class RoadStage(ScriptStage, Protocol):
    """What a drive through the fictional town acts on."""

    def guided(self) -> bool:
        """Whether the car's navigation guides to a destination."""

    def set_off(self) -> None:
        """Drive to the destination, through the town."""

    def driven(self) -> float:
        """Metres since setting off."""

    def travelling(self) -> bool:
        """Whether the car is on its way through the town."""

    def jam(self, *, on: bool) -> None:
        """Jam the longest road ahead, or free all roads."""

    def messages(self) -> int:
        """How many messages were sent from the car."""


class ScriptPace:
    """The script's time, which stops while paused. `wait` reports what a step waits for."""

    def __init__(self, waits: Callable[[str], None], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._waits = waits
        self._sleep = sleep
        self._going = asyncio.Event()

    def go(self) -> None:
        """Let time pass."""
        self._going.set()

    def hold(self) -> None:
        """Stop it."""
        self._going.clear()

    async def tick(self) -> None:
        """Let `TICK` pass, and then however long the drive is paused."""
        await self._sleep(TICK)
        await self._going.wait()

    async def last(self, seconds: float) -> None:
        """Let so many seconds pass."""
        for _ in range(int(seconds / TICK)):
            await self.tick()

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until the condition holds, and report what for."""
        self._waits(what)
        while not condition():
            await self.tick()
        self._waits("")


def drive(stage: ScriptStage) -> tuple[ScriptStep, ...]:
    """The steps of the drive on that stage."""

    async def sign_in(pace: ScriptPace) -> None:
        await pace.until(lambda: stage.signed_in() or stage.pending(), "sign in on the display")
        if not stage.signed_in():
            stage.approve()
        await pace.until(stage.arrived, "the calendar arrives")

    async def set_off(pace: ScriptPace) -> None:
        while stage.speed() < CRUISE:
            stage.drive(min(stage.speed() + 4.0, CRUISE))
            await pace.tick()

    async def tunnel(pace: ScriptPace) -> None:
        stage.network("none")
        try:
            await pace.last(TUNNEL_SECONDS)
        finally:
            stage.network("on")

    async def reminder(pace: ScriptPace) -> None:
        stage.before_next_meeting()
        await pace.tick()

    async def join(pace: ScriptPace) -> None:
        stage.answer_calls()
        stage.lobby(on=True)
        try:
            await pace.until(stage.in_call, "touch Join on the display")
            await pace.last(LOBBY_SECONDS)
        finally:
            stage.lobby(on=False)

    async def park(pace: ScriptPace) -> None:
        while stage.speed() > 0:
            stage.drive(max(stage.speed() - 6.0, 0.0))
            await pace.tick()
        stage.park()

    return (
        ScriptStep("sign_in", "sign in", sign_in),
        ScriptStep("set_off", "set off", set_off),
        ScriptStep("tunnel", "tunnel", tunnel),
        ScriptStep("reminder", "reminder", reminder),
        ScriptStep("join", "join", join),
        ScriptStep("record", "record", lambda pace: _record(stage, pace)),
        ScriptStep("park", "park", park),
    )


async def _record(stage: ScriptStage, pace: ScriptPace) -> None:
    stage.record(on=True)
    try:
        await pace.last(RECORDED_SECONDS)
    finally:
        stage.record(on=False)


BEFORE_JAM, IN_JAM = 1500.0, 4500.0
"""Metres after which the jam begins, and after which it is over."""


def journey(stage: RoadStage) -> tuple[ScriptStep, ...]:
    """The steps of a drive through the fictional town to the next meeting with a place."""
    sent = [0]  # messages that were sent before the jam

    async def sign_in(pace: ScriptPace) -> None:
        await drive(stage)[0].run(pace)

    async def navigate(pace: ScriptPace) -> None:
        await pace.until(stage.guided, "touch Navigate on the display")

    async def set_off(pace: ScriptPace) -> None:
        stage.set_off()
        await pace.until(lambda: stage.driven() >= BEFORE_JAM or not stage.travelling(), "the car drives")

    async def jam(pace: ScriptPace) -> None:
        sent.append(stage.messages())
        stage.jam(on=True)
        await pace.until(lambda: stage.driven() >= IN_JAM or not stage.travelling(), "the arrival gets later")

    async def tell(pace: ScriptPace) -> None:
        await pace.until(lambda: stage.messages() > sent[-1] or not stage.travelling(), "touch Tell … on the display")

    async def free(pace: ScriptPace) -> None:
        stage.jam(on=False)
        await pace.tick()

    async def arrive(pace: ScriptPace) -> None:
        await pace.until(lambda: not stage.travelling(), "the car arrives; ×10 is quicker")

    return (
        ScriptStep("sign_in", "sign in", sign_in),
        ScriptStep("navigate", "navigate", navigate),
        ScriptStep("set_off", "set off", set_off),
        ScriptStep("jam", "jam", jam),
        ScriptStep("tell", "tell", tell),
        ScriptStep("free", "free again", free),
        ScriptStep("arrive", "arrive", arrive),
    )


class Script:
    """Runs steps one after the other. `position` is how many are done; `waiting` what the present one waits for."""

    def __init__(
        self,
        steps: Sequence[ScriptStep],
        *,
        changed: Callable[[], None] = lambda: None,
        log_event: Callable[[str, str], None] = lambda _kind, _text: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.steps = tuple(steps)
        self._changed = changed
        self._log_event = log_event
        self._pace = ScriptPace(self._wait_for, sleep)
        self._task: asyncio.Task[None] | None = None
        self._one = False
        self.position = 0
        self.running = False
        self.waiting = ""

    def play(self) -> None:
        """Run from here to the end; from the beginning when all is done."""
        if self.position == len(self.steps):
            self.position = 0
        self._go(one=False)

    def pause(self) -> None:
        """Stand still, in the middle of a step too; the car goes on as it goes."""
        self._pace.hold()
        self.running = False
        self._changed()

    def step(self) -> None:
        """Run the next step alone, or the rest of the one that was paused. UsageError when all is done."""
        if self.position == len(self.steps):
            raise UsageError("the drive is over")
        self._go(one=True)

    async def stop(self) -> None:
        """End the drive where it is."""
        task, self._task = self._task, None
        await tasks.end(task)
        self.running = False

    def _go(self, *, one: bool) -> None:
        self._one = one
        self.running = True
        self._pace.go()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        self._changed()

    async def _run(self) -> None:
        try:
            while self.running and self.position < len(self.steps):
                step = self.steps[self.position]
                self._log_event("drive", step.label)
                await step.run(self._pace)
                self.position += 1
                if self._one:
                    self.running = False
                self._changed()
        except (CarlendarError, LookupError) as error:
            self._log_event("drive", str(error))
        finally:
            self.running = False
            self.waiting = ""
            self._changed()

    def _wait_for(self, what: str) -> None:
        self.waiting = what
        self._changed()
