"""What to search for, and what a search answers."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import inf
from typing import Any, Self

from bot.person import ANYWHERE_KM
from bot.places import Place
from bot.trainings.eligibility import Applicant, Eligibility
from bot.trainings.model import Modality, Offer


class SearchMode(StrEnum):
    """Around the person, beyond her radius, or remote only."""

    NEAR = "near"
    FARTHER = "farther"
    REMOTE = "remote"


@dataclass(frozen=True, kw_only=True)
class TrainingQuery:
    """What to search; without a point no distance is known.

    ``radius_km`` 0 or less is remote only, ``ANYWHERE_KM`` or more no limit; ``area`` says that
    the point is the centre of a département or région, so that distances are told as such. Every
    word of ``text`` begins a word of the title, the provider or the description. ``starts_before``
    is the last day on which the training may begin; one with entries all year always may. A point
    that is not on the Earth is no point.
    """

    role_id: str
    latitude: float | None = None
    longitude: float | None = None
    area: bool = False
    radius_km: float = 50.0
    mode: SearchMode = SearchMode.NEAR
    modalities: frozenset[Modality] = frozenset(Modality)
    applicant: Applicant = field(default_factory=Applicant)
    free: bool = False
    without_diploma: bool = False
    alternance: bool | None = None
    starts_before: date | None = None
    text: str = ""
    limit: int = 10
    offset: int = 0
    today: date = field(default_factory=date.today)

    @classmethod
    def around(cls, place: Place | None, *, radius_km: float, **rest: Any) -> Self:
        """A query around a place; the extent of an area comes on top of the radius."""
        if place is None:
            return cls(radius_km=radius_km, **rest)
        return cls(
            latitude=place.latitude,
            longitude=place.longitude,
            area=place.is_area,
            radius_km=radius_km + place.extent_km if radius_km > 0 else 0.0,
            **rest,
        )

    @property
    def point(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        if not (abs(self.latitude) <= 90 and abs(self.longitude) <= 180):  # not a number included
            return None
        return self.latitude, self.longitude

    @property
    def reach_km(self) -> float:
        """The radius in kilometres: 0 for remote only, infinite for no limit."""
        if not self.radius_km > 0:  # not a number included
            return 0.0
        return inf if self.radius_km >= ANYWHERE_KM else self.radius_km


@dataclass(frozen=True, kw_only=True)
class TrainingMatch:
    """An offer for one person: how far, whether she may enter, and why it is shown.

    ``beyond`` her radius; ``about`` tells a distance from the centre of the area that she named.
    """

    offer: Offer
    distance_km: float | None
    eligibility: Eligibility
    reasons: tuple[str, ...]
    beyond: bool = False
    about: bool = False
