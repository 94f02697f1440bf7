"""Typed stand-ins for what surrounds the car, shared by all tests."""
