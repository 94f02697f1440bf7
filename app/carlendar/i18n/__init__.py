"""Catalogues, formats and text direction."""
