"""The report of an acceptance run: the checks, their outcome and their requests, without content, names or ids.

It contains request ids, by which an administrator or Microsoft finds a request in the service's logs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from carlendar.domain.base import Value

MOST_REQUESTS = 100
"""Maximum number of requests of one check in the report; the last ones are kept."""


class CheckStatus(StrEnum):
    """The outcome of a check."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class RequestRecord(Value, frozen=True):
    """One request. `path` has `{id}` for every part that is not a word of the API; `error` is the kind of a failure."""

    method: str
    path: str
    status: int = 0
    seconds: float = 0.0
    request_id: str = ""
    client_request_id: str = ""
    error: str = ""


class CheckResult(Value, frozen=True):
    """The result of one check. `reason` states why it failed or was skipped; `figures` are counts and durations."""

    name: str
    title: str
    status: CheckStatus
    reason: str = ""
    seconds: float = 0.0
    figures: Mapping[str, int] = {}
    requests: tuple[RequestRecord, ...] = ()


class AcceptanceReport(Value, frozen=True):
    """The results of a run. `authority` is the kind of the configured tenant, not its name."""

    version: str
    cloud: str
    authority: str
    started: str
    seconds: float
    read_only: bool
    interrupted: bool
    checks: tuple[CheckResult, ...]

    def count(self, status: CheckStatus) -> int:
        """Return the number of checks with that outcome."""
        return sum(check.status is status for check in self.checks)

    def document(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "carlendar": self.version,
            "cloud": self.cloud,
            "authority": self.authority,
            "started": self.started,
            "seconds": round(self.seconds, 1),
            "read_only": self.read_only,
            "interrupted": self.interrupted,
            **{status.value: self.count(status) for status in CheckStatus},
            "checks": [_check(check) for check in self.checks],
        }

    def text(self) -> str:
        """Return the report as text, one line per check."""
        head = f"Carlendar {self.version} acceptance: cloud {self.cloud}, authority {self.authority}, {self.started}"
        counts = ", ".join(f"{self.count(status)} {status.value}" for status in CheckStatus)
        end = f"{len(self.checks)} checks in {self.seconds:.0f} s: {counts}."
        return "\n".join([head, *map(_line, self.checks), end, *(["It was interrupted."] if self.interrupted else [])])


def to_json(report: AcceptanceReport) -> str:
    """Return the report as indented JSON."""
    return json.dumps(report.document(), indent=1) + "\n"


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "name": check.name,
        "status": check.status.value,
        "reason": check.reason or None,
        "seconds": round(check.seconds, 2),
        "figures": dict(check.figures),
        "requests": [
            {
                "method": each.method,
                "path": each.path,
                "status": each.status or None,
                "seconds": round(each.seconds, 3),
                "request_id": each.request_id or None,
                "client_request_id": each.client_request_id or None,
                "error": each.error or None,
            }
            for each in check.requests[-MOST_REQUESTS:]
        ],
    }


def _line(check: CheckResult) -> str:
    figures = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in check.figures.items())
    more = f" ({figures})" if figures else ""
    reason = f": {check.reason}" if check.reason else ""
    last = next((each.request_id for each in reversed(check.requests) if each.request_id), "")
    trace = f" [request {last}]" if check.status is CheckStatus.FAILED and last else ""
    return f"  {check.status.value:<8}{check.name:<14}{check.seconds:6.1f} s  {check.title}{reason}{more}{trace}"
