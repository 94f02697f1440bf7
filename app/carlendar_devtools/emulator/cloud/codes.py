"""Codes that are exchanged for tokens: device codes (RFC 8628) and authorization codes (RFC 6749, 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field, replace
from threading import RLock

from carlendar.domain.ports import ElapsedClock
from carlendar_devtools.emulator.cloud.refusals import refuse

DEVICE_CODE_LIFE = 900.0
AUTHORIZATION_CODE_LIFE = 600.0
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """A client's request. `spelled` are the scopes as it wrote them; `capable` means it declared CP1."""

    client_id: str
    spelled: tuple[str, ...]
    tenant: str
    capable: bool = False
    redirect_uri: str = ""
    challenge: str = ""
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """One device code. `address` is set once approved, `refusal` once refused."""

    user_code: str
    device_code: str
    wish: Wish
    expires: float
    interval: float
    address: str = ""
    refusal: str = ""
    polled: float | None = None
    redeemed: bool = False


@dataclass(slots=True)
class DeviceCodes:
    """All device codes. `interval` and `life` (seconds) apply to codes issued from now on."""

    clock: ElapsedClock
    interval: float = 5.0
    life: float = DEVICE_CODE_LIFE
    _codes: dict[str, IssuedCode] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def issue(self, wish: Wish) -> IssuedCode:
        """Return a new code; the oldest ones are dropped when there are too many."""
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(9))
        code = IssuedCode(user_code, secrets.token_urlsafe(48), wish, self.clock.seconds() + self.life, self.interval)
        with self._lock:
            while len(self._codes) >= _KEPT:
                self._codes.pop(next(iter(self._codes)))
            self._codes[user_code] = code
        return code

    def pending(self) -> list[IssuedCode]:
        """Return codes that are still pending, newest last."""
        with self._lock:
            return [code for code in self._codes.values() if self._open(code)]

    def open(self, user_code: str) -> IssuedCode | None:
        """Return the pending code that was entered, None if there is none. Spaces, dashes and case are ignored."""
        with self._lock:
            code = self._codes.get("".join(each for each in user_code.upper() if each.isalnum()))
            return code if code is not None and self._open(code) else None

    def approve(self, user_code: str, address: str) -> None:
        """Sign `address` in. Raises LookupError if the code is not pending."""
        self._answer(user_code, address=address)

    def refuse(self, user_code: str, reason: str) -> None:
        """End it with a named refusal. Raises LookupError if the code is not pending."""
        self._answer(user_code, refusal=reason)

    def poll(self, device_code: str, client_id: str) -> IssuedCode:
        """Return the code once it is approved, once only. Raises OAuthError otherwise."""
        with self._lock:
            code = next((each for each in self._codes.values() if each.device_code == device_code), None)
            if code is None or code.wish.client_id != client_id:
                raise refuse("bad_code")
            if code.redeemed:
                raise refuse("code_redeemed")
            if self.clock.seconds() >= code.expires:
                raise refuse("expired_code")
            if code.refusal:
                raise refuse(code.refusal)
            if not code.address:
                self._wait(code)
            done = replace(code, redeemed=True)
            self._codes[code.user_code] = done
            return done

    def _wait(self, code: IssuedCode) -> None:
        now = self.clock.seconds()
        hasty = code.polled is not None and now - code.polled < code.interval * 0.8
        interval = code.interval + 5 if hasty else code.interval
        self._codes[code.user_code] = replace(code, polled=now, interval=interval)
        raise refuse("slow_down" if hasty else "pending")

    def _open(self, code: IssuedCode) -> bool:
        answered = code.address or code.refusal or code.redeemed
        return not answered and self.clock.seconds() < code.expires

    def _answer(self, user_code: str, *, address: str = "", refusal: str = "") -> None:
        with self._lock:
            code = self.open(user_code)
            if code is None:
                raise LookupError("no sign-in waits for this code")
            self._codes[code.user_code] = replace(code, address=address, refusal=refusal)


@dataclass(slots=True)
class AuthorizationCodes:
    """Authorization codes of the browser flow; each can be redeemed once, by the holder of the verifier."""

    clock: ElapsedClock
    _codes: dict[str, tuple[Wish, str, float]] = field(default_factory=dict)

    def issue(self, wish: Wish, address: str) -> str:
        """Return a code for a person who consented."""
        code = "0." + secrets.token_urlsafe(48)
        while len(self._codes) >= _KEPT:
            self._codes.pop(next(iter(self._codes)))
        self._codes[code] = (wish, address, self.clock.seconds() + AUTHORIZATION_CODE_LIFE)
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> tuple[Wish, str]:
        """Return the request and the person who consented. Raises OAuthError."""
        wish, address, expires = self._codes.pop(code, (None, "", 0.0))
        if wish is None or wish.client_id != client_id:
            raise refuse("code_redeemed")
        if self.clock.seconds() >= expires:
            raise refuse("code_expired")
        if wish.redirect_uri != redirect_uri:
            raise refuse("bad_redirect")
        if not secrets.compare_digest(challenge_of(verifier), wish.challenge):
            raise refuse("bad_verifier")
        return wish, address


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
