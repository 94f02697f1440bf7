"""Decisions come from OAuth's words alone; Microsoft's numbers choose the sentence."""

from __future__ import annotations

import string

import pytest

from carlendar.errors import OutageError, SignInExpiredError, SignInNeededError, SignInRefusedError
from carlendar.microsoft.outcomes import Next, error_of, outcome_of
from carlendar.presentation.reasons import REASONS, SIGN_IN, terminal


def answer(error: str, number: int = 0, suberror: str = "", claims: str = "") -> dict[str, object]:
    text = f"AADSTS{number}: Something in English that is not read. Trace ID: 1" if number else ""
    return {"error": error, "error_description": text, "suberror": suberror, "claims": claims}


COMMON = [
    (53003, "policy"),
    (50097, "device"),
    (53000, "device"),
    (53001, "device"),
    (50057, "disabled"),
    (50055, "password_expired"),
    (65001, "consent"),
    (90094, "admin_consent"),
    (50020, "wrong_tenant"),
    (90072, "wrong_tenant"),
    (700016, "application"),
    (7000218, "not_public"),
    (70002, "not_public"),
    (50076, "confirm"),
    (50079, "confirm"),
    (50105, "not_assigned"),
    (50034, "unknown_user"),
    (50053, "locked"),
    (70043, "too_old"),
    (70044, "too_old"),
]


@pytest.mark.parametrize(("number", "reason"), COMMON)
def test_common_numbers_have_a_sentence_of_their_own(number: int, reason: str) -> None:
    outcome = outcome_of(answer("invalid_grant", number), renewing=False)
    assert (outcome.reason, outcome.code) == (reason, f"AADSTS{number}")
    assert REASONS[reason].text


@pytest.mark.parametrize("number", [0, 53003, 50057, 70016, 999999])
def test_a_number_never_decides_what_happens(number: int) -> None:
    def follows(error: str, suberror: str = "", *, renewing: bool = True) -> Next:
        return outcome_of(answer(error, number, suberror), renewing=renewing).next

    assert follows("authorization_pending", renewing=False) is Next.WAIT
    assert follows("slow_down", renewing=False) is Next.WAIT
    assert follows("expired_token", renewing=False) is Next.EXPIRED
    assert follows("authorization_declined", renewing=False) is Next.REFUSED
    assert follows("temporarily_unavailable") is Next.RETRY
    assert follows("interaction_required") is Next.SIGN_IN
    assert follows("invalid_grant", "basic_action") is Next.SIGN_IN
    assert follows("invalid_grant", "consent_required") is Next.SIGN_IN
    assert follows("invalid_grant", "bad_token") is Next.REVOKED
    assert follows("invalid_grant") is Next.REVOKED
    assert follows("invalid_client") is Next.REFUSED
    assert follows("something_new") is Next.REFUSED


@pytest.mark.parametrize(
    ("error", "number", "reason"),
    [
        ("invalid_request", 50194, "single_tenant"),
        ("invalid_request", 90002, "unknown_tenant"),
        ("invalid_request", 50059, "unknown_tenant"),
        ("invalid_tenant", 987654, "unknown_tenant"),
        ("invalid_request", 900144, "setup"),
        ("invalid_request", 901999, "setup"),
        ("invalid_client", 7000299, "not_public"),
        ("unauthorized_client", 987654, "application"),
        ("unauthorized_client", 700998, "setup"),
        ("invalid_scope", 987654, "scope"),
        ("invalid_resource", 500099, "application"),
        ("invalid_grant", 530099, "access_rules"),
        ("access_denied", 53099, "declined"),
        ("invalid_grant", 80099, "home_server"),
        ("invalid_grant", 65099, "consent"),
        ("invalid_grant", 987654, "not_completed"),
        ("invalid_grant", 0, "not_completed"),
        ("interaction_required", 987654, "confirm"),
        ("login_required", 16999, "confirm"),
        ("unsupported_grant_type", 70999, "no_code"),
        ("something_new", 530099, "access_rules"),
        ("something_new", 987654, "number"),
        ("something_new", 0, "refused"),
    ],
)
def test_a_number_outside_the_table_is_judged_by_oauths_error_and_by_its_family(
    error: str, number: int, reason: str
) -> None:
    assert outcome_of(answer(error, number), renewing=False).reason == reason


