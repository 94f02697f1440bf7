"""Times and dates against CLDR as babel has it, and which languages run from right to left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.dates import format_date, format_time

from carlendar.i18n.formats import NAMES, TWELVE_HOUR_REGIONS, formats
from carlendar.text.direction import is_rtl

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)


@pytest.mark.parametrize("language", sorted(NAMES))
def test_names_of_days_and_months_are_cldrs(language: str) -> None:
    locale = Locale(language)
    names = NAMES[language]
    assert names.weekdays == tuple(locale.days["format"]["wide"][day] for day in range(7))
    assert names.months == tuple(locale.months["format"]["wide"][month] for month in range(1, 13))


def test_german_dates_are_cldrs_without_the_year() -> None:
    day = date(2026, 1, 1)
    for offset in range(0, 365, 13):
        here = day + timedelta(days=offset)
        assert formats("de").date(here) == format_date(here, "EEEE, d. MMMM", locale="de")
        assert formats("en").date(here) == format_date(here, "EEEE d MMMM", locale="en_GB")


def test_dates_are_as_pictured() -> None:
    assert formats("en").date(MORNING.date()) == "Monday 23 November"
    assert formats("de").date(MORNING.date()) == "Montag, 23. November"


@pytest.mark.parametrize(
    ("language", "region", "hours", "text"),
    [
        ("en", "DE", "auto", "9:00 – 13:05"),
        ("de", "DE", "auto", "9:00 – 13:05"),
        ("en", "US", "auto", "9:00\u00a0AM – 1:05\u00a0PM"),
        ("en", "US", "24", "9:00 – 13:05"),
        ("de", "US", "auto", "9:00 – 13:05"),
        ("de", "DE", "12", "9:00\u00a0AM – 1:05\u00a0PM"),
        ("fr", "FR", "auto", "9:00 – 13:05"),
    ],
)
def test_times_by_language_region_and_setting(language: str, region: str, hours: str, text: str) -> None:
    later = MORNING.replace(hour=13, minute=5)
    assert formats(language, region, hours).between(MORNING, later) == text


def test_midnight_and_noon_of_the_twelve_hour_clock() -> None:
    twelve = formats("en", "US")
    assert twelve.time(MORNING.replace(hour=0)) == "12:00\u00a0AM"
    assert twelve.time(MORNING.replace(hour=12)) == "12:00\u00a0PM"


def test_a_span_without_length_is_one_time() -> None:
    assert formats("en").between(MORNING, MORNING) == "9:00"


def test_the_regions_of_the_twelve_hour_clock_are_cldrs() -> None:
    for region in TWELVE_HOUR_REGIONS:
        assert "h" in str(Locale("en", region).time_formats["short"].pattern), region
    for region in ("GB", "IE", "DE"):
        assert "H" in str(Locale("en", region).time_formats["short"].pattern), region


@pytest.mark.parametrize("language", ["de", "en_GB"])
def test_times_are_cldrs_without_a_leading_zero(language: str) -> None:
    for hour in range(24):
        moment = MORNING.replace(hour=hour)
        written = format_time(moment.time(), "short", locale=language)
        assert formats(language.replace("_", "-")).time(moment) == f"{int(written[:2])}{written[2:]}"


@pytest.mark.parametrize(
    ("language", "rtl"),
    [
        ("ar", True),
        ("he-IL", True),
        ("fa_IR.UTF-8", True),
        ("uz-Arab", True),
        ("az-Latn", False),
        ("de", False),
        ("en", False),
    ],
)
def test_direction_of_writing(language: str, rtl: bool) -> None:
    assert is_rtl(language) is rtl


def test_every_language_that_babel_knows_agrees() -> None:
    for name in ("ar", "de", "en", "fa", "fr", "he", "hi", "ja", "ru", "ur", "yi", "zh"):
        assert is_rtl(name) is (Locale(name).text_direction == "rtl")
