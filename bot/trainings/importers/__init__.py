"""Readers of the formats in which catalogues come."""
