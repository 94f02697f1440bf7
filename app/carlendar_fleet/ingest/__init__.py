"""Ingestion: from messages of cars to rows in tables, each exactly once."""
