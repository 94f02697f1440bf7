"""The Agenda: its rows, and the index of a snapshot's events."""
