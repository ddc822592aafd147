"""The person's own words that speak for a role, as a careers adviser would quote them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
    """
    said = [part for part in said if _is_quotable(part[1])][:_MOST_CLAUSES]
    if not said:
        return {}
    texts = [clause.text for _, clause in said]
    cue_scores = [cues.score(text) for text in texts]
    theme_rows = [themes.features(t, s) for t, s in zip(texts, cue_scores, strict=True)]
    weights = model.clause_weights(texts, np.stack(theme_rows))
    weights += model.cue_weight * np.stack([_centred(scores) for scores in cue_scores])
    for row, (field, clause) in zip(weights, said, strict=True):
        if field == "background":
            row += model.occupation_weight * _centred(occupations.score(clause.text))
    chosen: dict[int, tuple[Evidence, ...]] = {}
    for role in roles:
        order = np.argsort(-weights[:, role], kind="stable")
        best = weights[order[0], role]
        quotes = [
            i
            for i in order[:_QUOTES_A_ROLE]
            if weights[i, role] > 0 and weights[i, role] >= _WORTH_QUOTING * best
        ]
        chosen[role] = tuple(
            Evidence(field=field, start=clause.start, end=clause.end, quote=clause.text)
            for field, clause in (said[i] for i in sorted(quotes))
        )
    return chosen


def _is_quotable(clause: Clause) -> bool:
    words = clause.text.split()
    return _FEWEST_WORDS <= len(words) <= _MOST_WORDS or (len(words) == 1 and len(words[0]) >= 6)


def _centred(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    centred: NDArray[np.float64] = scores - scores.mean()
    return centred
