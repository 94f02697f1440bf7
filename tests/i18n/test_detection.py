"""The language of an invitation, where its text shows it."""

from __future__ import annotations

from itertools import combinations

import pytest

from carlendar.i18n.detection import WORDS, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello all, please find the agenda for our meeting in the attachment. Thanks, Priya", "en"),
        ("Liebe alle, bitte schaut euch die Folien vor dem Termin an. Viele Grüße, Jonas", "de"),
        ("Hallo zusammen,\nwir sprechen über die Lieferkette und das Budget.\nJoin the meeting", "de"),
        ("We meet with the team from Würzburg; let me know if you can join.", "en"),
        ("Bonjour à tous, nous parlerons du budget et des risques.", ""),
        ("Produktreview", ""),
        ("Budget sync", ""),
        ("", ""),
        ("予算会議", ""),
        ("the and of der die das", ""),
    ],
)
def test_the_small_words_tell_the_language_or_nothing_does(text: str, language: str) -> None:
    assert language_of(text) == language


def test_no_word_speaks_for_two_languages() -> None:
    for one, other in combinations(WORDS.values(), 2):
        assert not one & other
