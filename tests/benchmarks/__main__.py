"""The benchmarks as a command: `python tests/benchmarks [NAME]…`; all without a name.

Names are first-frame, idle, frames, sync, store, dial, icalendar, invitations, engine, signal and fleet-analytics.
Each figure stands beside its floor of the same run. Machines are noisy: run it on an idle one.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import dialling
import engine_rate
import first_frame
import fleet_analytics
import frames
import ics_agenda
import idle
import invitations
import storing
import syncing
import tightening


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = ["first-frame", "idle", "frames", "sync", "store", "dial", "icalendar", "invitations", "engine", "signal"]
    names += ["fleet-analytics"]
    parser.add_argument("what", nargs="*", metavar="NAME", help=f"which of {', '.join(names)}; all if none")
    parser.add_argument("--rounds", type=int, default=10, help="pairs or runs of each")
    parser.add_argument("--seconds", type=float, default=45.0, help="how long to stay idle")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.what if name not in names]:
        parser.error(f"no benchmark is named {', '.join(unknown)}; there are: {', '.join(names)}")
    with tempfile.TemporaryDirectory(prefix="carlendar-bench-") as scratch:
        wanted = arguments.what or names
        if "first-frame" in wanted:
            first_frame.run(Path(scratch), arguments.rounds, print)
        if "idle" in wanted:
            idle.run(Path(scratch), arguments.seconds, print)
        if "frames" in wanted:
            frames.run(Path(scratch), arguments.rounds, print)
        if "sync" in wanted:
            syncing.run(Path(scratch), arguments.rounds, print)
        if "store" in wanted:
            storing.run(Path(scratch), arguments.rounds, print)
        if "dial" in wanted:
            dialling.run(Path(scratch), arguments.rounds, print)
        if "icalendar" in wanted:
            ics_agenda.run(Path(scratch), arguments.rounds, print)
        if "invitations" in wanted:
            invitations.run(arguments.rounds, print)
        if "engine" in wanted:
            engine_rate.run(arguments.rounds, print)
        if "signal" in wanted:
            tightening.run(Path(scratch), arguments.rounds, print)
        if "fleet-analytics" in wanted:
            fleet_analytics.run(Path(scratch), arguments.rounds, print)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
