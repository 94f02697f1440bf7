"""`python -m tests.chaos PART --seconds N --seed S`: rounds of trouble; exit 1 on a finding."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from random import Random

from carlendar_devtools.emulator.child_process import scratch
from tests.chaos.calendar import Calendar
from tests.chaos.screen import Screen
from tests.drive.conftest import end_what_is_left

PARTS: dict[str, Callable[..., Calendar | Screen]] = {"calendar": Calendar, "screen": Screen}
KEPT = 5
"""Findings after which a run ends."""


def main(arguments: list[str] | None = None) -> int:
    """Run rounds until the time is over; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=(*PARTS, "all"))
    parser.add_argument("--seconds", type=float, default=60.0, help="in all")
    parser.add_argument("--seed", type=int, default=None, help="of what happens; when it happens is the machine's")
    parser.add_argument("--rounds", type=int, default=None, help="how many of each part at most")
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else time.time_ns() % 2**32
    names = tuple(PARTS) if given.part == "all" else (given.part,)
    return max([_run(name, given.seconds / len(names), seed, given.rounds) for name in names])


def _run(name: str, seconds: float, seed: int, most: int | None) -> int:
    began, counted, findings = time.monotonic(), Counter[str](), list[str]()

    def finds(what: str) -> None:
        findings.append(what)
        print(f"{name}: round {counted['rounds']}: {what}", flush=True)  # noqa: T201 - a command

    with scratch("carlendar-chaos-") as folder, ExitStack() as stack:
        stack.callback(end_what_is_left, folder)
        part = PARTS[name](stack, folder, Random(f"{name}/{seed}"), counted, finds)
        while time.monotonic() - began < seconds and len(findings) < KEPT and counted["rounds"] != most:
            try:
                part.round()
            except Exception as error:  # noqa: BLE001 - any exception that leaves a round is a finding
                finds(f"{type(error).__name__}: {error}")
    figures = ", ".join(f"{number} {what}" for what, number in sorted(counted.items()))
    print(f"{name}: seed {seed}, {time.monotonic() - began:.0f} s: {figures}, {len(findings)} findings")  # noqa: T201 - a command
    if findings:
        print(f"  repeat: python -m tests.chaos {name} --seconds {seconds:.0f} --seed {seed}")  # noqa: T201 - a command
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
