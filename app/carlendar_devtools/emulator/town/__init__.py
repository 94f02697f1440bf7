"""A fictional town: its roads, a simulation of driving through it, and the data of navigation programs made of it."""
