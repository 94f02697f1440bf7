"""Scenarios put together for pictures and for the audit."""
