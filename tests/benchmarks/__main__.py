"""The benchmarks as a command: `python tests/benchmarks [NAME]…`; all without a name.

Names are first-frame, idle, frames, redraws, sync, store, dial, icalendar, invitations, engine and signal. By their
names alone: fleet-ingestion and fleet-memory, which need mosquitto and minutes, fleet-messages (how many events a car
puts into a message), fleet-analytics, which needs 1 GB of disk, and online, which needs Chromium and 20 minutes.
Each figure stands beside its floor of the same run. Machines are noisy: run it on an idle one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # some use the tests' clock, room and browser

import dialling
import engine_rate
import first_frame
import fleet_analytics
import fleet_ingestion
import fleet_messages
import frames
import ics_agenda
import idle
import invitations
import redraws
import storing
import syncing
import tightening

ALONE = ("fleet-ingestion", "fleet-memory", "fleet-messages", "fleet-analytics", "online")
"""Only run by their names."""


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [
        "first-frame",
        "idle",
        "frames",
        "redraws",
        "sync",
        "store",
        "dial",
        "icalendar",
        "invitations",
        "engine",
        "signal",
    ]
    parser.add_argument("what", nargs="*", metavar="NAME", help=f"which of {', '.join(names)}; all if none")
    parser.add_argument("--rounds", type=int, default=10, help="pairs or runs of each")
    parser.add_argument("--seconds", type=float, default=45.0, help="how long to stay idle")
    parser.add_argument("--events", type=int, default=5_000_000, help="how many fleet-memory ingests")
    parser.add_argument("--joins", type=int, default=500, help="how many joins with the engine warm")
    parser.add_argument("--cold", type=int, default=100, help="how many joins with the engine cold")
    arguments = parser.parse_args()
    known = [*names, *ALONE]
    if unknown := [name for name in arguments.what if name not in known]:
        parser.error(f"no benchmark is named {', '.join(unknown)}; there are: {', '.join(known)}")
    with tempfile.TemporaryDirectory(prefix="carlendar-bench-") as scratch:
        runs = _runs(Path(scratch), arguments)
        for name in known:
            if name in (arguments.what or names):
                runs[name]()
    return 0


def _runs(scratch: Path, arguments: argparse.Namespace) -> dict[str, Callable[[], None]]:
    rounds: int = arguments.rounds
    return {
        "first-frame": lambda: first_frame.run(scratch, rounds, print),
        "idle": lambda: idle.run(scratch, arguments.seconds, print),
        "frames": lambda: frames.run(scratch, rounds, print),
        "redraws": lambda: redraws.run(scratch, max(1, rounds // 3), print),
        "sync": lambda: syncing.run(scratch, rounds, print),
        "store": lambda: storing.run(scratch, rounds, print),
        "dial": lambda: dialling.run(scratch, rounds, print),
        "icalendar": lambda: ics_agenda.run(scratch, rounds, print),
        "invitations": lambda: invitations.run(rounds, print),
        "engine": lambda: engine_rate.run(rounds, print),
        "signal": lambda: tightening.run(scratch, rounds, print),
        "fleet-ingestion": lambda: fleet_ingestion.run(scratch, rounds, print),
        "fleet-analytics": lambda: fleet_analytics.run(scratch, rounds, print),
        "fleet-messages": lambda: fleet_messages.run(scratch, print),
        "online": lambda: _online(scratch, arguments.joins, arguments.cold),
        "fleet-memory": lambda: fleet_ingestion.memory(scratch, arguments.events, print),
    }


def _online(scratch: Path, joins: int, cold: int) -> None:
    import joining

    joining.run(scratch, joins, cold, print)


if __name__ == "__main__":
    raise SystemExit(main())
