"""A place of France that a person may live in."""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """What a place is; ``FORMER`` communes are now part of a larger one."""

    COMMUNE = "commune"
    FORMER = "former"
    ARRONDISSEMENT = "arrondissement"
    DEPARTMENT = "department"
    REGION = "region"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Degrees north and east; ``approximate`` when taken from neighbours, or an area's centre.

    Nine in ten of an area's inhabitants live within ``extent_km`` of its centre.
    """

    id: str
    name: str
    kind: PlaceKind
    department_code: str
    department_name: str
    region_code: str
    region_name: str
    latitude: float
    longitude: float
    postal_codes: tuple[str, ...] = ()
    population: int = 0
    approximate: bool = False
    extent_km: float = 0.0

    @property
    def is_area(self) -> bool:
        """A département or a région, of which only the centre is known."""
        return self.kind in (PlaceKind.DEPARTMENT, PlaceKind.REGION)

    @property
    def label(self) -> str:
        """Name with its département: "Metz (57)"; an area is its name alone."""
        if self.is_area:
            return self.name
        return f"{self.name} ({self.department_code})"
