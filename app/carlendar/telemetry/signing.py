"""Signatures over commands and policies: JSON Web Signatures (RFC 7515, general JSON serialisation) with Ed25519.

A document may bear several signatures, one for each approval. Keys are named by the hash of the public key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from carlendar.domain.base import Value

LONGEST = 64 * 1024
"""Maximum size of a signed document in bytes."""
MOST_SIGNATURES = 8
ALGORITHM = "EdDSA"


class Header(Value, frozen=True, forbid_unknown_fields=True):
    """The protected header: no other algorithm and no other parameter is accepted."""

    alg: str
    kid: str


class Signature(Value, frozen=True):
    """One signature; both fields in base64url without padding."""

    protected: str
    signature: str


class Document(Value, frozen=True):
    """A signed document; `payload` in base64url without padding."""

    payload: str
    signatures: tuple[Signature, ...]


class Verified(Value, frozen=True):
    """The payload, and the names of the known keys whose signatures are valid; never empty."""

    payload: bytes
    keys: frozenset[str]


def key_name(public: bytes) -> str:
    """Return the name of a public key of 32 bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    """Return the public key of a private one, as 32 bytes."""
    return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def keys_of(texts: Iterable[str]) -> dict[str, bytes]:
    """Return public keys by name, from base64 texts of 32 bytes. Raises ValueError for another text."""
    keys: dict[str, bytes] = {}
    for text in texts:
        try:
            public = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError("a public key is not base64") from error
        if len(public) != 32:
            raise ValueError("a public key does not have 32 bytes")
        keys[key_name(public)] = public
    return keys


def sign(payload: bytes, *signers: Ed25519PrivateKey) -> bytes:
    """Return the payload as a document with a signature by each of the signers."""
    encoded = _encoded(payload)
    signatures = []
    for signer in signers:
        header = msgspec.json.encode(Header(ALGORITHM, key_name(public_bytes(signer))))
        protected = _encoded(header)
        signatures.append(Signature(protected, _encoded(signer.sign(f"{protected}.{encoded}".encode()))))
    return msgspec.json.encode(Document(encoded, tuple(signatures)))


def approve(document: bytes, signer: Ed25519PrivateKey) -> bytes:
    """Return a document with one more signature. Raises ValueError if it is none."""
    before = _document(document)
    added = _document(sign(_decoded(before.payload), signer))
    return msgspec.json.encode(Document(before.payload, before.signatures + added.signatures))


def verify(document: bytes, keys: Mapping[str, bytes]) -> Verified:
    """Return the payload of a document with a valid signature by one of the keys at least, given by name.

    Raises ValueError for a malformed document, PermissionError for one that none of the keys has signed.
    """
    found = _document(document)
    payload = _decoded(found.payload)
    valid = {name for each in found.signatures if (name := _signer(each, found.payload, keys))}
    if not valid:
        raise PermissionError("no known key has signed it")
    return Verified(payload, frozenset(valid))


def _document(document: bytes) -> Document:
    if len(document) > LONGEST:
        raise ValueError("the document is too long")
    try:
        found = msgspec.json.decode(document, type=Document)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("the document cannot be read") from None
    if len(found.signatures) > MOST_SIGNATURES:
        raise ValueError("the document has too many signatures")
    return found


def _signer(signature: Signature, payload: str, keys: Mapping[str, bytes]) -> str:
    """The name of the key that made the signature; empty if it is unknown or the signature is invalid."""
    try:
        header = msgspec.json.decode(_decoded(signature.protected), type=Header)
        public = keys.get(header.kid)
        if header.alg != ALGORITHM or public is None:
            return ""
        signed = f"{signature.protected}.{payload}".encode("ascii")
        Ed25519PublicKey.from_public_bytes(public).verify(_decoded(signature.signature), signed)
    except (ValueError, RecursionError, InvalidSignature):
        return ""
    return header.kid


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """Decode base64url without padding, in its one canonical form. Raises ValueError."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("it is not base64url") from error
    if _encoded(data) != text:
        raise ValueError("it is not canonical base64url")
    return data
