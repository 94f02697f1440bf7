"""The pseudo-language from right to left shows what was not translated, cut, or laid out for English alone."""

from __future__ import annotations

import unicodedata

from carlendar.i18n import catalogue
from carlendar.resources import asset
from carlendar.text.direction import is_rtl
from carlendar_devtools.stories.pseudo_language import PSEUDO, PseudoWords, pseudo, words_of


def test_a_text_is_longer_has_no_latin_letter_and_marks_at_both_ends() -> None:
    text = pseudo("Tell them I’m late")
    assert len(text) > 1.3 * len("Tell them I’m late")
    assert text.startswith("«")
    assert text.endswith("»")
    assert not any(character.isascii() and character.isalpha() for character in text)
    assert {unicodedata.bidirectional(character) for character in text if character.isalpha()} == {"R"}


def test_fields_are_kept_and_filled_in() -> None:
    words = PseudoWords()
    assert "9:00" in words.say("Now, until {time}", time="9:00")
    assert " 3 " in words.say_number("Starts in {n} minute", "Starts in {n} minutes", 3)
    assert words.say_in("short", "Dismiss") == words.say("Dismiss")


def test_it_is_written_from_right_to_left_and_shipped_nowhere() -> None:
    assert is_rtl(PSEUDO)
    assert PSEUDO not in catalogue.available(asset("locale"))
    assert words_of(f"{PSEUDO}-DE").language == PSEUDO
    assert words_of("de-DE").language == "de"
