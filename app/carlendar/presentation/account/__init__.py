"""Drivers, sign-in and accounts."""
