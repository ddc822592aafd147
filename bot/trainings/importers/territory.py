"""Where France is: coordinates outside of it are a mistake of their sender."""

from typing import Final

_AREAS: Final = (
    (41.2, 51.2, -5.3, 9.7),  # metropolitan France
    (15.8, 16.6, -61.9, -60.9),  # Guadeloupe
    (14.3, 15.0, -61.3, -60.7),  # Martinique
    (2.0, 6.0, -54.7, -51.5),  # Guyane
    (-21.5, -20.8, 55.1, 55.9),  # La Réunion
    (-13.1, -12.5, 44.9, 45.4),  # Mayotte
    (46.7, 47.2, -56.5, -56.1),  # Saint-Pierre-et-Miquelon
    (17.8, 18.2, -63.2, -62.7),  # Saint-Martin, Saint-Barthélemy
    (-23.0, -17.8, 158.0, 172.2),  # Nouvelle-Calédonie
    (-28.0, -7.5, -155.0, -134.0),  # Polynésie française
    (-14.5, -13.0, -178.4, -175.9),  # Wallis-et-Futuna
)
"""South, north, west and east of boxes drawn around each territory, in degrees, rounded outward."""


def in_france(latitude: float, longitude: float) -> bool:
    """Whether a point lies in a box around a French territory (borders and coasts are coarse)."""
    return any(
        south <= latitude <= north and west <= longitude <= east
        for south, north, west, east in _AREAS
    )
