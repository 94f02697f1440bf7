"""`python -m tests.fuzz TARGET --seconds N --seed S`: tries inputs; exit 1 on a finding, whose input is kept.

A target runs in a process of its own with a limit on its memory. One that does not come back in time is killed, and
the input that it was at is a finding. `all` divides the time among the targets.
"""

from __future__ import annotations

import argparse
import logging
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from tests.fuzz.finding import Finding
from tests.fuzz.stand import STARTED
from tests.fuzz.targets import TARGETS, load

FOLDER = Path("build/fuzz")
KEPT = 20
"""Findings after which a run ends."""
HANGS = 120.0
"""Seconds that a target may take beyond its time before it is killed."""
MEMORY = 3 * 1024**3
"""Bytes of address space that a target may have; a software renderer maps much of it."""


def main(arguments: list[str] | None = None) -> int:
    """Run one target, or each in a process of its own; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=(*TARGETS, "all"))
    parser.add_argument("--seconds", type=float, default=60.0, help="in all")
    parser.add_argument("--seed", type=int, default=None, help="of the first input; each input has its own")
    parser.add_argument("--inputs", type=int, default=None, help="how many of each target at most")
    given = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # hostile input would fill the terminal with warnings
    seed = given.seed if given.seed is not None else time.time_ns() % 2**32
    if given.target != "all":
        return _run(given.target, given.seconds, seed, given.inputs)
    share = given.seconds / len(TARGETS)
    return max([_apart(name, share, seed, given.inputs) for name in TARGETS])


def _apart(name: str, seconds: float, seed: int, most: int | None) -> int:
    """Run a target in a process of its own; a process that fails, or does not end, is a finding."""
    with subprocess.Popen(_command(name, seconds, seed, most), preexec_fn=_limit_memory) as process:
        try:
            code = process.wait(seconds + HANGS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            code = process.wait()
    if code not in (0, 1):
        at = _marker(name).read_text() if _marker(name).exists() else "its start"
        print(f"{name}: ended with exit code {code}; replay: {at}", flush=True)  # noqa: T201 - a command
    return int(code != 0)


def _command(name: str, seconds: float, seed: int, most: int | None) -> list[str]:
    command = [sys.executable, "-m", "tests.fuzz", name, "--seconds", str(seconds), "--seed", str(seed)]
    return command if most is None else [*command, "--inputs", str(most)]


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _run(name: str, seconds: float, seed: int, most: int | None) -> int:
    logging.disable(logging.CRITICAL)  # a refused input is logged once each
    target, marker = load(name), _marker(name)
    marker.parent.mkdir(parents=True, exist_ok=True)
    began, tried, findings = time.monotonic(), 0, 0
    while time.monotonic() - began < seconds and findings < KEPT and (most is None or tried < most):
        marker.write_text(_replay(name, seed + tried))
        try:
            target(Random(f"{name}/{seed + tried}"))
        except Exception as error:  # noqa: BLE001 - any exception that leaves a target is a finding
            findings += 1
            _keep(name, seed + tried, error)
        tried += 1
    marker.unlink(missing_ok=True)
    took = time.monotonic() - began
    print(f"{name}: {tried} inputs from seed {seed} in {took:.0f} s, {findings} findings", flush=True)  # noqa: T201 - a command
    return int(findings > 0)


def _marker(name: str) -> Path:
    """Names the input that is being tried, for a process that does not come back."""
    return FOLDER / f"{name}.current"


def _replay(name: str, seed: int) -> str:
    return f"python -m tests.fuzz {name} --inputs 1 --seed {seed}"


def _keep(name: str, seed: int, error: Exception) -> None:
    data, suffix = (error.data, error.suffix) if isinstance(error, Finding) else (b"", ".bin")
    path = FOLDER / f"{name}-{seed}{suffix}"
    path.write_bytes(data)
    print(f"{name}: {type(error).__name__}: {error}\n  input: {path}\n  replay: {_replay(name, seed)}")  # noqa: T201 - a command


if __name__ == "__main__":
    with STARTED:
        code = main()
    sys.exit(code)
