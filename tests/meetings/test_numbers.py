"""Which numbers of calendar text may be dialled at all, country by country."""

from __future__ import annotations

import pytest

from carlendar.meetings.numbers import EMERGENCY, PREMIUM, SATELLITE, SERVICE, Number, parsed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *(
            (number, PREMIUM)
            for number in (
                *("+49 900 5123456", "+1 900 555 0199", "+1 976 555 0199", "+33 899 123456", "+44 9098790123"),
                *("+43 900 123456", "+41 900 123456", "+39 899 123456", "+34 803 123456", "+31 900 1234567"),
                *("+48 70 1234567", "+420 900 123456", "+46 939 1234567", "+81 990 123456", "+979 1 2345 6789"),
            )
        ),
        ("+49 180 5 123456", SERVICE),
        ("+44 70 12345678", SERVICE),
        ("+808 1234 5678", SERVICE),
        ("+49 1234", SERVICE),
        *((number, EMERGENCY) for number in ("112", "+49 112", "+1 911", "0049 110", "+44 999")),
        ("+881 612345678", SATELLITE),
        ("+882 16 1234567", SATELLITE),
    ],
)
def test_a_costly_or_emergency_number_is_refused_with_its_reason(text: str, why: str) -> None:
    assert parsed(text, "DE") == Number(refused=why)


@pytest.mark.parametrize("text", ["+49900512345678", "+499001234", "0900 512 34 5", "+31 900 12345678901"])
def test_a_premium_number_of_a_wrong_length_is_still_premium(text: str) -> None:
    assert parsed(text, "DE") == Number(refused=PREMIUM)


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+49 69 12345678", "US", Number("+496912345678", "DE")),
        ("069 12345678", "DE", Number("+496912345678", "DE")),
        ("0049 (0) 69 12345678", "US", Number("+496912345678", "DE")),
        ("+49 (0)69 12345678", "US", Number("+496912345678", "DE")),
        ("+1 855-552-4463", "CA", Number("+18555524463", "CA", toll_free=True)),
        ("+1 855-552-4463", "DE", Number("+18555524463", "US", toll_free=True)),
        ("+800 1234 5678", "DE", Number("+80012345678", "001", toll_free=True)),
    ],
)
def test_a_number_has_its_country(text: str, region: str, number: Number) -> None:
    assert parsed(text, region) == number
