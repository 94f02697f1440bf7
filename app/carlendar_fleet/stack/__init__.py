"""Composition root: a whole back end with simulated cars on one machine."""
