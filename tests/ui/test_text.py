"""Setting text: variants, wrapping and cutting in reading order, whatever the script."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carlendar.text.clean import clean
from carlendar.text.shape import runs
from carlendar.text.wrap import (
    SetText,
    breaks,
    first_that_fits,
    label_that_fits,
    set_title,
    shortened,
    steps,
    wrapped,
)
from carlendar.ui.coverage import coverage
from carlendar.ui.font_files import first, font_of
from carlendar.ui.fonts import RULER

TITLES = [
    "Product review",
    "اجتماع مراجعة المنتج الجديد في هامبورغ",
    "סקירת תקציב שנתית 2026",
    "製品レビュー会議：第四工場のサプライチェーン",
    "产品评审会议，关于第四工厂",
    "การประชุมทบทวน",
    "Launch 🎉🚗 party 👨\u200d👩\u200d👧",
    "Ünïcödé " * 40,
    "x" * 300,
    "مرحبا hello مرحبا 10:30",
]


class Tenths:
    """A ruler for which every character is as wide as it is high."""

    def width(self, text: str, px: int, *, bold: bool) -> float:
        """Characters times size, bold or not."""
        del bold
        return len(text) * px


def test_the_first_variant_that_fits_is_taken() -> None:
    assert first_that_fits(["Tell them I’m late", "I’m late"], 100, 10, Tenths()).lines == ("I’m late",)
    assert first_that_fits(["Tell them I’m late", "I’m late"], 200, 10, Tenths()).lines == ("Tell them I’m late",)


def test_only_the_last_variant_is_cut() -> None:
    fit = first_that_fits(["Tell them I’m late", "I’m late"], 50, 10, Tenths())
    assert fit.cut
    assert fit.lines == ("I’m…",)


def test_a_short_variant_is_better_than_small_letters_and_these_than_a_cut() -> None:
    assert label_that_fits(["Enter ID again", "ID again"], 100, 10, (10, 8), Tenths()).lines == ("ID again",)
    assert label_that_fits(["Enter ID"], 70, 10, (10, 8), Tenths()).px == 8


def test_a_title_stands_in_two_lines_before_it_gets_smaller() -> None:
    title = set_title("Abstimmung Lieferkette Werk 4", 180, (10, 8, 6), Tenths())
    assert title.lines == ("Abstimmung", "Lieferkette Werk 4")
    assert title.px == 10


def test_a_compound_is_parted_between_its_parts_before_the_title_gets_smaller() -> None:
    title = set_title("Datenschutzgrundverordnung", 190, (10, 8, 7), Tenths())
    assert (title.lines, title.px) == (("Datenschutzgrund-", "verordnung"), 10)
    title = set_title("Weekly Qualitätssicherungsbesprechung", 210, (10, 8, 7), Tenths(), lines=3)
    assert (title.lines, title.px) == (("Weekly", "Qualitätssicherungs-", "besprechung"), 10)


def test_another_long_word_is_parted_too_before_the_title_gets_smaller() -> None:
    title = set_title("Internationalisation board", 190, (10, 9, 7), Tenths())
    assert (title.lines, title.px) == (("Internationalisa-", "tion board"), 10)


def test_a_word_too_long_for_every_size_is_parted_rather_than_cut() -> None:
    title = set_title("Internationalisation", 110, (10, 8), Tenths())
    assert not title.cut
    assert title.lines[0].endswith("-")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Monday 23 November, 9:00 – 9:30", 240, ("Monday 23 November,", "9:00 – 9:30")),
        ("Today 9:00 AM – 10:30 AM", 190, ("Today", "9:00 AM – 10:30 AM")),
        ("Until 10:30 AM", 100, ("Until", "10:30 AM")),
        ("Werksführung 9:00 – 17:00 Uhr", 180, ("Werksführung", "9:00 – 17:00 Uhr")),
    ],
)
def test_a_time_span_is_not_broken_at_its_dash_nor_a_time_before_its_unit(
    text: str, width: int, lines: tuple[str, ...]
) -> None:
    assert wrapped(text, width, 10, Tenths(), lines=3).lines == lines


@pytest.mark.parametrize(
    ("text", "letters", "shown"),
    [
        ("Launch checklist, risks and open points", 30, "Launch checklist, risks…"),
        ("Launch checklist, open risks, decision on the date", 44, "Launch checklist, open risks, decision…"),
        ("Abstimmung mit der Werksleitung", 20, "Abstimmung…"),
        ("Review of the supplier contract", 17, "Review…"),
        ("Besprechung zu Batterien", 17, "Besprechung…"),
        ("The", 2, "T…"),
        ("Datenschutz", 8, "Datensc…"),
    ],
)
def test_nothing_is_cut_on_a_word_that_says_nothing_alone(text: str, letters: int, shown: str) -> None:
    assert shortened(text, letters * 10, 10, Tenths()) == shown


def test_a_label_is_parted_with_a_hyphen_rather_than_cut_off() -> None:
    label = label_that_fits(["Rückgängig"], 80, 30, (10,), Tenths())
    assert label.cut, "so that the target tries without its icon"
    assert [line.rstrip("-") for line in label.lines] in (["Rück", "gängig"], ["Rückgän", "gig"])
    assert label_that_fits(["Rückgängig"], 80, 20, (10,), Tenths()).lines == ("Rückgän…",)


def test_the_third_variant_of_a_label_is_the_last_resort() -> None:
    forms = ["Ich komme später", "Komme später", "Später"]
    assert label_that_fits(forms, 100, 10, (10, 8), Tenths()) == SetText(("Komme später",), 8)
    assert label_that_fits(forms, 70, 10, (10, 8), Tenths()) == SetText(("Später",), 10)


def test_what_fits_at_no_size_is_cut_in_the_second_line() -> None:
    title = set_title("one two three four five six", 70, (10, 9), Tenths())
    assert title.cut
    assert len(title.lines) == 2
    assert title.lines[1].endswith("…")


def test_a_letter_with_its_marks_is_never_split() -> None:
    family = "👨\u200d👩\u200d👧"
    for width in range(10, 90, 10):
        cut = shortened(family + "abc", width, 10, Tenths()).removesuffix("…")
        assert cut == "" or cut.startswith(family)


def test_ideographs_break_anywhere_but_no_line_begins_with_a_full_stop() -> None:
    fit = wrapped("製品会議。確認", 40, 10, Tenths(), lines=3)
    assert fit.lines == ("製品会", "議。確認")


@pytest.mark.parametrize("title", TITLES)
def test_every_title_fits_its_room_in_two_lines(title: str) -> None:
    fit = set_title(title, 400, steps(60, 32), RULER)
    assert 1 <= len(fit.lines) <= 2
    assert all(RULER.width(line, fit.px, bold=True) <= 401 for line in fit.lines)


@given(st.text(max_size=120), st.integers(20, 400))
def test_wrapping_keeps_every_letter_until_it_cuts(text: str, width: int) -> None:
    text = clean(text)
    fit = wrapped(text, width, 10, Tenths(), lines=30)
    if not fit.cut:
        kept = [each.translate({ord(" "): None, ord("-"): None}) for each in ("".join(fit.lines), text)]
        assert kept[0] == kept[1]  # but for hyphens where a word was parted
    assert len(fit.lines) <= 30


@given(st.text(max_size=60))
def test_any_text_is_cut_into_runs_of_fonts_that_have_it(text: str) -> None:
    for run in runs(clean(text), font_of):
        assert all(coverage(run.font).has(char) for char in run.text if char not in " \u200c\u200d\u034f")


def test_breaks_tells_a_broken_word() -> None:
    assert breaks("abcdef", wrapped("abcdef", 30, 10, Tenths(), lines=3))
    assert not breaks("abc def", wrapped("abc def", 30, 10, Tenths(), lines=3))


def test_control_and_direction_characters_never_reach_the_display() -> None:
    assert clean("a\u202eb\x07c\u200f\n d\u2066") == "abc d"


def test_latin_text_is_one_run_of_roboto() -> None:
    text = "Résumé – 10:30 “ok” …"
    assert [(run.text, run.font) for run in runs(text, font_of)] == [(text, first().regular)]


@pytest.mark.parametrize("char", ["ا", "ש", "議", "Ж", "Ω", "→"])
def test_every_script_has_a_font(char: str) -> None:
    assert font_of(char) is not None


def test_a_character_that_no_font_has_is_left_out() -> None:
    assert "".join(run.text for run in runs("a\U000e0041b", font_of)) == "ab"


def test_figures_are_of_one_width() -> None:
    assert len({RULER.width(figure * 4, 44, bold=True) for figure in "0123456789"}) == 1


def test_two_lines_are_about_as_long_as_each_other() -> None:
    assert wrapped("Sign in to see your meetings", 260, 10, Tenths(), lines=2).lines == (
        "Sign in to see",
        "your meetings",
    )


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Launch 👨\u200d👩\u200d👧 party", "Launch 👨 party"),
        ("Ben 👩🏽\u200d🔧 and 🏃\u200d♀\ufe0f", "Ben 👩🏽 and 🏃"),
        ("Off 🇩🇪🇫🇷", "Off DEFR"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_a_joined_pictogram_is_shown_as_its_first_and_a_flag_by_its_letters(title: str, shown: str) -> None:
    assert clean(title) == shown


def test_no_line_ends_or_begins_with_the_point_between_two_parts() -> None:
    assert wrapped("+49 69 1234 · ID 987 654", 130, 10, Tenths(), lines=2).lines == ("+49 69 1234", "ID 987 654")
    assert wrapped("Join · Germany", 100, 10, Tenths(), lines=2).lines == ("Join", "Germany")
    assert wrapped("Join · Germany", 200, 10, Tenths(), lines=2).lines == ("Join · Germany",)


@pytest.mark.parametrize(
    ("word", "letters", "lines"),
    [
        ("Qualitätssicherungsbesprechung", 20, ("Qualitätssicherungs-", "besprechung")),
        ("Datenschutzgrundverordnung", 14, ("Datenschutz-", "grund-", "verordnung")),
        ("Besprechungsvorbereitung", 13, ("Besprechungs-", "vorbereitung")),
        ("製品会議資料確認", 4, ("製品会議", "資料確認")),
    ],
)
def test_a_word_longer_than_its_line_is_parted_with_a_hyphen(word: str, letters: int, lines: tuple[str, ...]) -> None:
    assert wrapped(word, letters * 10, 10, Tenths(), lines=3).lines == lines
    assert breaks(word, wrapped(word, letters * 10, 10, Tenths(), lines=3)) == (len(lines) > 1 and "-" in lines[0])


@pytest.mark.parametrize("text", ["Monday 23 November, 9:00 – 9:30", "9:00 – 10:15 in the big room", "In Rome: 3 – 4"])
def test_no_line_ends_within_a_span_of_times(text: str) -> None:
    span = re.findall(r"[\d:]+ – [\d:]+", text)[0]
    for width in range(10 * len(span), 400, 7):
        lines = wrapped(text, width, 10, Tenths(), lines=4).lines
        assert any(span in line for line in lines), lines


class Numbered(Tenths):
    """A ruler with a number for its fonts, which counts its measurements."""

    def __init__(self) -> None:
        self.fonts, self.share, self.measured = 1, 1.0, 0

    def width(self, text: str, px: int, *, bold: bool) -> float:
        """A letter is a share of its size wide."""
        self.measured += 1
        return super().width(text, px, bold=bold) * self.share


def test_a_text_is_wrapped_once_for_the_same_fonts_and_again_for_others() -> None:
    ruler = Numbered()
    first_time = wrapped("Quarterly review", 100, 10, ruler, lines=2)
    measured = ruler.measured
    assert wrapped("Quarterly review", 100, 10, ruler, lines=2) == first_time
    assert ruler.measured == measured
    ruler.fonts, ruler.share = 2, 0.5
    assert wrapped("Quarterly review", 100, 10, ruler, lines=2).lines == ("Quarterly review",) != first_time.lines
