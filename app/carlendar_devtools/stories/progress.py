"""Progress of long-running work: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

T = TypeVar("T")
PAUSE = 5.0
"""Seconds between two lines."""


def tracked(
    items: Iterable[T], title: str, total: int, console: Console, seconds: Callable[[], float] = time.monotonic
) -> Iterator[T]:
    """Yield the items; `total` is how many there are. The first line is written before the first item is taken."""
    if console.is_terminal:
        yield from track(items, title, total=total, console=console)
        return
    begun = written = seconds()
    console.print(f"{title}: {total} to do", highlight=False)
    for done, item in enumerate(items, 1):
        yield item
        if (now := seconds()) - written >= PAUSE or done == total:
            written = now
            console.print(f"{title}: {done} of {total}, {now - begun:.0f} s", highlight=False)
