"""Error bodies of the identity platform, in Microsoft's format."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from carlendar_devtools.emulator.cloud.refusals import Refusal


def body_of(refusal: Refusal, correlation_id: str, at: datetime, origin: str) -> dict[str, Any]:
    """The JSON of an error reply (RFC 6749, 5.2, with Microsoft's additions)."""
    trace, moment = str(uuid.uuid4()), at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    body: dict[str, Any] = {
        "error": refusal.error,
        "error_description": description_of(refusal, trace, correlation_id, moment),
        "error_codes": [refusal.number],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": correlation_id,
        "error_uri": f"{origin}/error?code={refusal.number}",
    }
    if refusal.suberror:
        body["suberror"] = refusal.suberror
    if refusal.claims:
        body["claims"] = refusal.claims
    return body


def description_of(refusal: Refusal, trace: str, correlation_id: str, moment: str) -> str:
    """Return the message with the AADSTS number and the ids for support."""
    return (
        f"AADSTS{refusal.number}: {refusal.text} Trace ID: {trace} Correlation ID: {correlation_id} Timestamp: {moment}"
    )
