"""Imported by ``surroundings.py`` from its own directory."""

where = __file__
