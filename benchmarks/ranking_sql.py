"""The ranking of ``bot.trainings.search`` in SQL, for the engines set beside it.

One statement a part of the ranking, until the page is full: conditions on the columns, a CASE for
who may enter, the nearest first. ``Dialect`` holds what differs between the engines.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from bot.trainings import SearchMode, TrainingQuery

FEW = 2
OPEN, CLOSED, ANY = "verdict < 2", "verdict = 2", "verdict <= 2"
REMOTE, PLACED = "modality = 'remote'", "modality <> 'remote'"

Execute = Callable[[str, Mapping[str, Any]], Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How an engine is asked; ``{name}`` in its texts is a parameter, written as ``mark`` says."""

    offers: str
    distance: str
    within: str
    words: str
    mark: str


@dataclass(frozen=True, kw_only=True)
class SqlRanking:
    """Searches with one engine; ``execute`` runs a statement and gives its rows."""

    execute: Execute
    dialect: Dialect

    def search(self, query: TrainingQuery) -> list[str]:
        """Ids of the offers shown, best first."""
        first = query.offset + query.limit
        found: list[str] = []
        for where, verdicts in self._sections(query):
            if len(found) >= first:
                break
            ids = self._ids(query, where, verdicts, first - len(found))
            if not found and verdicts == OPEN and where != REMOTE and not ids:
                few = FEW if self._ids(query, REMOTE, OPEN, 1) else first
                ids = self._ids(query, self._beyond(query), OPEN, min(few, first))
            found += ids
        return found[query.offset : first]

    def _sections(self, query: TrainingQuery) -> Iterator[tuple[str, str]]:
        near = f"{PLACED} AND {self.dialect.within}" if _limited(query) else PLACED
        if query.mode is SearchMode.REMOTE:
            yield REMOTE, ANY
        elif query.mode is SearchMode.FARTHER:
            yield PLACED if query.point is None else self._beyond(query), ANY
        else:
            yield near, OPEN
            yield REMOTE, OPEN
            yield near, CLOSED
            yield REMOTE, CLOSED

    def _beyond(self, query: TrainingQuery) -> str:
        return f"{PLACED} AND NOT {self.dialect.within}" if _limited(query) else "1 = 0"

    def _ids(self, query: TrainingQuery, where: str, verdicts: str, number: int) -> list[str]:
        measured = query.point is not None and where != REMOTE
        level, status = query.applicant.level, query.applicant.status
        bound: dict[str, Any] = {
            "role": query.role_id,
            "today": query.today.isoformat(),
            "longitude": query.longitude,
            "latitude": query.latitude,
            "reach": query.reach_km,
            "words": query.text,
            "level": -1 if level is None else level,
            "status": f"%{json.dumps(status)}%",
            "number": number,
        }
        distance = self.dialect.distance if measured else "0"
        order = "ORDER BY verdict, distance, starts IS NULL, starts, best_id"
        sql = (
            f"WITH judged AS MATERIALIZED (SELECT id AS best_id, {_VERDICT} AS verdict,"
            f" {distance} AS distance, start_date AS starts FROM {self.dialect.offers}"
            f" AND {where} AND {' AND '.join(self._filters(query))}),"
            f" best AS (SELECT * FROM judged WHERE {verdicts} {order} LIMIT {{number}})"
            f" SELECT offers.* FROM best JOIN offers ON offers.id = best_id {order}"
        )
        marks = {name: self.dialect.mark.format(name) for name in bound}
        return [row[0] for row in self.execute(sql.format(**marks), bound)]

    def _filters(self, query: TrainingQuery) -> Iterator[str]:
        yield "(end_date IS NULL OR end_date >= {today})"
        yield "(start_date IS NULL OR start_date >= {today})"
        if query.free:
            yield "cost = 0"
        if query.alternance:
            yield "alternance = 1"
        if query.text:
            yield self.dialect.words


def _limited(query: TrainingQuery) -> bool:
    return query.point is not None and query.reach_km < inf


_VERDICT = (
    "CASE WHEN {level} >= 0 AND entry_level > {level}"
    " THEN CASE WHEN level_required = 1 THEN 2 ELSE 1 END"
    " WHEN {level} < 0 AND entry_level IS NOT NULL THEN 1"
    " WHEN audience <> '[]' AND audience NOT LIKE {status} THEN 1 ELSE 0 END"
)
