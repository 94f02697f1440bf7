"""Zones by the names that Windows, Outlook and Exchange write in several languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from carlendar.domain.zone_names import iana_name, zone_named

WINTER, SUMMER = datetime(2026, 1, 14, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC)


def offsets(name: str) -> tuple[float, float] | None:
    """Hours in winter and in summer; None for a name that cannot be interpreted."""
    zone = zone_named(name)
    if zone is None:
        return None
    winter, summer = (at.astimezone(zone).utcoffset() or timedelta() for at in (WINTER, SUMMER))
    return winter / timedelta(hours=1), summer / timedelta(hours=1)


@pytest.mark.parametrize(
    "name",
    ["W. Europe Standard Time", "W. Europe Standard Time 1", "W. Europe Daylight Time", "w. europe standard time",
     "Mitteleuropäische Zeit", "Mitteleuropäische Sommerzeit", "Mitteleuropäische Normalzeit", "Romance Normalzeit",
     "heure normale d’Europe centrale", "heure d'été d'Europe centrale", "Europe de l’Ouest", "Paris, Madrid",
     "Ora solare Europa occidentale", "hora estándar de Europa central", "West-Europa (standaardtijd)",
     "czas środkowoeuropejski standardowy", "MEZ", "MESZ", "CEST", "Europe/Berlin", "/mozilla.org/1/Europe/Berlin",
     "(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", "(GMT+01.00) Sarajevo/Warsaw/Zagreb",
     "(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris", "(UTC+01:00) Brüssel, Kopenhagen, Madrid, Paris",
     "GMT+01.00/+02.00", "GMT+0100/+0200", "(GMT+01:00/+02:00)", "UTC+1/+2",
     "GMT +0100 (Standard) / GMT +0200 (Daylight)", "(UTC+01:00) W. Europe Standard Time", "CET/CEST",
     "(UTC+01:00) Mitteleuropäische Zeit", "GMT+01:00 Europe/Berlin", "Europe/Berlin (GMT+1)", "Österreich"],
)  # fmt: skip
def test_names_of_central_europe(name: str) -> None:
    assert offsets(name) == (1, 2)


@pytest.mark.parametrize(
    "name",
    ["Eastern Standard Time", "Eastern Standard Time 1", "Eastern Time", "Eastern Daylight Time", "Eastern Normalzeit",
     "Nordamerikanische Ostküsten-Normalzeit", "heure normale de l’Est nord-américain", "EDT", "GMT-05.00/-04.00",
     "GMT -0500 (Standard) / GMT -0400 (Daylight)", "(UTC-05:00) Eastern Time (US & Canada)",
     "(UTC-05:00) Eastern Time (USA & Kanada)", "(UTC-05:00) Est (États-Unis et Canada)"],
)  # fmt: skip
def test_names_of_the_east_of_the_united_states(name: str) -> None:
    assert offsets(name) == (-5, -4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GMT-08.00/-07.00", (-8, -7)),
        ("GMT-03.30/-02.30", (-3.5, -2.5)),
        ("GMT+00.00/+01.00", (0, 1)),
        ("GMT+10.00/+11.00", (11, 10)),
        ("(UTC-06:00) Central America", (-6, -6)),
        ("(UTC+05:30) Chennai, Kolkata, Mumbai, Neu-Delhi", (5.5, 5.5)),
        ("Koordinierte Weltzeit", (0, 0)),
        ("Tokio Normalzeit", (9, 9)),
        ("Indien Normalzeit", (5.5, 5.5)),
        ("tzone://Microsoft/Utc", (0, 0)),
        ("UTC", (0, 0)),
    ],
)
def test_other_names(name: str, expected: tuple[float, float]) -> None:
    assert offsets(name) == expected


@pytest.mark.parametrize(
    "name", ["", " ", "Nowhere/City", "Customized Time Zone", "tzone://Microsoft/Custom", "Mine", "x" * 5_000, "\x00"]
)
def test_a_name_that_nothing_explains_is_no_zone(name: str) -> None:
    assert zone_named(name) is None
    assert iana_name(name) == name
