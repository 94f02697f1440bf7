"""Determines how to join a meeting: services, links, wrappers, dial-in numbers and the plan. Pure."""
