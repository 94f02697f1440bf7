"""A driver's settings across cars and brands: sealed in the car, kept by the back end, opened in the next car.

Everything is derived from one key of the driver, which is kept in their own Microsoft account
(`carlendar.microsoft.settings_key`) and which the back end never has: the name under which the settings are kept, the
proof that one may read them, and the key that encrypts them. Consents are not among the settings: each car asks again.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta

from carlendar.domain.base import Value
from carlendar.domain.driver_settings import PORTABLE

KEY_BYTES = 32
NONCE_BYTES = 12
LONGEST = 8_192
"""Maximum length of sealed settings in base64."""
LONGEST_VALUE = 64
VERSIONS = 2**31 - 1

Name = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Proof = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Sealed = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]*={0,2}\Z", max_length=LONGEST)]
VersionNumber = Annotated[int, Meta(ge=0, le=VERSIONS)]


class SettingsRequest(Value, frozen=True, forbid_unknown_fields=True):
    """What a car asks on `vehicles/<id>/settings`. `version` of `put` is that of the new settings."""

    id: Annotated[str, Meta(max_length=64)]
    operation: Literal["get", "put", "delete"]
    name: Name
    proof: Proof
    version: VersionNumber = 0
    sealed: Sealed = ""


class SettingsAnswer(Value, frozen=True, forbid_unknown_fields=True):
    """The back end's answer on `vehicles/<id>/settings/answer`; a conflict comes with what is kept now."""

    id: str
    outcome: Literal["done", "absent", "conflict", "refused"]
    version: VersionNumber = 0
    sealed: Sealed = ""


class DriverKey:
    """The key of one driver. `text` is how it is kept in the account."""

    def __init__(self, text: str) -> None:
        """Raises ValueError for a text that is no key."""
        raw = base64.b64decode(text, validate=True)
        if len(raw) != KEY_BYTES:
            raise ValueError("the key does not have 32 bytes")
        self.text = text
        self.name = _derived(raw, b"name", 16).hex()
        self.proof = _derived(raw, b"proof", 32).hex()
        self._cipher = AESGCM(_derived(raw, b"settings", 32))

    def seal(self, preferences: Mapping[str, str], version: int) -> str:
        """Return the portable preferences, encrypted for that version (AES-256-GCM)."""
        kept = {key: value for key, value in preferences.items() if _fits(key, value)}
        nonce = secrets.token_bytes(NONCE_BYTES)
        content = msgspec.json.encode(kept)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, content, self._bound(version))).decode()

    def unseal(self, sealed: str, version: int) -> dict[str, str]:
        """Return the preferences. Raises ValueError for content that was changed, or sealed for another version."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            content = self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._bound(version))
            found = msgspec.json.decode(content, type=dict[str, str])
        except (InvalidTag, ValueError) as error:
            raise ValueError("the settings cannot be opened") from error
        return {key: value for key, value in found.items() if _fits(key, value)}

    def _bound(self, version: int) -> bytes:
        """What the encryption binds the content to, so that other content, or another version of it, is refused."""
        return f"{self.name}:{version}".encode()


def new_key() -> DriverKey:
    """A new key."""
    return DriverKey(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())


def _derived(key: bytes, use: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, b"carlendar driver settings", use).derive(key)


def _fits(key: str, value: str) -> bool:
    return key in PORTABLE and len(value) <= LONGEST_VALUE
