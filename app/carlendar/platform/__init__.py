"""Adapters of the operating system: network, clock, time zone, sound, browser links, secret storage."""
