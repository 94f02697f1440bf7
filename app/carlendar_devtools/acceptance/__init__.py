"""Acceptance checks: whether Microsoft's service behaves as Carlendar expects, in a report without content."""
