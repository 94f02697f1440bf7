"""Values, rules and ports of the calendar in the car; no input or output."""
