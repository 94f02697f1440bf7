"""Chaos runs: the real processes under random faults, kills and clock jumps, `python -m tests.chaos`."""
