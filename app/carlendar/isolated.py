"""How Python programs of this installation are started as processes of their own.

`python -I` ignores PYTHONPATH, the user's site-packages and the working folder, so that a folder named `app` that lies
about is never run in place of this one (Python's command line documentation, `-I`).
"""

from __future__ import annotations

import sys

FOLDER = "/"
"""The working folder of every process that is started: nothing is looked for in the one that a person stands in."""


def program(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a module as a program."""
    return (sys.executable, "-I", "-m", module, *arguments)
