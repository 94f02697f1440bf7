"""Joining Teams meetings over the car's data connection, by Microsoft's calling SDK in a hidden Chromium."""
