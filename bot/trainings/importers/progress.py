"""How far the reading of a file is."""

from collections.abc import Callable

Progress = Callable[[int], None]
"""Told how many bytes more were read."""


def quiet(size: int) -> None:
    """Progress that nobody follows."""
