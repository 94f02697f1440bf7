"""Sign-in, one attempt at a time: device code or browser, new code, cancellation, renewal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.ports import ElapsedClock, Identity, SignedIn, SignInFlow
from carlendar.errors import CarlendarError, IdentityError, ServiceError, SignInExpiredError
from carlendar.ipc.messages import SignInStatus

_log = logging.getLogger(__name__)

OVER = frozenset({"done", "failed", "cancelled", "expired"})
"""Final phases of an attempt."""


class SignInRequest(Value, frozen=True):
    """A sign-in for a profile. `method` is `device` or `browser`; `account` is the one to renew, empty for a new one.

    `claims` is the claims challenge to satisfy. `scopes` are the permissions to request, if not the usual ones; with
    `more`, the additional ones are requested as well.
    """

    profile: str
    method: str = "device"
    account: str = ""
    claims: str = ""
    more: bool = False
    scopes: tuple[str, ...] = ()


class SignInCoordinator:
    """Runs each attempt on its own thread; a new one cancels the previous one.

    `check_allowed` and then `admit` decide whether a person is accepted: they return the reason key of a refusal, or an
    empty string. `check_allowed` may block; `admit` stores the account before `done` is sent. `discard` receives the
    id of an account that signed in but was not accepted. `notify` receives every change of status, on the attempt's
    thread.
    """

    def __init__(
        self, identity: Identity, scopes: Sequence[str], clock: ElapsedClock,
        admit: Callable[[SignInRequest, SignedIn], str], discard: Callable[[str], None],
        notify: Callable[[SignInStatus], None], open_url: Callable[[str], None] | None = None,
        more_scopes: Sequence[str] = (), check_allowed: Callable[[SignedIn], str] = lambda _person: "",
    ) -> None:  # fmt: skip
        self._identity, self._scopes, self._more, self._clock = identity, tuple(scopes), tuple(more_scopes), clock
        self._admit, self._discard, self._notify, self._open_url = admit, discard, notify, open_url
        self._check_allowed = check_allowed
        self._lock = threading.Lock()
        self._attempt: _Attempt | None = None

    def begin(self, request: SignInRequest) -> None:
        """Start an attempt, or request a new code; returns immediately."""
        attempt = _Attempt(request)
        with self._lock:
            before, self._attempt = self._attempt, attempt
        if before is not None:
            before.cancelled.set()
        threading.Thread(target=self._run, args=(attempt,), name="sign-in", daemon=True).start()

    def cancel(self) -> None:
        """Cancel the current attempt; completing it on another device has no effect afterwards."""
        with self._lock:
            attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.cancelled.set()
            if attempt.status.phase not in OVER:
                self._notify(SignInStatus("cancelled", account=attempt.request.account))

    def status(self) -> SignInStatus | None:
        """Return the status of the attempt, with the seconds left as of now; None if there is none."""
        with self._lock:
            attempt = self._attempt
        if attempt is None or attempt.status.phase in OVER:
            return None
        left = max(0.0, attempt.ends - self._clock.seconds()) if attempt.status.phase == "code" else 0.0
        return replace(attempt.status, expires_in=left)

    def _run(self, attempt: _Attempt) -> None:
        self._set(attempt, SignInStatus("starting"))
        try:
            signed_in = self._browser(attempt) if attempt.request.method == "browser" else self._device(attempt)
            if signed_in is not None:
                self._complete(attempt, signed_in)
        except CarlendarError as error:
            self._set(attempt, _ended(error))
        except Exception as error:  # noqa: BLE001 - reported to the user; the service continues
            _log.error("a sign-in failed: %s", type(error).__name__)
            self._set(attempt, SignInStatus("failed", reason="error"))

    def _browser(self, attempt: _Attempt) -> SignedIn | None:
        if self._open_url is None:
            self._set(attempt, SignInStatus("failed", reason="no_browser"))
            return None
        self._set(attempt, SignInStatus("browser"))
        return self._identity.sign_in_with_browser(
            self._requested_scopes(attempt),
            self._open_url,
            claims=attempt.request.claims,
            cancelled=attempt.cancelled.is_set,
        )

    def _device(self, attempt: _Attempt) -> SignedIn | None:
        flow = self._identity.start_device_code(self._requested_scopes(attempt), attempt.request.claims)
        code = flow.code
        attempt.ends = self._clock.seconds() + code.expires_in
        self._set(attempt, SignInStatus("code", code.user_code, code.verification_uri, code.expires_in))
        while not attempt.cancelled.wait(max(0.01, flow.code.interval)):
            if self._clock.seconds() >= attempt.ends:
                raise SignInExpiredError(reason="expired")
            if (signed_in := self._poll(flow)) is not None:
                return signed_in
        return None

    def _requested_scopes(self, attempt: _Attempt) -> tuple[str, ...]:
        """Return the permissions to request, without duplicates."""
        usual = attempt.request.scopes or self._scopes
        return tuple(dict.fromkeys((*usual, *(self._more if attempt.request.more else ()))))

    def _poll(self, flow: SignInFlow) -> SignedIn | None:
        try:
            return flow.poll()
        except ServiceError as error:  # a lost connection does not end a sign-in: the code stays valid
            _log.info("polling for the sign-in failed: %s", type(error).__name__)
            return None

    def _complete(self, attempt: _Attempt, signed_in: SignedIn) -> None:
        refusal = self._check_allowed(signed_in)  # may use the network: outside the lock, so that Cancel does not wait
        with self._lock:
            unwanted = attempt.cancelled.is_set()
            try:
                refusal = refusal or ("" if unwanted else self._admit(attempt.request, signed_in))
            except CarlendarError:
                self._discard(signed_in.account_id)  # an account that is not stored could never be signed out
                raise
        if unwanted or refusal:
            self._discard(signed_in.account_id)
            self._set(attempt, SignInStatus("failed", reason=refusal))
        else:
            self._set(attempt, SignInStatus("done", account=signed_in.account_id))

    def _set(self, attempt: _Attempt, status: SignInStatus) -> None:
        if attempt.cancelled.is_set():
            return
        attempt.status = status if status.account else replace(status, account=attempt.request.account)
        self._notify(attempt.status)


def _ended(error: CarlendarError) -> SignInStatus:
    """The status of an attempt that an error ended."""
    phase = "expired" if isinstance(error, SignInExpiredError) else "failed"
    reason, number = (error.reason, error.code) if isinstance(error, IdentityError) else ("", "")
    return SignInStatus(
        phase, reason=reason or error.key, number=number, host=error.host, reference=error.reference, at=error.at
    )


class _Attempt:
    def __init__(self, request: SignInRequest) -> None:
        self.request = request
        self.cancelled = threading.Event()
        self.status = SignInStatus("starting")
        self.ends = 0.0
