"""Déclic: from a person's own words to a digital role in shortage and a training for it."""

__version__ = "0.1.0"
