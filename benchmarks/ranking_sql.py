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
        for where, verdicts, most in self._sections(query):
            if len(found) < first:
                found += self._ids(query, where, verdicts, min(most, first - len(found)))
        return found[query.offset : first]

    def _sections(self, query: TrainingQuery) -> Iterator[tuple[str, str, float]]:
        limited = query.point is not None and query.reach_km < inf
        near = f"{PLACED} AND {self.dialect.within}" if limited else PLACED
        beyond = f"{PLACED} AND NOT {self.dialect.within}" if limited else f"{PLACED} AND 1 = 0"
        if query.mode is SearchMode.REMOTE:
            yield REMOTE, ANY, inf
        elif query.mode is SearchMode.FARTHER:
            yield PLACED if query.point is None else beyond, ANY, inf
        else:
            if self._ids(query, near, OPEN, 1):
                yield near, OPEN, inf
            else:
                yield beyond, OPEN, FEW if self._ids(query, REMOTE, OPEN, 1) else inf
            yield REMOTE, OPEN, inf
            yield near, CLOSED, inf
            yield REMOTE, CLOSED, inf

    def _ids(self, query: TrainingQuery, where: str, verdicts: str, most: float) -> list[str]:
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
            "number": int(min(most, query.offset + query.limit)),
        }
        sql = (
            f"SELECT * FROM (SELECT *, {_VERDICT} AS verdict,"
            f" {self.dialect.distance if measured else '0'} AS distance"
            f" FROM {self.dialect.offers} AND {where} AND {' AND '.join(self._filters(query))})"
            f" AS judged WHERE {verdicts} ORDER BY verdict, distance, start_date IS NULL,"
            " start_date, id LIMIT {number}"
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


_VERDICT = (
    "CASE WHEN {level} >= 0 AND entry_level > {level}"
    " THEN CASE WHEN level_required = 1 THEN 2 ELSE 1 END"
    " WHEN {level} < 0 AND entry_level IS NOT NULL THEN 1"
    " WHEN audience <> '[]' AND audience NOT LIKE {status} THEN 1 ELSE 0 END"
)
