"""The audit: checks the live widget tree and rendered pixels against the safety rules.

It is independent of the layout code: sizes come from actual widgets and textures, colours from rendered pixels,
touch areas from hit tests, and navigation paths from simulated touches. The limits are its own copy of the
restriction profile (`column`).
"""
