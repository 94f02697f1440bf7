"""How to get into a meeting: services, links, wrappers, dial-in and the plan. Pure."""
