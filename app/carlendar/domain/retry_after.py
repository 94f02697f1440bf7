"""How long a service asks to wait (`Retry-After`: RFC 9110, section 10.2.3; Graph gives fractions of seconds too)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 3600.0
"""Seconds; a service that asks for more is asked again after this long."""


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait by `Retry-After`, None where it is not said or makes no sense.

    A date is measured from `now`, else from the answer's own `Date`, else from the machine's clock.
    """
    text = _header(headers, "retry-after").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        moment = _http_date(text)
        if moment is None:
            return None
        seconds = (moment - (now or _http_date(_header(headers, "date")) or datetime.now(UTC))).total_seconds()
    # A value that is no number at all (nan) fails both comparisons and waits longest.
    return max(0.0, seconds) if seconds <= LONGEST_WAIT else LONGEST_WAIT


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
