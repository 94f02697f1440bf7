"""The service without requests' detection of character sets, which takes 3 MiB and is never used.

Answers are read as bytes: JSON is UTF-8, and iCalendar names its own. requests looks for the libraries at its import,
and warns if there is none.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from carlendar.replaced_modules import replaced

LIBRARIES = ("chardet", "charset_normalizer")


@contextmanager
def without_charset_detection() -> Iterator[None]:
    """Have `requests`, if this block imports it, find no such library; one that is imported already stays."""
    with replaced(dict.fromkeys(LIBRARIES)), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Unable to find acceptable character detection dependency")
        yield
