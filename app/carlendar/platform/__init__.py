"""What the operating system tells: network, clock, time zone, sound, links, secret storage."""
