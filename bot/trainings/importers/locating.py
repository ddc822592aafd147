"""Where an offer takes place, from what its sender writes of it."""

import re
from functools import lru_cache
from typing import Final

from bot.places import Place, PlaceFinder, distance_km
from bot.trainings.importers.territory import in_france

_CEDEX: Final = re.compile(r"\bcedex\b.*", re.IGNORECASE)
_FAR_KM: Final = 40.0
"""Coordinates farther than this from the commune of the same address are a mistake."""
_REMEMBERED: Final = 50_000


class Gazetteer:
    """Finds places of offers, only where there is no doubt."""

    def __init__(self, finder: PlaceFinder) -> None:
        self._finder = finder
        self.find = lru_cache(maxsize=_REMEMBERED)(self._find)

    def _find(self, text: str) -> Place | None:
        """The place of a text such as "57000 Metz"."""
        resolution = self._finder.find(text)
        return resolution.places[0] if resolution.certain else None

    def commune(self, *, insee: str, postal_code: str, town: str) -> Place | None:
        """The commune of an address: by INSEE code, else by postal code and name."""
        place = self._finder.get(insee) if insee else None
        if place and not place.is_area:
            return place
        name = _CEDEX.sub("", town).strip()
        if postal_code and (place := self.find(f"{postal_code} {name}")) and not place.is_area:
            return place
        # Postal codes of big senders (CEDEX) belong to no commune: their département is right.
        department = postal_code[:3] if postal_code.startswith("97") else postal_code[:2]
        place = self.find(f"{name} {department}") if name else None
        return place if place and not place.is_area else None

    def department(self, code: str) -> Place | None:
        """The département of a code: "57", "2A", "974", or "1" for the Ain."""
        return self._finder.get(f"D{code.strip().upper().zfill(2)}")


def trusted(point: tuple[float, float] | None, place: Place | None) -> tuple[float, float] | None:
    """Coordinates of an address: the sender's own unless they contradict its commune."""
    if point is None or not in_france(*point):
        return (place.latitude, place.longitude) if place else None
    if place and distance_km(*point, place.latitude, place.longitude) > _FAR_KM:
        return place.latitude, place.longitude
    return point
