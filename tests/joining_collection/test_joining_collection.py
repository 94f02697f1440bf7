"""The product against the collection: no wrong number, no host's code, nearly every genuine dial-in, every link."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import combinations, islice

import pytest

from tests.joining_collection.case import Case, Kind, Part
from tests.joining_collection.collection import cases
from tests.joining_collection.score import Outcome, Verdict, tally, verdicts
from tests.joining_collection.words import LANGUAGES

SHARE_RIGHT = 0.97
"""The least share of genuine dial-ins that are found with the participant's code."""

ASSERTED = [part for part in Part if part is not Part.UNSEEN]
"""The parts that the suite insists on; the unseen one is only measured."""


@pytest.fixture(scope="module", params=ASSERTED)
def judgements(request: pytest.FixtureRequest) -> list[Verdict]:
    return list(verdicts(_all(Part(request.param))))


@pytest.mark.parametrize("outcome", [Outcome.WRONG_NUMBER, Outcome.HOST_CODE])
def test_no_wrong_number_and_no_host_code_is_offered(judgements: list[Verdict], outcome: Outcome) -> None:
    offered = [verdict.case.name for verdict in judgements if verdict.outcome is outcome]
    assert offered == []


def test_genuine_dial_ins_are_found_with_the_participants_code(judgements: list[Verdict]) -> None:
    share = tally(_with_dial_in(judgements)).share_right
    assert share >= SHARE_RIGHT


def test_every_language_finds_its_dial_ins(judgements: list[Verdict]) -> None:
    by_language: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in _with_dial_in(judgements):
        by_language[verdict.case.language].append(verdict)
    shares = {language: tally(group).share_right for language, group in by_language.items()}
    assert set(shares) == set(LANGUAGES)
    too_low = {language: share for language, share in shares.items() if share < SHARE_RIGHT}
    assert too_low == {}


def test_links_are_right_byte_for_byte_and_look_alikes_ask_first(judgements: list[Verdict]) -> None:
    wrong = [verdict.case.name for verdict in judgements if not verdict.link_right]
    assert wrong == []


@cache
def _all(part: Part) -> tuple[Case, ...]:
    return tuple(cases(part))


def _with_dial_in(judgements: list[Verdict]) -> list[Verdict]:
    return [v for v in judgements if v.case.kind is not Kind.LINK and v.case.required]


def test_the_collection_is_large_and_its_parts_share_no_text() -> None:
    parts = [_all(part) for part in ASSERTED]
    both = [case for part in parts for case in part]
    assert sum(case.kind is Kind.ADVERSARIAL for case in both) >= 1_000
    assert sum(case.kind is Kind.GENUINE for case in both) >= 1_500
    assert len({case.name for case in both}) == len(both)
    texts = [{case.text for case in part} for part in parts]
    assert not any(one & other for one, other in combinations(texts, 2))


def test_equal_runs_make_equal_cases() -> None:
    assert tuple(islice(cases(Part.HELD_OUT), 150)) == _all(Part.HELD_OUT)[:150]
