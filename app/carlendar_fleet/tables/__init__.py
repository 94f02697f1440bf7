"""The tables of events: their schemas, and files that are added exactly once."""
