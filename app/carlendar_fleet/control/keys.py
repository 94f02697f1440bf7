"""Signing keys (Ed25519) in files. Their public parts belong into the platform file of the cars."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from carlendar.errors import UsageError
from carlendar.full_disk import explained
from carlendar.telemetry.signing import keys_of, public_bytes
from carlendar_fleet.registry.authority import write_private


def create(path: Path) -> Ed25519PrivateKey:
    """Make a key in a new file. Raises UsageError if the file exists or cannot be written."""
    if path.exists():
        raise UsageError(f"{path} exists already: a key is never overwritten")
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        write_private(path, text)
    except OSError as error:
        raise UsageError(f"the key cannot be written: {explained(error, path)}") from error
    return key


def load(path: Path) -> Ed25519PrivateKey:
    """Read a key. Raises UsageError."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path} is no key in PEM without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} is no key of Ed25519: make one by `carlendar fleet key`")
    return key


def load_or_create(path: Path) -> Ed25519PrivateKey:
    """Read a key, and make it at the first use. Raises UsageError."""
    return load(path) if path.exists() else create(path)


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key as the platform file has it."""
    return base64.b64encode(public_bytes(key)).decode()


def public_keys(path: Path) -> dict[str, bytes]:
    """Read public keys, one a line, by their names. Raises UsageError."""
    try:
        return keys_of(path.read_text("utf-8").split())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
