"""Long work says how far it is, on a terminal and elsewhere."""

from __future__ import annotations

import io

from rich.console import Console

from carlendar_devtools.stories.progress import tracked


def test_without_a_terminal_there_is_a_line_at_once_every_few_seconds_and_at_the_end() -> None:
    out, now = io.StringIO(), [0.0]
    console = Console(file=out, force_terminal=False)
    for _ in tracked(range(5), "Drawing", 5, console, lambda: now[0]):
        now[0] += 3.0
    assert out.getvalue().splitlines() == [
        "Drawing: 5 to do", "Drawing: 2 of 5, 6 s", "Drawing: 4 of 5, 12 s", "Drawing: 5 of 5, 15 s",
    ]  # fmt: skip


def test_the_first_line_comes_before_the_first_item_is_waited_for() -> None:
    out = io.StringIO()
    next(tracked(range(5), "Drawing", 5, Console(file=out, force_terminal=False), lambda: 0.0))
    assert out.getvalue() == "Drawing: 5 to do\n"


def test_on_a_terminal_there_is_a_bar() -> None:
    out = io.StringIO()
    assert list(tracked(range(5), "Drawing", 5, Console(file=out, force_terminal=True))) == list(range(5))
    assert "100%" in out.getvalue()
