"""A TLS server on the loopback interface that answers as a test decides, byte by byte where it has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fakes.http_server import Certificates, HttpServer, RawAnswer


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """What the server shows and a client trusts."""
    return Certificates(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def ca_file(certificates: Certificates) -> Path:
    """The authority that the server is trusted by."""
    return certificates.ca_file


@pytest.fixture
def serve(certificates: Certificates) -> Iterator[Callable[[RawAnswer], str]]:
    """Start a server that answers every request by a function; returns its root."""
    with ExitStack() as servers:
        yield lambda answer: servers.enter_context(HttpServer(certificates, raw=answer)).root
