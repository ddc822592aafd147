"""Which trainings to show, in which order, and why: the one place that explains the ranking.

1. Within the radius: what the person can enter, then what needs an adviser's agreement; in each,
   the nearest first, then the soonest. Fully remote offers follow, in the same order.
2. When she can enter nothing within the radius: the nearest few beyond it, said as such, then
   remote offers.
3. What she cannot enter comes last, whatever its distance.

Sessions that have ended or begun are not proposed.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import asin, cos, degrees, inf, pi, radians, sin
from typing import Any, Final

from bot.person import ANYWHERE_KM
from bot.places import distance_km
from bot.places.distances import EARTH_RADIUS_KM
from bot.trainings.eligibility import Applicant, Eligibility, judge
from bot.trainings.guides import Guides
from bot.trainings.model import Modality, Offer
from bot.trainings.rows import offer_of

_HERE_KM: Final = 3.0
_FEW: Final = 2
"""Offers beyond the radius before the remote ones: both must be seen on one page."""
_MAX_WORDS: Final = 20
_RANKS: Final = {Eligibility.YES: 0, Eligibility.ADVISER: 1, Eligibility.NO: 2}


class SearchMode(StrEnum):
    """Around the person, beyond her radius, or remote only."""

    NEAR = "near"
    FARTHER = "farther"
    REMOTE = "remote"


@dataclass(frozen=True, kw_only=True)
class TrainingQuery:
    """What to search; without a point no distance is known.

    ``radius_km`` 0 or less is remote only, ``ANYWHERE_KM`` or more no limit. Every word of
    ``text`` begins a word of the title, the provider or the description.
    """

    role_id: str
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float = 50.0
    mode: SearchMode = SearchMode.NEAR
    applicant: Applicant = field(default_factory=Applicant)
    free: bool = False
    alternance: bool | None = None
    text: str = ""
    limit: int = 10
    offset: int = 0
    today: date = field(default_factory=date.today)

    @property
    def point(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
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
    """An offer for one person: how far, whether she may enter, and why it is shown."""

    offer: Offer
    distance_km: float | None
    eligibility: Eligibility
    reasons: tuple[str, ...]
    beyond: bool = False


def search(
    connection: sqlite3.Connection,
    query: TrainingQuery,
    *,
    texts: Mapping[str, Any],
    guides: Guides,
) -> tuple[TrainingMatch, ...]:
    """Matches of ``query`` from ``offset`` on, at most ``limit``, best first."""

    def ranked(where: str, values: Iterable[Any] = ()) -> list[TrainingMatch]:
        offers = _offers(connection, query, where, values)
        return sorted((_judged(o, query, texts=texts, guides=guides) for o in offers), key=_rank)

    found: list[TrainingMatch] = []
    mode = query.mode if query.reach_km else SearchMode.REMOTE
    if mode is not SearchMode.FARTHER:
        found = ranked("offers.modality = 'remote'")
    if mode is SearchMode.NEAR:
        near = [match for match in ranked(*_within(query)) if not match.beyond]
        if not any(match.eligibility is not Eligibility.NO for match in near):
            beyond = [match for match in ranked(_PLACED) if match.beyond]
            near = beyond[: _FEW if found else None] + near
        found = near + found
    elif mode is SearchMode.FARTHER:
        found = [match for match in ranked(_PLACED) if match.beyond or query.point is None]
    found.sort(key=lambda match: match.eligibility is Eligibility.NO)
    return tuple(found[max(0, query.offset) :][: max(0, query.limit)])


_PLACED: Final = "offers.modality != 'remote'"


def _within(query: TrainingQuery) -> tuple[str, list[float]]:
    """Condition on offers with a place, by the box around the radius (R*Tree)."""
    if query.point is None or query.reach_km == inf:
        return _PLACED, []
    latitude, longitude = query.point
    south_north = query.reach_km / EARTH_RADIUS_KM
    # Meridians draw together: the circle reaches farthest east nearer the pole than its centre.
    widest = sin(min(south_north, pi / 2)) / max(1e-9, cos(radians(latitude)))
    west_east = degrees(asin(widest)) if widest < 1 else 360.0
    south_north = degrees(south_north)
    box = (
        "offers.rowid IN (SELECT id FROM offers_area WHERE north >= ? AND south <= ?"
        " AND east >= ? AND west <= ?)"
    )
    return f"{_PLACED} AND {box}", [
        latitude - south_north,
        latitude + south_north,
        longitude - west_east,
        longitude + west_east,
    ]


def _offers(
    connection: sqlite3.Connection, query: TrainingQuery, where: str, values: Iterable[Any]
) -> list[Offer]:
    clauses = [
        "offers.id IN (SELECT offer_id FROM offer_roles WHERE role_id = ?)",
        "(offers.end_date IS NULL OR offers.end_date >= ?)",
        "(offers.start_date IS NULL OR offers.start_date >= ?)",
        where,
    ]
    today = query.today.isoformat()
    bound: list[Any] = [query.role_id, today, today, *values]
    if query.free:
        clauses.append("offers.cost = 0")
    if query.alternance is not None:
        clauses.append("offers.alternance = ?")
        bound.append(int(query.alternance))
    # Letters and digits alone, in quotes: nothing of a text is FTS syntax.
    if words := re.findall(r"[^\W_]+", query.text)[:_MAX_WORDS]:
        clauses.append("offers.rowid IN (SELECT rowid FROM offers_fts WHERE offers_fts MATCH ?)")
        bound.append(" ".join(f'"{word}"*' for word in words))
    sql = f"SELECT offers.* FROM offers WHERE {' AND '.join(clauses)}"
    return [offer_of(row) for row in connection.execute(sql, bound)]


def _judged(
    offer: Offer, query: TrainingQuery, *, texts: Mapping[str, Any], guides: Guides
) -> TrainingMatch:
    eligibility, why = judge(offer, query.applicant, texts=texts["eligibility"])
    distance = _distance(offer, query)
    beyond = distance is not None and distance > query.reach_km
    reasons = [_where(offer, distance, beyond, texts["place"]), why]
    if offer.alternance:
        reasons.append(texts["alternance"])
    elif offer.cost == 0:
        reasons.append(texts["free"])
    elif funding := guides.funding_for(offer, query.applicant.status):
        reasons.append(funding.sentence)
    reasons += (
        texts["label"].format(label=label.name) for label in guides.labels_on(offer, query.today)
    )
    return TrainingMatch(
        offer=offer,
        distance_km=distance,
        eligibility=eligibility,
        reasons=tuple(reasons),
        beyond=beyond,
    )


def _distance(offer: Offer, query: TrainingQuery) -> float | None:
    if (
        query.point is None
        or offer.modality is Modality.REMOTE
        or offer.latitude is None
        or offer.longitude is None
    ):
        return None
    return distance_km(*query.point, offer.latitude, offer.longitude)


def _where(offer: Offer, distance: float | None, beyond: bool, texts: Mapping[str, str]) -> str:
    if offer.modality is Modality.REMOTE:
        return texts["remote"]
    if distance is None:
        return texts["unknown"]
    if offer.area:
        return texts["area"].format(place=offer.place_name)
    if beyond:
        return texts["beyond"].format(km=round(distance))
    return texts["here"] if distance <= _HERE_KM else texts["near"].format(km=round(distance))


def _rank(match: TrainingMatch) -> tuple[int, float, date, str]:
    distance = inf if match.distance_km is None else match.distance_km
    start = match.offer.start_date or date.max
    return _RANKS[match.eligibility], distance, start, match.offer.id


def to_json(match: TrainingMatch) -> dict[str, Any]:
    """The shape of ``declic trainings search --json``."""
    offer = match.offer
    return {
        "id": offer.id,
        "title": offer.title,
        "provider": offer.provider,
        "role_ids": list(offer.role_ids),
        "modality": offer.modality.value,
        "place": offer.place_name or None,
        "distance_km": None if match.distance_km is None else round(match.distance_km, 1),
        "start_date": offer.known(offer.start_date),
        "end_date": offer.known(offer.end_date),
        "hours": offer.hours,
        "entry_level": offer.entry_level,
        "exit_level": offer.exit_level,
        "labels": list(offer.labels),
        "funding": list(offer.funding),
        "cost": offer.cost,
        "url": offer.url or None,
        "source": offer.source,
        "updated_at": offer.updated_at.isoformat(),
        "eligible": match.eligibility is not Eligibility.NO,
        "reasons": list(match.reasons),
    }
