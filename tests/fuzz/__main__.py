"""`python -m tests.fuzz TARGET --seconds N --seed S`: tries inputs; exit 1 on a finding, whose input is kept."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fuzz import graph, icalendar, invitations
from tests.fuzz.finding import Finding

FOLDER = Path("build/fuzz")
TARGETS: dict[str, Callable[[Random], None]] = {
    "icalendar": icalendar.target,
    "graph": graph.target,
    "invitations": invitations.target,
}
"""By name: makes one input of the given randomness, and raises where what comes of it is wrong."""

KEPT = 20
"""Findings after which a run ends."""


def main(arguments: list[str] | None = None) -> int:
    """Run one target, or all of them one after another; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=(*TARGETS, "all"))
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    parser.add_argument("--seed", type=int, default=None, help="of the first input; each input has its own")
    parser.add_argument("--inputs", type=int, default=None, help="how many at most")
    given = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # hostile input would fill the terminal with warnings
    names = tuple(TARGETS) if given.target == "all" else (given.target,)
    seed = given.seed if given.seed is not None else time.time_ns() % 2**32
    return max(_run(name, given.seconds, seed, given.inputs) for name in names)


def _run(name: str, seconds: float, seed: int, most: int | None) -> int:
    began, tried, findings = time.monotonic(), 0, 0
    while time.monotonic() - began < seconds and findings < KEPT and (most is None or tried < most):
        try:
            TARGETS[name](Random(f"{name}/{seed + tried}"))
        except Exception as error:  # noqa: BLE001 - whatever leaves a target is a finding
            findings += 1
            _keep(name, seed + tried, error)
        tried += 1
    print(f"{name}: {tried} inputs from seed {seed} in {time.monotonic() - began:.0f} s, {findings} findings")  # noqa: T201
    return int(findings > 0)


def _keep(name: str, seed: int, error: Exception) -> None:
    data, suffix = (error.data, error.suffix) if isinstance(error, Finding) else (b"", ".bin")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}-{seed}{suffix}"
    path.write_bytes(data)
    print(f"{name}: seed {seed}: {type(error).__name__}: {error} ({path})")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
