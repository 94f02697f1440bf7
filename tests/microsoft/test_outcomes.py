"""Decisions come from OAuth's words alone; Microsoft's numbers choose the sentence."""

from __future__ import annotations

import string
from typing import Any

import pytest

from carlendar.errors import OutageError, SignInExpiredError, SignInNeededError, SignInRefusedError
from carlendar.microsoft.outcomes import REASONS, Next, error_of, outcome_of


def answer(error: str, number: int = 0, suberror: str = "", claims: str = "") -> dict[str, Any]:
    text = f"AADSTS{number}: Something in English that nobody reads. Trace ID: 1" if number else ""
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
    assert outcome.sentence == REASONS[reason]


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


def test_an_unknown_number_is_given_to_the_person() -> None:
    outcome = outcome_of(answer("invalid_grant", 987654), renewing=False)
    assert outcome.reason == "number"
    assert "AADSTS987654" in outcome.sentence


def test_a_number_is_found_in_the_list_of_codes_too() -> None:
    assert outcome_of({"error": "invalid_grant", "error_codes": [53003]}, renewing=True).reason == "policy"


@pytest.mark.parametrize("nonsense", [{}, {"error": None}, {"error": 7, "error_codes": "x"}, {"error_codes": [None]}])
def test_nonsense_is_a_refusal_without_a_number(nonsense: dict[str, Any]) -> None:
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
    for reason, sentence in REASONS.items():
        names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        assert names <= {"code"}, reason
        assert 10 < len(sentence) <= 120, reason
        assert sentence.endswith("."), reason
