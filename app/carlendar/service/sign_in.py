"""Signing in, one attempt at a time: device code or browser, a new code on request, cancel, renewal."""

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
"""Phases after which an attempt has ended."""


class Request(Value, frozen=True):
    """Who signs in, how, and which account is renewed (empty for a new one).

    `claims` is what is to be proven. With `more`, the further permissions are asked for as well.
    """

    profile: str
    way: str = "device"
    account: str = ""
    claims: str = ""
    more: bool = False


class SignInCoordinator:
    """Runs attempts on threads of their own; a new one cancels the one before.

    `judge` and then `welcome` say whether a person is taken: the key of a refusal, or an empty text. `judge` may take
    its time, `welcome` takes the person into the store before `done` is sent. `discard` gets the id of an account that
    signed in and is not wanted. `tell` gets every change of status, from the attempt's thread.
    """

    def __init__(
        self, identity: Identity, scopes: Sequence[str], clock: ElapsedClock,
        welcome: Callable[[Request, SignedIn], str], discard: Callable[[str], None],
        tell: Callable[[SignInStatus], None], open_url: Callable[[str], None] | None = None,
        more_scopes: Sequence[str] = (), judge: Callable[[SignedIn], str] = lambda _person: "",
    ) -> None:  # fmt: skip
        self._identity, self._scopes, self._more, self._clock = identity, tuple(scopes), tuple(more_scopes), clock
        self._welcome, self._discard, self._tell, self._open_url = welcome, discard, tell, open_url
        self._judge = judge
        self._lock = threading.Lock()
        self._attempt: _Attempt | None = None

    def begin(self, request: Request) -> None:
        """Start an attempt, or a new code; returns at once."""
        attempt = _Attempt(request)
        with self._lock:
            before, self._attempt = self._attempt, attempt
        if before is not None:
            before.cancelled.set()
        threading.Thread(target=self._run, args=(attempt,), name="sign-in", daemon=True).start()

    def cancel(self) -> None:
        """End the attempt under way; a person who finishes it elsewhere is not signed in here."""
        with self._lock:
            attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.cancelled.set()
            if attempt.status.phase not in OVER:
                self._tell(SignInStatus("cancelled", account=attempt.request.account))

    def status(self) -> SignInStatus | None:
        """Where the attempt stands, with the seconds that are left now; None when there is none under way."""
        with self._lock:
            attempt = self._attempt
        if attempt is None or attempt.status.phase in OVER:
            return None
        left = max(0.0, attempt.ends - self._clock.seconds()) if attempt.status.phase == "code" else 0.0
        return replace(attempt.status, expires_in=left)

    def _run(self, attempt: _Attempt) -> None:
        self._set(attempt, SignInStatus("starting"))
        try:
            signed_in = self._browser(attempt) if attempt.request.way == "browser" else self._device(attempt)
            if signed_in is not None:
                self._arrive(attempt, signed_in)
        except CarlendarError as error:
            self._set(attempt, _ended(error))
        except Exception as error:  # noqa: BLE001 - the person is told, and the service lives on
            _log.error("a sign-in ended: %s", type(error).__name__)
            self._set(attempt, SignInStatus("failed", reason="error"))

    def _browser(self, attempt: _Attempt) -> SignedIn | None:
        if self._open_url is None:
            self._set(attempt, SignInStatus("failed", reason="no_browser"))
            return None
        self._set(attempt, SignInStatus("browser"))
        return self._identity.sign_in_with_browser(
            self._asked(attempt), self._open_url, claims=attempt.request.claims, cancelled=attempt.cancelled.is_set
        )

    def _device(self, attempt: _Attempt) -> SignedIn | None:
        flow = self._identity.start_device_code(self._asked(attempt), attempt.request.claims)
        code = flow.code
        attempt.ends = self._clock.seconds() + code.expires_in
        self._set(attempt, SignInStatus("code", code.user_code, code.verification_uri, code.expires_in))
        while not attempt.cancelled.wait(max(0.01, flow.code.interval)):
            if self._clock.seconds() >= attempt.ends:
                raise SignInExpiredError(reason="expired")
            if (signed_in := self._poll(flow)) is not None:
                return signed_in
        return None

    def _asked(self, attempt: _Attempt) -> tuple[str, ...]:
        """The permissions to ask for, each once."""
        return tuple(dict.fromkeys((*self._scopes, *(self._more if attempt.request.more else ()))))

    def _poll(self, flow: SignInFlow) -> SignedIn | None:
        try:
            return flow.poll()
        except ServiceError as error:  # a tunnel does not end a sign-in: the code lives on
            _log.info("asking for the sign-in failed: %s", type(error).__name__)
            return None

    def _arrive(self, attempt: _Attempt, signed_in: SignedIn) -> None:
        refusal = self._judge(signed_in)  # it may ask the network: Cancel does not wait for that
        with self._lock:
            unwanted = attempt.cancelled.is_set()
            try:
                refusal = refusal or ("" if unwanted else self._welcome(attempt.request, signed_in))
            except CarlendarError:
                self._discard(signed_in.account_id)  # nobody would ever sign out whom the store does not know
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
        self._tell(attempt.status)


def _ended(error: CarlendarError) -> SignInStatus:
    """The status of an attempt that an error ended."""
    phase = "expired" if isinstance(error, SignInExpiredError) else "failed"
    reason, number = (error.reason, error.code) if isinstance(error, IdentityError) else ("", "")
    return SignInStatus(
        phase, reason=reason or error.key, number=number, host=error.host, reference=error.reference, at=error.at
    )


class _Attempt:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.cancelled = threading.Event()
        self.status = SignInStatus("starting")
        self.ends = 0.0
