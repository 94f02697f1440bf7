"""iCalendar files and subscriptions as sources of events."""
