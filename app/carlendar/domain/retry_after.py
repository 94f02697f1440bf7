"""The `Retry-After` header (RFC 9110, section 10.2.3; Graph also sends fractions of seconds)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 3600.0
"""Upper limit of the wait in seconds."""


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds to wait, None if the header is missing or invalid.

    A date is relative to `now`, else to the `Date` header, else to the system clock.
    """
    text = header(headers, "retry-after").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        moment = _http_date(text)
        if moment is None:
            return None
        seconds = (moment - (now or _http_date(header(headers, "date")) or datetime.now(UTC))).total_seconds()
    # NaN fails both comparisons and results in the longest wait.
    return max(0.0, seconds) if seconds <= LONGEST_WAIT else LONGEST_WAIT


def header(headers: Mapping[str, str], name: str) -> str:
    """Return the value of a header, whose `name` is given in small letters; empty if it is missing."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
