"""What a fuzzer has found, with the input that shows it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SLOW = 20.0
"""Seconds for one input beyond which that alone is a finding, on a machine that does other things as well."""


class Finding(Exception):  # noqa: N818 - what it is called
    """Something is wrong; `data` is the input, `suffix` the ending of a file for it."""

    def __init__(self, what: str, data: bytes, suffix: str = ".bin") -> None:
        super().__init__(what)
        self.data, self.suffix = data, suffix


@contextmanager
def watched(data: bytes, suffix: str, *, slow: float = SLOW) -> Iterator[None]:
    """Turn whatever the block raises into a `Finding` about `data`, and its slowness as well."""
    began = time.monotonic()
    try:
        yield
    except Finding:
        raise
    except Exception as error:
        raise Finding(f"{type(error).__name__}: {error}"[:500], data, suffix) from error
    if (seconds := time.monotonic() - began) > slow:
        raise Finding(f"it took {seconds:.1f} s", data, suffix)


def require(holds: object, what: str, data: bytes, suffix: str) -> None:
    """Raise a `Finding` where something does not hold."""
    if not holds:
        raise Finding(what, data, suffix)
