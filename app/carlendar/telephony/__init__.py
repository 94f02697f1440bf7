"""Telephony: dial strings, DTMF digits, and the oFono adapter."""
