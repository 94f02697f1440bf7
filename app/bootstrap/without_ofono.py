"""`carlendar drive` with a simulated phone: what the emulator starts where there is no `ofonod`.

A composition root of its own, so that the one of the car cannot name a simulation. Ends with an error
outside the emulator.
"""

from __future__ import annotations

import sys

from app.bootstrap.screen import Screen
from app.calls.simulated import SimulatedTelephony
from app.errors import CarlendarError, UsageError
from app.settings import load


def run() -> int:
    """Show the display until it is closed; returns the exit code. Raises UsageError outside the emulator."""
    settings = load()
    if settings.emulator is None:
        raise UsageError("a phone is simulated in the emulator only")
    return Screen(settings, SimulatedTelephony).run()


if __name__ == "__main__":
    try:
        sys.exit(run())
    except CarlendarError as error:
        sys.stderr.write(f"carlendar: {error}\n")
        sys.exit(error.exit_code)
