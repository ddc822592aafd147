"""Which trainings to show, in which order, and why: the one place that explains the ranking.

1. What the person can enter comes before what needs an adviser's agreement, and both before what
   she cannot enter.
2. Within that, the nearest first; remote offers after those within the radius, the soonest first.
3. When nothing lies within the radius, the nearest beyond it, said as such, then remote ones.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import cos, radians
from typing import Any, Final

from bot.places import distance_km
from bot.trainings.eligibility import Applicant, Eligibility, judge
from bot.trainings.model import Modality, Offer
from bot.trainings.rows import offer_of

_KM_A_DEGREE: Final = 111.2
_HERE_KM: Final = 3.0
_RANKS: Final = {Eligibility.YES: 0, Eligibility.ADVISER: 1, Eligibility.NO: 2}


class SearchMode(StrEnum):
    """Around the person, beyond her radius, or remote only."""

    NEAR = "near"
    FARTHER = "farther"
    REMOTE = "remote"


@dataclass(frozen=True, kw_only=True)
class TrainingQuery:
    """What to search; without a point no distance is known. ``radius_km`` 0 is remote only."""

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


@dataclass(frozen=True, kw_only=True)
class TrainingMatch:
    """An offer for one person: how far, whether she may enter, and why it is shown."""

    offer: Offer
    distance_km: float | None
    eligibility: Eligibility
    reasons: tuple[str, ...]
    beyond: bool = False


def search(
    connection: sqlite3.Connection, query: TrainingQuery, *, texts: Mapping[str, Any]
) -> tuple[TrainingMatch, ...]:
    """Matches of ``query`` from ``offset`` on, at most ``limit``, best first."""
    mode = SearchMode.REMOTE if query.radius_km <= 0 else query.mode
    found: list[TrainingMatch] = []
    if mode is not SearchMode.REMOTE:
        placed = _placed(connection, query, texts, within=mode is SearchMode.NEAR)
        if mode is SearchMode.FARTHER or not placed:
            placed = [match for match in _placed(connection, query, texts) if match.beyond] or (
                placed if query.latitude is None else []
            )
        found += sorted(placed, key=_rank)
    if mode is not SearchMode.FARTHER:
        remote = _rows(connection, query, "offers.modality = 'remote'")
        found += sorted((_judged(offer, query, texts) for offer in remote), key=_rank)
    return tuple(found[max(0, query.offset) :][: max(0, query.limit)])


def _placed(
    connection: sqlite3.Connection,
    query: TrainingQuery,
    texts: Mapping[str, Any],
    *,
    within: bool = False,
) -> list[TrainingMatch]:
    """Offers on site or mixed; with ``within``, only those in the radius when the point is known."""
    where, values = "offers.modality != 'remote'", list[Any]()
    if within and query.latitude is not None and query.longitude is not None:
        south_north = query.radius_km / _KM_A_DEGREE
        west_east = south_north / max(0.01, cos(radians(query.latitude)))
        where += (
            " AND offers.rowid IN (SELECT id FROM offers_area WHERE south >= ? AND north <= ?"
            " AND west >= ? AND east <= ?)"
        )
        values = [
            query.latitude - south_north,
            query.latitude + south_north,
            query.longitude - west_east,
            query.longitude + west_east,
        ]
    matches = [_judged(offer, query, texts) for offer in _rows(connection, query, where, values)]
    return [match for match in matches if not (within and match.beyond)]


def _rows(
    connection: sqlite3.Connection, query: TrainingQuery, where: str, values: Iterable[Any] = ()
) -> list[Offer]:
    clauses = [
        "offers.id IN (SELECT offer_id FROM offer_roles WHERE role_id = ?)",
        "(offers.end_date IS NULL OR offers.end_date >= ?)",
        "(offers.start_date IS NULL OR offers.start_date >= ? OR offers.end_date IS NULL)",
        where,
    ]
    today = query.today.isoformat()
    bound: list[Any] = [query.role_id, today, today, *values]
    if query.free:
        clauses.append("offers.cost = 0")
    if query.alternance is not None:
        clauses.append("offers.alternance = ?")
        bound.append(int(query.alternance))
    if words := query.text.split():
        # Each word is quoted, so that nothing in it is FTS syntax.
        clauses.append("offers.rowid IN (SELECT rowid FROM offers_fts WHERE offers_fts MATCH ?)")
        quoted = [word.replace('"', '""').replace("\0", "") for word in words]
        bound.append(" ".join(f'"{word}"' for word in quoted))
    sql = f"SELECT offers.* FROM offers WHERE {' AND '.join(clauses)}"
    return [offer_of(row) for row in connection.execute(sql, bound)]


def _judged(offer: Offer, query: TrainingQuery, texts: Mapping[str, Any]) -> TrainingMatch:
    eligibility, why = judge(offer, query.applicant, texts=texts["eligibility"])
    distance = None
    if (
        offer.modality is not Modality.REMOTE
        and None not in (offer.latitude, offer.longitude, query.latitude, query.longitude)
    ):  # fmt: skip
        distance = distance_km(
            query.latitude or 0, query.longitude or 0, offer.latitude or 0, offer.longitude or 0
        )
    beyond = distance is not None and distance > query.radius_km
    reasons = [_where(offer, distance, beyond, texts["place"]), why]
    if offer.alternance:
        reasons.append(texts["alternance"])
    if offer.cost == 0:
        reasons.append(texts["free"])
    return TrainingMatch(
        offer=offer,
        distance_km=distance,
        eligibility=eligibility,
        reasons=tuple(reasons),
        beyond=beyond,
    )


def _where(offer: Offer, distance: float | None, beyond: bool, texts: Mapping[str, str]) -> str:
    if offer.modality is Modality.REMOTE:
        return texts["remote"]
    if distance is None:
        return texts["unknown"]
    if distance <= _HERE_KM:
        return texts["here"]
    return texts["beyond" if beyond else "near"].format(km=round(distance))


def _rank(match: TrainingMatch) -> tuple[int, float, date, str]:
    distance = match.distance_km if match.distance_km is not None else float("inf")
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
        "start_date": offer.start_date and offer.start_date.isoformat(),
        "end_date": offer.end_date and offer.end_date.isoformat(),
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
