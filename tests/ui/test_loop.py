"""The loop: safety before every draw, an acknowledgement after it, and rest in between."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import Frame, Line
from carlendar.safety.restrictions import Restrictions
from carlendar.ui import kivy_hooks
from carlendar.ui.bridge import Bridge
from tests.ui.conftest import Display, MakeDisplay

FOREVER = float("inf")


def test_the_first_frame_is_drawn_and_acknowledged(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive"])
    assert display.acknowledged[-1] == frames["drive"].restrictions.sequence


def test_nothing_is_drawn_while_nothing_changes(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive"])
    drawn = len(display.acknowledged)
    for _ in range(20):
        display.controller.change(replace(frames["drive"]))
        display.turn(1)
    assert len(display.acknowledged) == drawn


def test_a_change_is_drawn_once(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive"])
    drawn = len(display.acknowledged)
    display.controller.change(frames["german"])
    display.turn(5)
    assert len(display.acknowledged) == drawn + 1


def test_frames_do_not_pile_up_in_a_renderer_that_is_slower_than_the_loop(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    from kivy.graphics.opengl import glFinish

    display = make_display(frames["agenda_list"])
    glFinish()
    began, count = time.process_time(), 25
    for _ in range(count):
        display.window.canvas.ask_update()
        display.turn(1)
    drawn = time.process_time()
    glFinish()  # until then its threads work off what was left, in processor time and not by the clock
    frames_left = (time.process_time() - drawn) / ((drawn - began) / count)
    assert frames_left < 4


@pytest.mark.rule("S3")
def test_a_tightening_is_taken_before_the_draw_and_its_frame_shows_nothing_forbidden(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["event"])
    tight = replace(frames["drive"].restrictions, sequence=9)
    seen: list[str] = []

    def restricted(restrictions: Restrictions) -> Frame:
        return replace(frames["drive"], restrictions=restrictions)

    display.controller.restricted = restricted
    display.loop.drawn = lambda _, frame: seen.append(f"{frame.screen}:{frame.restrictions.sequence}")
    # the data changes at the same moment: what is drawn next must already obey
    display.newest[0] = tight
    display.controller.change(replace(frames["event"], toast=Line(("Answered",))))
    display.turn(1)
    assert seen == ["drive:9"]
    assert display.acknowledged[-1] == 9
    with pytest.raises(KeyError):
        display.stage.widget("body")


@pytest.mark.rule("S3")
def test_new_restrictions_are_drawn_before_what_workers_posted_and_what_comes_of_time(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    order: list[str] = []
    display.loop.drawn = lambda _, frame: order.append(f"drawn {frame.restrictions.sequence}")
    ticks = display.controller.ticks
    display.clock.now += 60.1
    display.bridge.post(lambda: order.append(f"posted, ticks {display.controller.ticks - ticks}"))
    display.newest[0] = replace(display.newest[0], sequence=10)
    display.turn(1)
    assert order == ["drawn 10"]
    display.turn(1)
    assert order == ["drawn 10", "posted, ticks 0"]
    assert display.controller.ticks == ticks + 1


def test_restrictions_that_change_no_picture_are_acknowledged_too(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    display.newest[0] = replace(display.newest[0], sequence=10)
    display.turn(2)
    assert display.acknowledged[-1] == 10
    drawn = len(display.acknowledged)
    display.turn(5)
    assert len(display.acknowledged) == drawn


def test_time_passes_when_the_presenter_asked_for_it_and_after_every_touch(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    ticks = display.controller.ticks
    display.turn(5)
    assert display.controller.ticks == ticks
    display.clock.now += 60.1
    display.turn(1)
    assert display.controller.ticks == ticks + 1
    display.tap("agenda")
    assert display.controller.ticks > ticks + 1


def test_what_can_wait_is_done_once_nothing_was_drawn_for_a_while_and_a_piece_at_a_time(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    pieces = iter([0.05, float("inf"), float("inf")])
    done: list[float] = []

    def idle_tasks() -> float:
        done.append(display.clock.now)
        return next(pieces)

    def pass_time_until(number: int) -> None:
        # no number of turns: a font that is found late has the frame drawn again, and the quiet begins again
        end = time.monotonic() + 20
        while len(done) < number and time.monotonic() < end:
            display.clock.now += 0.06
            display.turn(1)

    display.loop.idle_tasks = idle_tasks
    display.turn(3)
    assert done == []
    pass_time_until(2)
    assert done[1] >= done[0] + 0.05
    display.controller.change(frames["german"])
    display.turn(1)
    drawn = display.clock.now
    assert len(done) == 2, "a piece at a time, and none in a turn that draws"
    pass_time_until(3)
    assert done[2] >= drawn + 1


@dataclass
class Sleep:
    """select(2) of a loop whose clock is `display.clock`: the time passes at once, and something happens at `at`."""

    display: Display
    at: float
    happens: Callable[[], object]
    slept: list[float] = field(default_factory=list)

    def select(
        self, sources: list[object], _writes: object, _errors: object, seconds: float
    ) -> tuple[list[object], ...]:
        """Until the time is over or the bridge is rung."""
        assert self.display.bridge in sources
        clock = self.display.clock
        ends = clock.now + seconds
        if clock.now <= self.at < ends:
            clock.now = self.at
            self.happens()
            self.slept.append(self.at)
            return [self.display.bridge], [], []
        clock.now = ends
        self.slept.append(ends)
        return [], [], []


def test_the_loop_sleeps_until_a_worker_calls_and_shows_life_meanwhile(
    make_display: MakeDisplay, frames: dict[str, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    display = make_display(frames["drive"])
    monkeypatch.setattr(kivy_hooks, "seconds_until_due", lambda: FOREVER)  # what earlier tests left to Kivy's clock
    began, drawn, lives = display.clock.now, len(display.acknowledged), len(display.lives)
    sleep = Sleep(display, began + 0.65, lambda: display.bridge.post(display.loop.stop))
    monkeypatch.setattr("carlendar.ui.loop.select", sleep)
    display.loop.run()
    assert [moment - began for moment in sleep.slept] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65])
    assert len(display.lives) - lives == 8, "a sign of life at each turn: at first, and after each sleep"
    assert len(display.acknowledged) == drawn


def test_a_loop_that_owes_no_sign_of_life_sleeps_until_something_is_due(
    make_display: MakeDisplay, frames: dict[str, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    display = make_display(frames["drive"])
    display.loop._watch = display.loop._watch._replace(feed=None)
    display.loop._idle_tasks_due = FOREVER
    monkeypatch.setattr(kivy_hooks, "seconds_until_due", lambda: FOREVER)
    sleep = Sleep(display, display.clock.now + 200, lambda: display.bridge.post(display.loop.stop))
    monkeypatch.setattr("carlendar.ui.loop.select", sleep)
    display.loop.run()
    assert len(sleep.slept) <= 5, "once a minute, for that is what the presenter asked for"


def test_a_change_from_a_worker_ends_the_sleep_and_is_drawn(
    make_display: MakeDisplay, frames: dict[str, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real select(2), and nothing else for a minute that could end it."""
    display = make_display(frames["drive"])
    display.loop._watch = display.loop._watch._replace(feed=None)
    display.loop._idle_tasks_due = FOREVER
    monkeypatch.setattr(kivy_hooks, "seconds_until_due", lambda: FOREVER)
    asleep, drawn = threading.Event(), list[str]()
    monkeypatch.setattr("carlendar.ui.loop.select", Announced(asleep))

    def work() -> None:
        assert asleep.wait(30)
        display.bridge.post(display.controller.change, frames["german"])

    def seen(_: object, frame: Frame) -> None:
        drawn.append(frame.screen)
        display.loop.stop()

    display.loop.drawn = seen
    threading.Thread(target=work, daemon=True).start()
    began = time.monotonic()
    display.loop.run()
    assert (drawn, time.monotonic() - began < 55) == (["drive"], True)


