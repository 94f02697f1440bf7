"""Adapters of the operating system: network, clock, time zone, sound, links, secret storage."""
