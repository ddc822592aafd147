"""Distances on the Earth."""

from math import asin, cos, radians, sin, sqrt
from typing import Final

EARTH_RADIUS_KM: Final = 6371.0088


def distance_km(latitude1: float, longitude1: float, latitude2: float, longitude2: float) -> float:
    """Great-circle distance in kilometres (haversine, mean radius 6371.0088 km)."""
    north1, north2 = radians(latitude1), radians(latitude2)
    half = (
        sin((north2 - north1) / 2) ** 2
        + cos(north1) * cos(north2) * sin(radians(longitude2 - longitude1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))
