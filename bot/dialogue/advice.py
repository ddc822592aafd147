"""Which trainings to show to one person for one role, and how that is said."""

from dataclasses import dataclass
from typing import Final

from bot.person import ANYWHERE_KM, Profile
from bot.places import PlaceFinder
from bot.trainings import (
    Applicant,
    Catalogue,
    Offer,
    SearchMode,
    TrainingMatch,
    TrainingQuery,
)

SHOWN: Final = 4
"""Trainings shown at a time: what fits on a phone without losing the thread."""

_USUAL_RADIUS_KM: Final = 50.0
"""Radius for a person who did not say how far she can go."""


@dataclass(frozen=True, kw_only=True)
class TrainingPage:
    """A few offers; ``explanation`` is a key of data/texts/cards.yml, ``sample`` tells that the
    offers are invented.
    """

    matches: tuple[TrainingMatch, ...]
    explanation: str
    sample: bool


class Advice:
    """Searches the catalogue for a person; CatalogueMissing when there is none."""

    def __init__(self, *, catalogue: Catalogue, places: PlaceFinder) -> None:
        self._catalogue = catalogue
        self._places = places

    def trainings(self, profile: Profile, *, role_id: str, mode: str, offset: int) -> TrainingPage:
        """The next offers, for ``mode`` "near", "farther" or "remote"."""
        place = self._places.get(profile.place_id) if profile.place_id else None
        radius = _USUAL_RADIUS_KM if profile.radius_km is None else float(profile.radius_km)
        query = TrainingQuery(
            role_id=role_id,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            # An area is known by its centre only: its own size comes on top.
            radius_km=radius + (_USUAL_RADIUS_KM if place and place.is_area and radius else 0),
            mode=SearchMode(mode),
            applicant=Applicant(level=profile.level, status=profile.status),
            limit=SHOWN,
            offset=offset,
        )
        matches = self._catalogue.search(query)
        return TrainingPage(
            matches=matches,
            explanation=_explanation(matches, query, offset=offset),
            sample=any(match.offer.sample for match in matches),
        )

    def offer(self, offer_id: str) -> Offer | None:
        """One offer, if it is still in the catalogue."""
        return self._catalogue.offer(offer_id)


def _explanation(matches: tuple[TrainingMatch, ...], query: TrainingQuery, *, offset: int) -> str:
    if not matches:
        return "none_left"
    if query.mode is SearchMode.REMOTE or query.radius_km <= 0:
        return "remote"
    if query.mode is SearchMode.FARTHER:
        return "farther"
    if offset:
        return "others"
    placed = [match for match in matches if match.offer.place_name]
    if not placed:
        return "remote_instead"
    if placed[0].beyond:
        return "beyond"
    if query.latitude is None:
        return "near_unplaced"
    return "anywhere" if query.radius_km >= ANYWHERE_KM else "near"
