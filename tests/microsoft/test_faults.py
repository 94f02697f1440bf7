"""What answers mean that are no success."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from carlendar.domain.retry_after import LONGEST_WAIT, retry_after
from carlendar.errors import (
    CarlendarError,
    GoneError,
    OutageError,
    RefusedError,
    SignInNeededError,
    SyncStateLostError,
    ThrottledError,
)
from carlendar.microsoft.faults import challenged_claims, fault

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def body(code: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": "A title that must not be logged"}}).encode()


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (302, "", OutageError),
        (400, "ErrorInvalidRequest", RefusedError),
        (400, "SyncStateNotFound", SyncStateLostError),
        (400, "syncStateNotFound", SyncStateLostError),
        (401, "InvalidAuthenticationToken", SignInNeededError),
        (403, "ErrorAccessDenied", RefusedError),
        (403, "insufficient_claims", SignInNeededError),
        (404, "ErrorItemNotFound", GoneError),
        (404, "resyncRequired", SyncStateLostError),
        (410, "SYNCSTATENOTFOUND", SyncStateLostError),
        (410, "", SyncStateLostError),
        (429, "ApplicationThrottled", ThrottledError),
        (500, "", OutageError),
        (503, "", OutageError),
        (504, "UnknownError", OutageError),
    ],
)
def test_status_and_code_choose_the_error(status: int, code: str, kind: type[CarlendarError]) -> None:
    error = fault(status, {}, body(code))
    assert type(error) is kind
    assert "title" not in f"{error} {error.detail}"


def test_an_error_code_cannot_smuggle_text_into_the_log() -> None:
    assert fault(500, {}, body("Evil\nINFO all is well " + "x" * 500)).detail.startswith("500 EvilINFOalliswell")
    assert len(fault(500, {}, body("x" * 500)).detail) < 70


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b'{"error":"text"}', b'{"error":{"code":7}}', b"[" * 100_000]
)
def test_garbage_in_an_error_body_does_no_harm(content: bytes) -> None:
    assert type(fault(500, {}, content)) is OutageError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("2.128", 2.128),
        ("-3", 0.0),
        ("999999", LONGEST_WAIT),
        ("inf", LONGEST_WAIT),
        ("nan", LONGEST_WAIT),
        ("soon", None),
        ("\u00b2", None),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),
        ("Wed, 21 Oct 2026 07:28:00 +9999999", None),
        ("", None),
        (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 30.0),
        (format_datetime(NOW - timedelta(seconds=30), usegmt=True), 0.0),
    ],
)
def test_retry_after_is_read_as_number_or_date(text: str, seconds: float | None) -> None:
    assert retry_after({"RETRY-AFTER": text}, NOW) == seconds


def test_a_date_is_measured_from_the_answers_own_date_not_the_cars_clock() -> None:
    headers = {"Date": format_datetime(NOW, usegmt=True), "Retry-After": format_datetime(NOW + timedelta(seconds=9))}
    assert retry_after(headers) == 9.0


def test_503_with_a_time_to_wait_is_throttling() -> None:
    error = fault(503, {"Retry-After": "12"}, b"")
    assert isinstance(error, ThrottledError)
    assert error.retry_after == 12.0


CLAIMS = json.dumps({"access_token": {"nbf": {"essential": True, "value": "1700000000"}, "odd": "~~~???"}})


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", [True, False])
def test_claims_are_read_out_of_the_challenge(encode: type, padding: bool) -> None:
    raw = encode(CLAIMS.encode()).decode()
    header = f'Bearer realm="", error="insufficient_claims", claims="{raw if padding else raw.rstrip("=")}"'
    error = fault(401, {"www-authenticate": header}, b"")
    assert isinstance(error, SignInNeededError)
    assert error.claims == CLAIMS


@pytest.mark.parametrize("raw", ["", "!!!", "bm8ganNvbg==", "WzFd", "/w=="])
def test_claims_that_are_none_are_left_out(raw: str) -> None:
    assert challenged_claims({"WWW-Authenticate": f'Bearer claims="{raw}"'}) == ""


@pytest.mark.parametrize(
    ("status", "code", "key"),
    [
        (404, "MailboxNotEnabledForRESTAPI", "mailbox"),
        (401, "MailboxNotEnabledForRESTAPI", "mailbox"),
        (403, "mailboxNotEnabledForRestApi", "mailbox"),
        (404, "MailboxNotSupportedForRESTAPI", "mailbox"),
        (404, "MailboxNotHostedInExchangeOnline", "mailbox"),
        (404, "ErrorMailboxNotFound", "mailbox"),
        (404, "ErrorNonExistentMailbox", "mailbox"),
        (404, "ErrorInvalidUser", "mailbox"),
        (404, "ResourceNotFound", "mailbox"),
        (404, "OrganizationFromTenantGuidNotFound", "mailbox_license"),
        (403, "ErrorAccountDisabled", "mailbox_disabled"),
        (503, "ErrorMailboxMoveInProgress", "mailbox_moving"),
        (503, "ErrorMailboxStoreUnavailable", "mailbox_moving"),
    ],
)
def test_a_mailbox_that_cannot_be_used_has_a_message_of_its_own(status: int, code: str, key: str) -> None:
    error = fault(status, {}, body(code))
    assert error.key == key
    assert isinstance(error, OutageError if key == "mailbox_moving" else RefusedError)


@pytest.mark.parametrize(
    ("status", "headers", "content", "key"),
    [
        (302, {"Location": "https://portal.example/"}, b"", "portal"),
        (511, {}, b"", "portal"),
        (407, {}, b"", "proxy_auth"),
        (403, {"Content-Type": "text/html"}, b"<html>Blocked</html>", "filtered"),
        (451, {"content-type": "text/html; charset=utf-8"}, b"Blocked", "filtered"),
        (403, {}, b"\n<!DOCTYPE html><html>", "filtered"),
        (503, {"Content-Type": "text/html"}, b"<html>", "outage"),
        (403, {"Content-Type": "application/json"}, b"{}", "refused"),
    ],
)
def test_what_answers_in_place_of_the_service_is_distinguished_from_it(
    status: int, headers: dict[str, str], content: bytes, key: str
) -> None:
    assert fault(status, headers, content, host="graph.contoso.example").key == key


@pytest.mark.parametrize("inner", ["innerError", "innererror", "InnerError"])
def test_a_refusal_bears_graphs_request_id_and_the_time(inner: str) -> None:
    request = "8f2c8b1e-1111-4222-8333-444455556666"
    content = json.dumps({"error": {"code": "ErrorAccessDenied", inner: {"request-id": request}}}).encode()
    error = fault(403, {"Date": "Mon, 23 Nov 2026 08:41:00 GMT"}, content)
    assert (error.reference, error.at) == (request, "Mon, 23 Nov 2026 08:41:00 GMT")
    assert fault(403, {"request-id": request}, b"").reference == request
    assert fault(403, {"request-id": "a title, perhaps"}, b"").reference == ""