def test_a_single_tenant_application_names_the_setting() -> None:
    found = outcome_of(answer("invalid_request", 50194), renewing=False)
    assert "identity.tenant" in terminal(found.reason, number=found.code)
    assert "AADSTS50194" in terminal(found.reason, number=found.code)


ID = "8f2c8b1e-1111-4222-8333-444455556666"


@pytest.mark.parametrize(
    "given",
    [
        {"correlation_id": ID, "timestamp": "2026-11-23 08:41:00Z"},
        {"error_description": f"AADSTS1: No.\r\nCorrelation ID: {ID}\r\nTimestamp: 2026-11-23 08:41:00Z"},
        {"correlation_id": "<script>", "trace_id": ID, "timestamp": "2026-11-23 08:41:00Z"},
    ],
)
def test_a_refusal_bears_the_correlation_id_and_the_time_for_the_administrator(given: dict[str, object]) -> None:
    error = error_of(outcome_of({"error": "invalid_grant", **given}, renewing=False))
    assert (error.reference, error.at) == (ID, "2026-11-23 08:41:00Z")


@pytest.mark.parametrize("nonsense", ["", "x" * 36, "now", 7, None, ID + "\n"])
def test_what_is_no_correlation_id_and_no_time_is_left_out(nonsense: object) -> None:
    error = error_of(outcome_of({"correlation_id": nonsense, "timestamp": nonsense}, renewing=False))
    assert (error.reference, error.at) == ("", "")


def test_a_number_is_found_in_the_list_of_codes_too() -> None:
    assert outcome_of({"error": "invalid_grant", "error_codes": [53003]}, renewing=True).reason == "policy"


@pytest.mark.parametrize("nonsense", [{}, {"error": None}, {"error": 7, "error_codes": "x"}, {"error_codes": [None]}])
def test_nonsense_is_a_refusal_without_a_number(nonsense: dict[str, object]) -> None:
    outcome = outcome_of(nonsense, renewing=True)
    assert (outcome.next, outcome.reason, outcome.code) == (Next.REFUSED, "refused", "")


def test_each_outcome_becomes_an_error_that_bears_reason_code_and_claims() -> None:
    again = error_of(outcome_of(answer("interaction_required", 50076, claims='{"a":1}'), renewing=True))
    assert isinstance(again, SignInNeededError)
    assert (again.reason, again.code, again.claims, again.revoked) == ("confirm", "AADSTS50076", '{"a":1}', False)
    dead = error_of(outcome_of(answer("invalid_grant", 50057), renewing=True))
    assert isinstance(dead, SignInNeededError)
    assert dead.revoked
    assert isinstance(error_of(outcome_of(answer("expired_token"), renewing=False)), SignInExpiredError)
    assert isinstance(error_of(outcome_of(answer("access_denied"), renewing=False)), SignInRefusedError)
    assert isinstance(error_of(outcome_of(answer("server_error"), renewing=True)), OutageError)


def test_sentences_are_short_enough_for_a_card_and_have_one_placeholder_at_most() -> None:
    for key, reason in REASONS.items():
        names = {name for _, name, _, _ in string.Formatter().parse(reason.text) if name}
        assert names <= {"code"}, key
        if reason.text:
            assert 10 < len(reason.text) <= 120, key
            assert reason.text.endswith("."), key
        assert len(reason.brief) <= 45, key
        assert not reason.terminal.endswith("."), key
    assert all(reason.text for reason in SIGN_IN.values())
