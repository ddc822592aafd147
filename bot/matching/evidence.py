"""The person's own words that speak for a role, as a careers adviser would quote them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.matching.clauses import Clause
from bot.matching.cues import Cues
from bot.matching.model import Model
from bot.matching.occupations import Occupations
from bot.matching.themes import Themes

_QUOTES_A_ROLE: Final = 2
_FEWEST_WORDS: Final = 2
_MOST_WORDS: Final = 28
_MOST_CLAUSES: Final = 60
_WORTH_QUOTING: Final = 0.4
"""A second quote weighs at least this share of the first."""
_LEAD: Final = re.compile(
    r"(?:(?:et|mais|puis|car|donc|alors|ensuite|parce que|sauf que)\s+)+(?=\w)", re.IGNORECASE
)
_NUMBER: Final = (
    r"(?:\d+|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|"
    r"seize|vingt|trente|quarante|cinquante|soixante|et|quelques|plusieurs)"
)
_AGE_OR_TIME: Final = re.compile(
    rf"(?:(?:j['’]ai|à|pendant|depuis|pour|presque)\s+)*{_NUMBER}(?:[\s-]+{_NUMBER})*\s+"
    r"(?:ans?|années?|mois|semaines?|jours?|heures?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """``quote`` is ``text[start:end]`` of the field, character for character."""

    field: str
    start: int
    end: int
    quote: str


def choose_evidence(
    said: Sequence[tuple[str, Clause]],
    roles: Sequence[int],
    *,
    model: Model,
    cues: Cues,
    occupations: Occupations,
    themes: Themes,
) -> dict[int, tuple[Evidence, ...]]:
    """For each role (by position in the model), the clauses that speak for it more than for the
    others; none when no clause does.

    What an adviser's words, occupations or themes account for goes before what only the texts of
    the corpus account for, and the latter is quoted once at most: a reader must see the reason.
    """
    said = [(field, _without_lead(clause)) for field, clause in said]
    said = [part for part in said if _is_quotable(part[1])][:_MOST_CLAUSES]
    if not said:
        return {}
    texts = [clause.text for _, clause in said]
    cue_scores = [cues.score(text) for text in texts]
    theme_rows = [themes.features(t, s) for t, s in zip(texts, cue_scores, strict=True)]
    weights = model.clause_weights(texts, np.stack(theme_rows))
    known = np.zeros_like(weights)
    for row, (field, clause) in enumerate(said):
        known[row] = model.cue_weight * cue_scores[row]
        known[row] += model.advice_weight * themes.score(clause.text)
        if field == "background":
            known[row] += model.occupation_weight * occupations.score(clause.text)
        weights[row] += known[row] - known[row].mean()
    chosen: dict[int, tuple[Evidence, ...]] = {}
    for role in roles:
        accounted = known[:, role] > 0
        order = np.lexsort((-weights[:, role], ~accounted))
        order = order[: _QUOTES_A_ROLE if accounted[order[0]] else 1]
        best = weights[order[0], role]
        quotes = [
            i
            for i in order
            if weights[i, role] > 0
            and weights[i, role] >= _WORTH_QUOTING * best
            and accounted[i] == accounted[order[0]]
        ]
        chosen[role] = tuple(
            Evidence(field=field, start=clause.start, end=clause.end, quote=clause.text)
            for field, clause in (said[i] for i in sorted(quotes))
        )
    return chosen


def _without_lead(clause: Clause) -> Clause:
    """The clause from its first own word on: not "mais", "et puis", "parce que"."""
    lead = _LEAD.match(clause.text)
    if lead is None:
        return clause
    return Clause(clause.start + lead.end(), clause.end, clause.text[lead.end() :])


def _is_quotable(clause: Clause) -> bool:
    words = clause.text.split()
    if _AGE_OR_TIME.fullmatch(clause.text):
        return False
    return _FEWEST_WORDS <= len(words) <= _MOST_WORDS or (len(words) == 1 and len(words[0]) >= 6)
