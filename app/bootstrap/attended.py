"""The service as a screen process starts it: it ends when no screen has been there for a while."""

from __future__ import annotations

import os
import sys

from app.bootstrap.service import run
from app.errors import CarlendarError

COURTESY = 5
"""How much the service gives way to the screen that started it (`nice`): frames come before a synchronisation."""

if __name__ == "__main__":
    os.nice(COURTESY)
    try:
        sys.exit(run(standing=False))
    except CarlendarError as error:
        sys.stderr.write(f"carlendar: {error}\n")
        sys.exit(error.exit_code)
