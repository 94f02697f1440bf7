"""Simulated cars: events as drivers of five brands would cause them, reproducible by a seed."""
