"""Disable core dumps: they would contain titles, tokens and codes.

The systemd units do the same (`LimitCORE=0`), but the emulator and a desktop session have no unit. Child processes
inherit the resource limit but not the dumpable flag.
"""

from __future__ import annotations

import logging
import resource

_PR_SET_DUMPABLE = 4
"""prctl(2)."""
_log = logging.getLogger(__name__)


def limit_core_dumps() -> None:
    """Set the soft and hard RLIMIT_CORE to zero; takes microseconds."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError) as error:
        _log.warning("core dumps could not be disabled: %s", type(error).__name__)


def forbid_core_dumps() -> None:
    """Set the limit, and also prevent dumps piped to a program (core(5)) and debuggers of the same user."""
    limit_core_dumps()
    import ctypes  # not on the way to the first frame

    try:
        failed = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):
        failed = 1
    if failed:
        _log.warning("core dumps could not be disabled: prctl")
