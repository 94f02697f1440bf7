"""What a person reads of a broken world: the cause, the host or the setting, and what to do, in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Machine
from tests.fakes.http_server import Answer, HttpServer
from tests.fakes.tls_servers import Authority

CLIENT = {"CARLENDAR_IDENTITY_CLIENT_ID": "3d1f0f52-6f0e-4d3a-9a53-0c4c4dd0b5a1"}
ID = "8f2c8b1e-1111-4222-8333-444455556666"
SINGLE_TENANT = (
    b'{"error": "invalid_request", "error_description": "AADSTS50194: Not a multi-tenant application.",'
    b'"timestamp": "2026-11-23 08:41:00Z", "correlation_id": "' + ID.encode() + b'"}'
)


def said(machine: Machine, code: int, **environment: str) -> str:
    """The one line that `carlendar sign-in` ends with."""
    done = machine.run("sign-in", **(CLIENT | environment))
    assert done.returncode == code, done
    assert done.stderr.startswith("carlendar: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_refused_sign_in_names_setting_number_and_correlation_id(machine: Machine, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    answer = Answer(400, {"Content-Type": "application/json"}, SINGLE_TENANT)
    with HttpServer(authority, lambda _: answer) as server:
        cloud = {
            "CARLENDAR_IDENTITY_AUTHORITY": f"{server.root}/contoso.example",
            "CARLENDAR_IDENTITY_GRAPH": f"{server.root}/v1.0",
            "CARLENDAR_IDENTITY_CA_FILE": str(authority.ca_file),
        }
        line = said(machine, 3, **cloud)
    assert all(each in line for each in ("identity.tenant", "AADSTS50194", ID, "2026-11-23 08:41:00Z")), line


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("CARLENDAR_NETWORK_CA_FILE", "/nowhere.pem", ("network.ca_file", "/nowhere.pem", "does not exist")),
        ("CARLENDAR_IDENTITY_CA_FILE", "/dev/null", ("identity.ca_file", "/dev/null", "no certificate")),
        ("CARLENDAR_NETWORK_PROXY", "proxy.contoso.example:8080", ("network.proxy", "http://")),
    ],
)
def test_a_setting_of_the_network_that_cannot_be_used_is_named(
    machine: Machine, setting: str, value: str, words: tuple[str, ...]
) -> None:
    line = said(machine, 2, **{setting: value})
    assert all(each in line for each in words), line
