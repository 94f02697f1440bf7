"""One device code in flight (RFC 8628), asked about step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from carlendar.domain.bounded import number
from carlendar.domain.ports import DeviceCode, SignedIn
from carlendar.errors import ServiceError, SignInExpiredError, ThrottledError
from carlendar.microsoft.outcomes import Next, error_of, outcome_of

_LEAST_INTERVAL = 1
_USUAL = 900.0
"""Seconds that a code is good for where the service does not say."""
_LONGEST = 86_400.0
"""Seconds; with less MSAL's loop would never look up. A service that asks for less gets it from here."""


class DeviceCodeFlow:
    """A `SignInFlow`. `ask` posts the flow once and gives MSAL's answer; `finish` takes an answer with a token.

    Time is measured by `seconds`, not by the wall clock, which a car may set meanwhile.
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
        """What to show; its interval grows when the service asks to slow down."""
        return DeviceCode(
            str(self._flow["user_code"]),
            str(self._flow["verification_uri"]),
            self._expires_in,
            self._interval,
        )

    def poll(self) -> SignedIn | None:
        """Ask once; None while nobody has typed the code, and while the service cannot be reached or fails.

        Called before the interval is over it answers None without asking. Raises SignInExpiredError
        when the time is over, SignInRefusedError when it was declined or is not allowed, and
        VaultError when the sign-in cannot be stored.
        """
        if self._signed_in is not None:
            return self._signed_in
        now = self._seconds()
        if now < self._next:
            return None
        # MSAL compares with the wall clock and would complain about one that was set back.
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
        """Seconds between two questions; MSAL lengthens the flow's when it is told to slow down."""
        return float(self._flow["interval"] - self._added)

    def _wait(self, now: float, asked: float | None) -> None:
        self._next = now + max(self._interval, asked or 0.0)

    def _require_time(self, now: float) -> None:
        """Raise SignInExpiredError when the code's time is over."""
        if now >= self._deadline:
            raise SignInExpiredError(reason="expired")
