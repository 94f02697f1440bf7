"""Translations, formats of dates and times, and language detection."""
