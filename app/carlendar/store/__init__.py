"""The local SQLite store: the only thing that the screen reads."""
