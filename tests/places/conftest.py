import pytest

from bot.places import PlaceFinder, load_finder


@pytest.fixture(scope="session")
def finder() -> PlaceFinder:
    return load_finder()
