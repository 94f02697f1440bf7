"""Random series, held against recurring-ical-events; where we differ knowingly is left out, and said beside it."""

from __future__ import annotations

import datetime as dt
import os
import warnings
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.icalendar.made import BERLIN, START, calendar, read

DAYS = 21
EXAMPLES = int(os.environ.get("CARLENDAR_SERIES", "20"))
"""More are tried by CARLENDAR_SERIES=1000."""
NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    return st.lists(st.integers(low, high).filter(bool), min_size=1, max_size=3, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}"]
    if draw(st.booleans()):
        days = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
        place = draw(st.sampled_from(("", "", "1", "-1", "2"))) if frequency in ("MONTHLY", "YEARLY") else ""
        parts.append("BYDAY=" + ",".join(place + day for day in days))
    if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(numbers(-31, 31))}")
    # Of a yearly rule, days of the month without a month are those of every month to dateutil alone.
    months_matter = frequency == "YEARLY" and parts[-1].startswith("BYMONTHDAY")
    if months_matter or draw(st.booleans()):
        parts.append(f"BYMONTH={draw(numbers(1, 12))}")
    if frequency == "YEARLY" and draw(st.booleans()):
        parts.append(f"BYYEARDAY={draw(numbers(-366, 366))}")
    if frequency == "WEEKLY" and draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(NAMES))}")
    if len(parts) > 2 and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(numbers(-3, 3))}")
    end = draw(st.sampled_from(("", "COUNT", "UNTIL")))
    if end == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 400))}")
    elif end == "UNTIL":  # in UTC, as it has to be: what we make of others differs
        parts.append(f"UNTIL={draw(st.integers(2024, 2027))}1127T090000Z")
    return ";".join(parts)


@st.composite
def series(draw: st.DrawFn) -> tuple[str, ...]:
    start = date(2022, 1, 1) + timedelta(days=draw(st.integers(0, 1_800)))
    hour = draw(st.integers(3, 20))  # not where summer time begins or ends
    zone = draw(st.sampled_from((";TZID=Europe/Berlin:{}", ";TZID=America/New_York:{}", ":{}Z", ":{}")))
    stamp = f"{start:%Y%m%d}T{hour:02}0000"
    end = f"{start + timedelta(days=draw(st.integers(0, 3))):%Y%m%d}T{hour:02}3000"
    lines = f"UID:r\nSUMMARY:Rule\nDTSTART{zone.format(stamp)}\nDTEND{zone.format(end)}\nRRULE:{draw(rules())}"
    days = st.integers(-10, 30).map(lambda n: START.date() + timedelta(days=n))
    for day in draw(st.lists(days, max_size=3)):
        lines += f"\nEXDATE{zone.format(f'{day:%Y%m%d}T{hour:02}0000')}"
    for day in draw(st.lists(days, max_size=2)):
        lines += f"\nRDATE{zone.format(f'{day:%Y%m%d}T{hour:02}0000')}"
    moved = []
    for day in draw(st.lists(days, max_size=3, unique=True)):
        ranged = draw(st.sampled_from(("", "", ";RANGE=THISANDFUTURE")))
        place = draw(days)
        if ranged:
            place = day
        moved.append(
            f"UID:r\nSUMMARY:Moved {day}\nRECURRENCE-ID{ranged}{zone.format(f'{day:%Y%m%d}T{hour:02}0000')}\n"
            f"DTSTART{zone.format(f'{place:%Y%m%d}T{hour:02}1500')}\n"
            f"DTEND{zone.format(f'{place:%Y%m%d}T{hour:02}4500')}"
        )
    return lines, *moved


def aware(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)).astimezone(UTC)


def theirs(data: bytes) -> list[tuple[datetime, datetime, str]]:
    end = START + timedelta(days=DAYS)
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # dateutil's, of COUNT with UNTIL
        # dateutil searches up to this year for the next date of a rule that has none, for seconds
        patch.setattr(dt, "MAXYEAR", end.year + 1)
        query = recurring_ical_events.of(icalendar.Calendar.from_ical(data))
        found = query.between(START - timedelta(days=1), end + timedelta(days=1))
    spans = [(aware(each["DTSTART"].dt), aware(each["DTEND"].dt), str(each["SUMMARY"])) for each in found]
    return sorted(span for span in spans if span[0] < end and span[1] > START)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(series())
def test_random_series_are_expanded_as_recurring_ical_events_does(lines: tuple[str, ...]) -> None:
    data = calendar(*lines)
    found = [
        (event.moments(UTC).start.astimezone(UTC), event.moments(UTC).end.astimezone(UTC), event.title)
        for event in read(data, days=DAYS)
    ]
    assert sorted(found) == theirs(data)
