"""Telephone numbers as they are written in their country."""

from __future__ import annotations


def number_text(number: str) -> str:
    """`+49 30 1234567` for `+49301234567`; what cannot be parsed stays as it is."""
    if not number:
        return ""
    # Imported when a number is first shown: it takes 20 ms and the first frame does not need it.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
