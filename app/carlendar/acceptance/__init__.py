"""Acceptance: whether Microsoft's service does for an account what Carlendar expects, in a report without content."""
