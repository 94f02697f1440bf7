"""Typed fakes of the outside world, shared by all tests."""
