"""Which trainings to show to one person for one role, and how that is said."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from bot.person import ANYWHERE_KM, Profile
from bot.places import PlaceFinder
from bot.trainings import (
    Applicant,
    Catalogue,
    Eligibility,
    Modality,
    Neighbours,
    Offer,
    SearchMode,
    TrainingMatch,
    TrainingQuery,
)

SHOWN: Final = 4
"""Trainings shown at a time: what fits on a phone without losing the thread."""

_USUAL_RADIUS_KM: Final = 50.0
"""Radius for a person who did not say how far she can go."""
_SOON: Final = timedelta(days=90)
_OFFERED: Final = ("free", "without_diploma", "alternance")
"""Filters that are proposed as choices, when they leave something."""
_NEIGHBOURS: Final = 2


@dataclass(frozen=True, kw_only=True)
class TrainingPage:
    """A few offers; ``explanation`` is a key of data/texts/cards.yml, ``sample`` tells that the
    offers are invented.

    ``filters`` are those that were applied; without any, ``offered`` are those that would leave
    something. When nothing for the role is near, ``neighbours`` are roles that have something.
    """

    matches: tuple[TrainingMatch, ...]
    explanation: str
    sample: bool
    filters: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()


class Advice:
    """Searches the catalogue for a person; CatalogueMissing when there is none."""

    def __init__(
        self, *, catalogue: Catalogue, places: PlaceFinder, neighbours: Neighbours
    ) -> None:
        self._catalogue = catalogue
        self._places = places
        self._neighbours = neighbours

    def trainings(
        self,
        profile: Profile,
        *,
        role_id: str,
        mode: str,
        offset: int,
        filters: Collection[str] = (),
    ) -> TrainingPage:
        """The next offers, for ``mode`` "near", "farther" or "remote", left by the ``filters``."""
        radius = _USUAL_RADIUS_KM if profile.radius_km is None else float(profile.radius_km)
        query = TrainingQuery.around(
            self._places.get(profile.place_id) if profile.place_id else None,
            role_id=role_id,
            radius_km=radius,
            mode=SearchMode(mode),
            applicant=Applicant(level=profile.level, status=profile.status),
            limit=SHOWN,
            offset=offset,
            **_filtered(filters, today=date.today()),
        )
        matches = self._catalogue.search(query)
        neighbours = tuple(self._near_roles(query, matches))[:_NEIGHBOURS]
        return TrainingPage(
            matches=matches,
            explanation=_explanation(matches, query, filtered=bool(filters)),
            sample=any(match.offer.sample for match in matches),
            filters=tuple(filters),
            # Few choices at a time: narrowing is for who has not narrowed yet, and found something.
            offered=() if filters or neighbours else tuple(self._leaving_something(query)),
            neighbours=neighbours,
        )

    def offer(self, offer_id: str) -> Offer | None:
        """One offer, if it is still in the catalogue."""
        return self._catalogue.offer(offer_id)

    def _leaving_something(self, query: TrainingQuery) -> Iterator[str]:
        for name in _OFFERED:
            narrowed = _filtered([name], today=query.today)
            if self._catalogue.search(replace(query, offset=0, limit=1, **narrowed)):
                yield name

    def _near_roles(
        self, query: TrainingQuery, matches: tuple[TrainingMatch, ...]
    ) -> Iterator[str]:
        if query.mode is not SearchMode.NEAR or query.offset or not query.reach_km:
            return
        if any(_is_near(match) for match in matches):
            return
        for role_id in self._neighbours.get(query.role_id, ()):
            if any(map(_is_near, self._catalogue.search(replace(query, role_id=role_id, limit=1)))):
                yield role_id


def _filtered(filters: Collection[str], *, today: date) -> dict[str, Any]:
    """Options of a query, for names of ``bot.dialogue.wishes.FILTERS``."""
    options: Mapping[str, Mapping[str, Any]] = {
        "free": {"free": True},
        "without_diploma": {"without_diploma": True},
        "alternance": {"alternance": True},
        "mixed": {"modalities": frozenset({Modality.MIXED})},
        "on_site": {"modalities": frozenset({Modality.ON_SITE})},
        "soon": {"starts_before": today + _SOON},
    }
    return {key: value for name in filters for key, value in options[name].items()}


def _is_near(match: TrainingMatch) -> bool:
    """Whether the person may enter it, perhaps with an adviser's agreement, within her radius."""
    return (
        match.offer.modality is not Modality.REMOTE
        and not match.beyond
        and match.eligibility is not Eligibility.NO
    )


def _explanation(
    matches: tuple[TrainingMatch, ...], query: TrainingQuery, *, filtered: bool
) -> str:
    if not matches:
        return "none_with_filters" if filtered else "none_left"
    if query.mode is SearchMode.REMOTE or query.radius_km <= 0:
        return "remote"
    if query.mode is SearchMode.FARTHER:
        return "farther"
    if query.offset:
        return "others"
    first = matches[0]
    if first.eligibility is Eligibility.NO:
        return "closed"
    if first.offer.modality is Modality.REMOTE:
        return "remote_instead"
    if first.beyond:
        return "beyond"
    if query.latitude is None:
        return "near_unplaced"
    return "anywhere" if query.radius_km >= ANYWHERE_KM else "near"
