"""No memory image of this process is ever written: titles, tokens and codes would be in it.

systemd's units say the same (`LimitCORE=0`); the emulator and a desktop have no unit. Child processes inherit the
limit, not the second measure.
"""

from __future__ import annotations

import logging
import resource

_PR_SET_DUMPABLE = 4
"""prctl(2)."""
_log = logging.getLogger(__name__)


def limit_core_dumps() -> None:
    """Set RLIMIT_CORE to nothing, for good: costs microseconds."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError) as error:
        _log.warning("memory images are not forbidden: %s", type(error).__name__)


def forbid_core_dumps() -> None:
    """The limit, and no dump to a program either (core(5), "Piping core dumps"), nor a debugger of the same user."""
    limit_core_dumps()
    import ctypes  # not on the way to the first frame

    try:
        failed = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):
        failed = 1
    if failed:
        _log.warning("memory images are not forbidden: prctl")
