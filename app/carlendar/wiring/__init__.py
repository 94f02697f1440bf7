"""Composition roots: the only modules that reference concrete adapters."""