class Announced:
    """The real select(2), which says when it is about to sleep."""

    def __init__(self, asleep: threading.Event) -> None:
        self._asleep = asleep

    def select(self, read: list[Bridge], _writes: object, _errors: object, seconds: float) -> object:
        """Sleep."""
        self._asleep.set()
        return select.select(read, [], [], seconds)


def test_posted_calls_keep_their_order_and_bursts_are_one() -> None:
    bridge, done = Bridge(), list[str]()
    burst = bridge.merged(lambda: done.append("burst"))
    bridge.post(done.append, "first")
    for _ in range(50):
        burst()
    bridge.post(done.append, "last")
    assert done == []
    assert bridge.drain()
    assert done == ["first", "burst", "last"]
    burst()
    assert bridge.drain()
    assert done[-1] == "burst"
    assert not bridge.drain()
    bridge.close()


def test_a_call_posted_by_a_call_waits_for_the_next_turn() -> None:
    bridge, done = Bridge(), list[int]()
    bridge.post(lambda: bridge.post(done.append, 2))
    bridge.drain()
    assert done == []
    bridge.drain()
    assert done == [2]
    bridge.close()


def test_calls_from_many_threads_all_arrive_and_after_close_none() -> None:
    bridge, done = Bridge(), list[int]()

    def post(number: int) -> None:
        bridge.post(done.append, number)

    threads = [threading.Thread(target=lambda: list(map(post, range(200)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 5
    while len(done) < 800 and time.monotonic() < end:
        bridge.drain()
    for thread in threads:
        thread.join()
    assert len(done) == 800
    bridge.close()
    bridge.post(done.append, 1)
    bridge.wake()
    assert len(done) == 800
