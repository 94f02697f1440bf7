"""The service without requests' detection of character sets, which takes 3 MiB and is never used.

Answers are read as bytes: JSON is UTF-8, and iCalendar names its own. requests looks for the libraries at its import,
and warns if there is none.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

LIBRARIES = ("chardet", "charset_normalizer")


@contextmanager
def without_charset_detection() -> Iterator[None]:
    """Have `requests`, if this block imports it, find no such library; one that is imported already stays."""
    absent = [name for name in LIBRARIES if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # None is allowed (The import system, 5.3.1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Unable to find acceptable character detection dependency")
            yield
    finally:
        for name in absent:
            del sys.modules[name]
