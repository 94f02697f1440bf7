"""Titles for the glance: examples, and what holds for any text."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
import regex  # type: ignore[import-untyped]  # its types are a package of their own
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carlendar.domain.cancellation import WORDS as CANCELLED
from carlendar.safety.policy import FREE, IDLING_LIMITS, MOVING_LIMITS
from carlendar.safety.restrictions import ContentLimits
from carlendar.text.clean import clean
from carlendar.text.graphemes import count, graphemes
from carlendar.text.shorten import ELLIPSIS, MOST_VARIANTS, cut, fits, shorten, variants

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


def title_variants(title: str, limits: ContentLimits) -> tuple[str, ...]:
    return variants(title, limits.title, limits.title_cjk)


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Product review", "Product review"),
        ("RE: AW: FW: Product review", "RE: AW: FW: Product review"),
        ("RE: AW: FW: Canceled: Product review", "Product review"),
        ("Abgesagt: WG: [EXTERN] Fahrzeugabnahme Werk 2", "Fahrzeugabnahme Werk 2"),
        ("[EXT] Re: PRJ-20417: Roadmap of the battery plant (draft)", "Roadmap of the battery plant"),
        ("Quarterly review – agenda attached, please read before", "Quarterly review"),
        ("Weekly planning with Ana Ruiz and Tomás Berg", "Weekly planning"),
        ("Interview with Ana Ruiz, second round in Wolfsburg", "Interview with Ana Ruiz"),
        ("Start of the new assembly line at 10:30 Uhr", "Start of the new assembly line"),
        ("Do not release the software of series four", "Do not release the software"),
        ("四半期レビュー：新しい車載カレンダーの設計と実装について", "四半期レビュー"),
        ("", ""),
        ("[EXT]", "[EXT]"),
    ],
)
def test_titles_in_motion(title: str, short: str) -> None:
    assert title_variants(title, MOVING_LIMITS)[0] == short


def test_a_word_that_is_too_long_is_cut_between_graphemes_with_an_ellipsis() -> None:
    assert shorten("Donaudampfschifffahrtsgesellschaftskapitän", 30, 15) == "Donaudampfschifffahrtsgesells…"
    assert shorten("新車載カレンダー設計実装検討会議議事録作成", 30, 15) == "新車載カレンダー設計実装検討…"
    assert cut("é" * 40, 30, 15) == "é" * 29 + "…"


def test_a_name_stays_whole_or_goes() -> None:
    found = variants("Weekly planning with Ana Ruiz and Tomás Berg about trucks", 60, 30)
    assert found
    for short in found:
        assert "Ana" not in short or "Ana Ruiz" in short
        assert not short.endswith(("with", "and", "about"))


def test_a_time_keeps_its_unit() -> None:
    found = variants("Abfahrt um 10:30 Uhr in den Urlaub nach Süden", None, None)
    assert found
    for short in found:
        assert "10:30" not in short or "10:30 Uhr" in short


@pytest.mark.parametrize(
    "prefix",
    [
        "Canceled",
        "Abgesagt",
        "WG",
        "AW",
        "Annulé",
        "Annulée",
        "Cancelada",
        "Annullato",
        "Geannuleerd",
        "Odwołane",
        "Inställt",
        "Aflyst",
        "Avlyst",
        "Peruutettu",
        "Zrušeno",
        "Törölve",
        "Отменено",
        "Скасовано",
        "Ακυρώθηκε",
        "İptal edildi",
        "Updated invitation",
        "ملغى",
        "בוטל",
        "ยกเลิก",
        "已取消",
        "キャンセル済み",
        "취소됨",
        "RE[2]",
        "Fwd (3)",
    ],
)
def test_what_mail_programs_of_many_languages_put_before_a_subject_goes_first(prefix: str) -> None:
    assert variants(f"{prefix}: {prefix}: Product review – and all that follows", 30, 15)[0] == "Product review"
    assert variants(f"{prefix}: [EXT] {prefix}: Roadmap", 7, 4)[0] == "Roadmap"


def test_each_word_that_a_cancelled_meeting_may_begin_with_is_such_a_prefix() -> None:
    titles = [f"{word}: Product review of the quarter" for word in sorted(CANCELLED)]
    assert [title for title in titles if shorten(title, 30, 15) != "Product review of the quarter"] == []


@pytest.mark.parametrize("title", ["Rest: what is left", "Ha: nobody laughed", "Agenda: numbers"])
def test_a_word_that_only_looks_like_a_prefix_stays_while_it_fits(title: str) -> None:
    assert shorten(title, 30, 15) == title


def test_a_denial_is_never_lost_alone() -> None:
    found = variants("Please do not press the red button today", None, None)
    assert found
    for short in found:
        assert not short.endswith("not")


def test_variants_are_offered_where_nothing_is_limited() -> None:
    offered = title_variants("RE: Product review – part two", FREE)
    assert offered[0] == "RE: Product review – part two"
    assert "Product review" in offered


def test_what_cannot_be_seen_or_turns_the_text_round_is_taken_out() -> None:
    assert clean("a\u202eb\u0000c\u200bd\u2066e\ud800f\tg\r\nh") == "abcdef g h"
    assert clean(f"  {FAMILY}  ") == FAMILY[0], "as it is drawn"


PIECES = "aäß [](){}:-–|,.1239 新車ー한글각ㄱアガ\u0301\u200d\ufe0f\u202e\U0001f1e9\U0001f468\U0001f3fd"
WORDS = "RE: [EXT] review with Ana Ruiz – not 10:30 Uhr PRJ-1234 会議 (x)".split()  # noqa: SIM905 — reads as a title
texts = st.one_of(
    st.text(st.characters() | st.sampled_from(PIECES), max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
)
limits = st.sampled_from([(30, 15), (60, 31), (120, 60), (None, None)])


ATOMS = (
    "10:30 Uhr", "5 pm", "9:00 – 17:00", "3. Dezember", "December 3", "3rd March", "Halle 7", "KW 48", "with Ana Ruiz",
    "mit Frau Dr. Weber", "by Tomás Berg", "not released", "nicht freigegeben", "9 am - 5 pm",
)  # fmt: skip
FILLERS = ("plan", "steering", "weekly", "battery", "roadmap", "line", "supplier", "audit", "rollout", "pilot")
pieces = st.lists(st.sampled_from((*ATOMS, *FILLERS)), min_size=2, max_size=9, unique=True)


@settings(max_examples=300, deadline=None)
@given(pieces, limits)
def test_times_dates_numbers_and_names_stay_whole_or_go(parts: list[str], limit: tuple[int | None, int | None]) -> None:
    found = variants(" ".join(parts), *limit)
    assert found
    for short in found:
        if ELLIPSIS in short:
            continue
        left = short
        for atom in sorted((part for part in parts if part in ATOMS), key=len, reverse=True):
            left = left.replace(atom, "")
        assert not set(left.split()) - set(FILLERS), short


@settings(max_examples=200, deadline=None)
@given(texts, limits)
def test_every_variant_is_within_the_limits_and_shorter_than_the_one_before(
    text: str, limit: tuple[int | None, int | None]
) -> None:
    text = clean(text)
    found = variants(text, *limit)
    assert 1 <= len(found) <= MOST_VARIANTS
    assert all(fits(each, *limit) for each in found)
    assert all(len(graphemes(each)) <= max(1, len(graphemes(text))) for each in found)
    assert [len(each) for each in found] == sorted({len(each) for each in found}, reverse=True)
    assert all(ELLIPSIS not in each for each in found[:-1]) or ELLIPSIS in text


@settings(max_examples=200, deadline=None)
@given(texts, limits)
def test_s8_shortening_is_a_pure_function_and_shortening_again_changes_nothing(
    text: str, limit: tuple[int | None, int | None]
) -> None:
    once = shorten(text, *limit)
    assert shorten(text, *limit) == once
    assert shorten(once, *limit) == once
    assert clean(clean(text)) == clean(text)


@given(texts)
def test_a_looser_limit_never_gives_a_shorter_title(text: str) -> None:
    moving, idling = (title_variants(text, each)[0] for each in (MOVING_LIMITS, IDLING_LIMITS))
    assert count(moving) <= count(idling)


@given(texts)
def test_nothing_that_hides_or_turns_text_is_left(text: str) -> None:
    allowed = {"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))}
    left = {character for character in clean(text) if unicodedata.category(character) in ("Cc", "Cf", "Cs")}
    assert left <= allowed


CLUSTERING = (
    "abc é\u0301\u0308新日한각ㄱ\u1100\u1161\u11a8가\u0e01\u0e33\u0e38\u05d0\u05b8\u0627\u064b"
    "\u200d\ufe0f\U0001f1e9\U0001f1ea\U0001f468\U0001f469\U0001f3fd\u2764\u20e31"
)


def test_a_spacing_mark_keeps_an_emoji_from_being_joined() -> None:
    assert graphemes("\U0001f468\u0e33\u200d\U0001f468") == ["\U0001f468\u0e33\u200d", "\U0001f468"]


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from(CLUSTERING), max_size=12))
@example("\U0001f468\u200d\u200d\U0001f468")
def test_graphemes_are_those_of_unicode_for_what_titles_hold(text: str) -> None:
    assert graphemes(text) == regex.findall(r"\X", text)


def test_a_long_title_takes_no_time_worth_telling() -> None:
    assert len(title_variants("Überprüfung der Schweißnähte an Halle 7 " * 250, MOVING_LIMITS)) >= 1


def test_the_first_frame_waits_for_no_heavy_library() -> None:
    check = "import sys, carlendar.text.shorten as s; s.shorten('新しいé', 3, 2); print('regex' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_flag_counts_for_the_letters_that_are_drawn_and_a_family_for_one() -> None:
    assert shorten(clean("\U0001f1e9\U0001f1ea Family \U0001f468\u200d\U0001f469\u200d\U0001f467"), 60, 31) == (
        "DE Family \U0001f468"
    )
    assert shorten(clean("Flags \U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7"), 8, 4) == "Flags"


@pytest.mark.parametrize(
    ("title", "shorter"),
    [
        ("バッテリー筐体の進捗確認と来期の計画について", "バッテリー筐体の進捗確認"),
        ("開発と営業の定例", "開発"),
        ("ひとこと会議", None),
        ("仕事のこと", None),
    ],
)
def test_a_japanese_title_ends_before_the_and_between_two_nouns(title: str, shorter: str | None) -> None:
    assert variants(title, None, None) == ((title,) if shorter is None else (title, shorter))
