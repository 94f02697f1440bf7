"""The fleet back end: registry, ingestion, analytics and one service for all brands. Never installed in a car."""
