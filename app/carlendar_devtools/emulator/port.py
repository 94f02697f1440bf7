"""Why a port cannot be listened on, and what to do."""

from __future__ import annotations

import errno
import os

from carlendar.errors import ServiceError


def port_error(port: int, error: Exception) -> ServiceError:
    """The error to raise where listening on `port` failed with `error`."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        why = "another program uses it; end that program, or choose another port with --port"
    elif number == errno.EACCES:
        why = "it needs root; choose one from 1024 on with --port"
    elif number is None:
        why = "it lies between 0 (any free one) and 65535"
    else:
        why = f"{os.strerror(number)}; choose another one with --port"
    return ServiceError(f"port {port} cannot be used: {why}", detail=type(error).__name__)
