"""A certificate authority created at start for this process; its key is never written."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")


def make(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a server's TLS context for loopback names, and the file with the authority's certificate in `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = trustme.CA(organization_name="Carlendar emulator")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*NAMES).configure_cert(context)
    target = folder / "ca.pem"
    fresh = folder / f"ca.pem.{os.getpid()}"
    fresh.write_bytes(authority.cert_pem.bytes())
    fresh.replace(target)
    return context, target
