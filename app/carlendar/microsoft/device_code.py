"""The device code flow (RFC 8628), polled step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from carlendar.domain.bounded import number
from carlendar.domain.ports import DeviceCode, SignedIn
from carlendar.errors import ServiceError, SignInExpiredError, ThrottledError
from carlendar.microsoft.outcomes import Next, error_of, outcome_of

_LEAST_INTERVAL = 1
_USUAL = 900.0
"""Lifetime of a code in seconds, if the service does not state it."""
_LONGEST = 86_400.0
"""Seconds; below this MSAL's loop would never poll. A smaller interval of the service is raised to it."""


class DeviceCodeFlow:
    """A `SignInFlow`. `ask` polls once and returns MSAL's answer; `finish` takes an answer with a token.

    Time is measured by `seconds`, not by the wall clock, which may be set in the meantime.
    """

    def __init__(
        self,
        flow: dict[str, Any],
        ask: Callable[[dict[str, Any]], dict[str, Any]],
        finish: Callable[[dict[str, Any]], SignedIn],
        seconds: Callable[[], float],
    ) -> None:
        self._flow = flow
        self._ask = ask
        self._finish = finish
        self._seconds = seconds
        wanted = int(number(flow.get("interval"), 0, _LONGEST) or 0)
        flow["interval"] = max(_LEAST_INTERVAL, wanted)
        self._added = flow["interval"] - wanted
        self._next = seconds()
        self._expires_in = number(flow.get("expires_in"), 0, _LONGEST) or _USUAL
        self._deadline = self._next + self._expires_in
        self._signed_in: SignedIn | None = None

    @property
    def code(self) -> DeviceCode:
        """The code to display. Its interval grows when the service asks to slow down."""
        return DeviceCode(
            str(self._flow["user_code"]),
            str(self._flow["verification_uri"]),
            self._expires_in,
            self._interval,
        )

    def poll(self) -> SignedIn | None:
        """Poll once; None while the code has not been entered, or the service cannot be reached or fails.

        Returns None without a request if called before the interval is over. Raises SignInExpiredError when the code
        has expired, SignInRefusedError when it was declined or is not allowed, and VaultError when the sign-in cannot
        be stored.
        """
        if self._signed_in is not None:
            return self._signed_in
        now = self._seconds()
        if now < self._next:
            return None
        # MSAL compares with the wall clock and would fail if that was set back.
        self._flow["latest_attempt_at"] = 0
        try:
            answer = self._ask(self._flow)
        except ServiceError as error:
            self._wait(now, error.retry_after if isinstance(error, ThrottledError) else None)
            self._require_time(now)
            return None
        self._wait(now, None)
        if "access_token" in answer:
            self._signed_in = self._finish(answer)
            return self._signed_in
        outcome = outcome_of(answer, renewing=False)
        if outcome.next in (Next.WAIT, Next.RETRY):
            self._require_time(now)
            return None
        raise error_of(outcome)

    @property
    def _interval(self) -> float:
        """The polling interval in seconds; MSAL lengthens it when the service asks to slow down."""
        return float(self._flow["interval"] - self._added)

    def _wait(self, now: float, asked: float | None) -> None:
        self._next = now + max(self._interval, asked or 0.0)

    def _require_time(self, now: float) -> None:
        """Raise SignInExpiredError if the code has expired."""
        if now >= self._deadline:
            raise SignInExpiredError(reason="expired")
