"""The service as a screen process starts it: it ends when no screen has been there for a while."""

from __future__ import annotations

import sys

from app.bootstrap.service import run
from app.errors import CarlendarError

if __name__ == "__main__":
    try:
        sys.exit(run(standing=False))
    except CarlendarError as error:
        sys.stderr.write(f"carlendar: {error}\n")
        sys.exit(error.exit_code)
