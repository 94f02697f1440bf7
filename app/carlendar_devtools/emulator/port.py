"""Why a port cannot be listened on, and what to do."""

from __future__ import annotations

import errno
import os

from carlendar.errors import ServiceError


def port_error(port: int, error: Exception) -> ServiceError:
    """The error to raise where listening on `port` failed with `error`."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        text = f"port {port} is in use by another program: end that program, or choose another port with --port"
    elif number == errno.EACCES:
        text = f"port {port} may only be used by root: choose one above 1023 with --port"
    elif number is None:
        text = f"there is no port {port}: choose one from 0 (any free one) to 65535 with --port"
    else:
        text = f"port {port} cannot be listened on ({os.strerror(number)}): choose another one with --port"
    return ServiceError(text, detail=type(error).__name__)
