"""Commands for running Python programs of this installation as child processes.

`python -I` ignores PYTHONPATH, the user's site-packages and the working folder, so that no other code is imported
instead (Python's command line documentation, `-I`).
"""

from __future__ import annotations

import sys

FOLDER = "/"
"""The working folder of every child process, so that nothing is searched for in the user's current one."""


def program(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a module as a program."""
    return (sys.executable, "-I", "-m", module, *arguments)
