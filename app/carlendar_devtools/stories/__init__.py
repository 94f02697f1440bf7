"""Situations composed from scenarios, for pictures and for the audit."""
