"""The local SQLite store: the screen's only source of data."""
