"""French places by name or postal code, offline, and distances between them."""

from bot.places.distances import distance_km
from bot.places.finder import PlaceFinder, Resolution
from bot.places.loading import load_finder, load_places, open_finder
from bot.places.model import Place, PlaceKind

__all__ = [
    "Place",
    "PlaceFinder",
    "PlaceKind",
    "Resolution",
    "distance_km",
    "load_finder",
    "load_places",
    "open_finder",
]
