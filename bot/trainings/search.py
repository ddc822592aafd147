"""Which trainings to show, in which order, and why: the one place that explains the ranking.

1. Within the radius: what the person can enter, then what needs an adviser's agreement; in each,
   the nearest first, then the soonest. Fully remote offers follow, in the same order.
2. When she can enter nothing within the radius: the nearest few beyond it, said as such, then
   remote offers.
3. What she cannot enter comes last, whatever its distance.

Sessions that have ended or begun are not proposed. docs/catalogue.md says the same to operators;
``bot.trainings.reasons`` tells each person why an offer is there.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from math import inf, pi, sin
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.places.distances import EARTH_RADIUS_KM
from bot.trainings.eligibility import Eligibility
from bot.trainings.guides import Guides
from bot.trainings.index import (
    ANY_DAY,
    MODALITIES,
    VERDICTS,
    Columns,
    SearchIndex,
    on_sphere,
    role_word,
)
from bot.trainings.model import Modality
from bot.trainings.query import SearchMode, TrainingMatch, TrainingQuery
from bot.trainings.reasons import explained
from bot.trainings.rows import offer_of

_FEW: Final = 2
"""Offers beyond the radius before the remote ones: both must be seen on one page."""
_MAX_WORDS: Final = 20

Mask = NDArray[np.bool_]
Numbers = NDArray[np.intp]


def search(
    connection: sqlite3.Connection,
    query: TrainingQuery,
    *,
    index: SearchIndex,
    texts: Mapping[str, Any],
    guides: Guides,
) -> tuple[TrainingMatch, ...]:
    """Matches of ``query`` from ``offset`` on, at most ``limit``, best first.

    ``index`` is that of the build of the catalogue that ``connection`` reads.
    """
    sessions = index.sessions(connection, query.role_id)
    verdicts = index.verdicts(connection, query.applicant, texts=texts["eligibility"])
    asked = np.flatnonzero(_asked(connection, query, sessions))
    first, limit = max(0, query.offset), max(0, query.limit)
    ranked = _Ranking(sessions, asked, verdicts, query).first(first + limit)
    rows = sessions["offer"][asked[ranked[first:]]].tolist()
    marks = ", ".join("?" * len(rows))
    found = {
        row["search_row"]: offer_of(row)
        for row in connection.execute(
            f"SELECT rowid AS search_row, * FROM offers WHERE rowid IN ({marks})", rows
        )
    }
    return tuple(explained(found[row], query, texts=texts, guides=guides) for row in rows)


def _asked(connection: sqlite3.Connection, query: TrainingQuery, sessions: Columns) -> Mask:
    """The sessions that may still be entered and that the filters leave."""
    today = query.today.toordinal()
    asked: Mask = (sessions["end"] >= today) & (sessions["start"] >= today)
    if query.starts_before is not None:
        start = sessions["start"]
        asked &= (start <= query.starts_before.toordinal()) | (start == ANY_DAY)
    if query.free:
        asked &= sessions["free"]
    if query.without_diploma:
        asked &= sessions["without_diploma"]
    if query.alternance is not None:
        asked &= sessions["alternance"] == query.alternance
    for number, modality in enumerate(MODALITIES):
        if modality not in query.modalities:
            asked &= sessions["modality"] != number
    # Letters and digits alone, in quotes: nothing of a text is FTS syntax.
    if words := re.findall(r"[^\W_]+", query.text)[:_MAX_WORDS]:
        said = " ".join(f'"{word}"*' for word in words)
        (found,) = connection.execute(
            "SELECT group_concat(rowid, ' ') FROM search_words WHERE search_words MATCH ?",
            (f'roles : "{role_word(query.role_id)}" AND words : ({said})',),
        ).fetchone()
        asked &= np.isin(sessions["text"], np.fromstring(found or "", np.int32, sep=" "))
    return asked


class _Ranking:
    """Orders the sessions of a role for a query, and reads no more of them than are shown."""

    def __init__(
        self,
        sessions: Columns,
        asked: Numbers,
        verdicts: NDArray[np.int8],
        query: TrainingQuery,
    ) -> None:
        self._mode = query.mode if query.reach_km else SearchMode.REMOTE
        self._size = asked.size
        self._remote: Mask = sessions["modality"][asked] == MODALITIES.index(Modality.REMOTE)
        verdict = verdicts[sessions["admission"][asked]]
        self._closed: Mask = verdict == VERDICTS.index(Eligibility.NO)
        chord = _chords(sessions, asked, query.point)
        chord[self._remote] = inf
        self._keys: tuple[NDArray[Any], ...] = (verdict, chord, sessions["start"][asked])
        if query.point is None:
            self._near = self._beyond = ~self._remote
        elif query.reach_km == inf:
            self._near, self._beyond = ~self._remote, np.zeros_like(self._remote)
        else:
            reach = _chord_of(query.reach_km)
            self._near, self._beyond = chord <= reach, (chord > reach) & (chord < inf)

    def first(self, number: int) -> Numbers:
        """Positions in ``asked`` of the first ``number`` sessions, best first."""
        found: list[Numbers] = []
        for mask, most in self._sections():
            found.append(self._best(mask, min(number, most)))
            number -= found[-1].size
        return np.concatenate(found)

    def _sections(self) -> Iterator[tuple[Mask, int]]:
        """Masks that follow each other on the page, each with how many it may show."""
        everything, opened = self._size, ~self._closed
        if self._mode is SearchMode.FARTHER:
            yield self._beyond, everything
            return
        if self._mode is SearchMode.REMOTE:
            yield self._remote, everything
            return
        near, remote = self._near & opened, self._remote & opened
        if near.any():
            yield near, everything
        else:
            yield self._beyond & opened, _FEW if remote.any() else everything
        yield remote, everything
        yield self._near & self._closed, everything
        yield self._remote & self._closed, everything

    def _best(self, mask: Mask, number: int) -> Numbers:
        """The first ``number`` of the mask by verdict, distance, start and id."""
        found = _smallest(np.flatnonzero(mask), self._keys, number)
        return found[np.lexsort((found, *(key[found] for key in reversed(self._keys))))]


def _smallest(numbers: Numbers, keys: Sequence[NDArray[Any]], number: int) -> Numbers:
    """The ``number`` smallest by the keys in turn, in no order; of equal ones the first given.

    Selecting before sorting keeps the cost that of reading, not of sorting, all sessions.
    """
    if number <= 0 or numbers.size <= number or not keys:
        return numbers[: max(0, number)]
    values = keys[0][numbers]
    bound = np.partition(values, number - 1)[number - 1]
    before = numbers[values < bound]
    tied = _smallest(numbers[values == bound], keys[1:], number - before.size)
    return np.concatenate((before, tied))


def _chords(
    sessions: Columns, asked: Numbers, point: tuple[float, float] | None
) -> NDArray[np.float64]:
    """Chord from the point to each session on the sphere of radius 1; infinite when not known."""
    if point is None:
        return np.full(asked.size, inf)
    squares = np.zeros(asked.size)
    for axis, centre in zip("xyz", on_sphere(*point), strict=True):
        squares += (sessions[axis][asked] - centre) ** 2
    squares[np.isnan(squares)] = inf
    return np.sqrt(squares)


def _chord_of(distance_km: float) -> float:
    """Chord that spans a great-circle distance on the sphere of radius 1."""
    return 2 * sin(min(distance_km / EARTH_RADIUS_KM, pi) / 2)


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
