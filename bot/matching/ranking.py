"""Ranks the roles for one person's words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.matching.clauses import Clause, clauses, neutral
from bot.matching.corpus import joined
from bot.matching.cues import Cues
from bot.matching.encoder import Encoder
from bot.matching.evidence import Evidence, choose_evidence
from bot.matching.model import Model
from bot.matching.occupations import Occupations
from bot.matching.refusals import Refusals
from bot.matching.themes import Themes

FIELDS: Final = ("background", "motivations")
EXPLAINED: Final = 5
"""Roles, from the first, that come with evidence."""

_LONGEST_FIELD: Final = 6000
"""Characters of a field that are read; what a person writes by hand is far shorter."""
_CLOSE: Final = 0.8
"""The second role is close to the first from this share of its score on."""


@dataclass(frozen=True, kw_only=True)
class RoleMatch:
    """A role with its score, from 0 to 1 (all roles and "none of them" together make 1).

    ``skills``: what the person's former occupations bring to it, in French.
    """

    role_id: str
    score: float
    evidence: tuple[Evidence, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Match:
    """Every role that was not excluded, best first.

    ``abstained``: the words say too little, or speak of nothing digital. ``close``: the first two
    are too close to call.
    """

    roles: tuple[RoleMatch, ...]
    abstained: bool
    close: bool = False


@dataclass(frozen=True)
class _Read:
    """Clauses of one person by field, and the roles that they refuse.

    ``wish``: what she would like, or all that she said when she said nothing of it. It is read
    once more than the rest: it tells where she goes, her past often only where she left from.
    """

    clauses: tuple[tuple[str, Clause], ...]
    refused: frozenset[str]
    text: str
    wish: str
    background: str


class Matcher:
    """Safe to use from several threads; nothing of what it reads is kept."""

    def __init__(
        self,
        model: Model,
        *,
        encoder: Encoder,
        cues: Cues,
        occupations: Occupations,
        themes: Themes,
        refusals: Refusals,
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._cues = cues
        self._occupations = occupations
        self._themes = themes
        self._refusals = refusals

    @property
    def role_ids(self) -> tuple[str, ...]:
        """Every role that can be matched."""
        return self._model.role_ids

    def match(self, *, background: str, motivations: str, excluded: Collection[str] = ()) -> Match:
        """Rank the roles for what a person has done and would like."""
        return self.match_many([(background, motivations)], excluded=excluded)[0]

    def match_many(
        self, people: Sequence[tuple[str, str]], *, excluded: Collection[str] = ()
    ) -> list[Match]:
        """The same for several people, encoded together."""
        reads = [self._read(background, motivations) for background, motivations in people]
        vectors = self._encoder.encode([neutral(read.text) for read in reads])
        return [
            self._rank(read, vector, frozenset(excluded))
            for read, vector in zip(reads, vectors, strict=True)
        ]

    def _read(self, background: str, motivations: str) -> _Read:
        kept: list[tuple[str, Clause]] = []
        refused: set[str] = set()
        texts = {
            "background": background[:_LONGEST_FIELD],
            "motivations": motivations[:_LONGEST_FIELD],
        }
        for field in FIELDS:
            for clause in clauses(texts[field]):
                refusal = self._refusals.of_clause(clause)
                if refusal is None:
                    kept.append((field, clause))
                    continue
                refused |= refusal
                if kept and _follows(kept[-1], field, clause, texts[field]):
                    looking_back = self._refusals.of_pair(kept[-1][1], clause)
                    if looking_back:
                        refused |= looking_back
                        kept.pop()
        by_field = {f: ", ".join(c.text for field, c in kept if field == f) for f in FIELDS}
        text = joined(by_field["background"], by_field["motivations"])
        text = text or joined(background, motivations)
        return _Read(
            tuple(kept),
            frozenset(refused),
            text=text,
            wish=by_field["motivations"] or text,
            background=by_field["background"],
        )

    def _rank(self, read: _Read, vector: NDArray[np.float32], excluded: frozenset[str]) -> Match:
        readings = [read.text, read.wish]
        rows = self._model.features_of(readings)
        cue_scores = np.stack([self._cues.score(text) for text in readings])
        scores, out_of_scope = self._model.probabilities(
            rows,
            vector,
            theme_rows=np.stack(
                [self._themes.features(t, s) for t, s in zip(readings, cue_scores, strict=True)]
            ),
            advice=np.stack([self._themes.score(text) for text in readings]),
            cue_scores=cue_scores,
            occupation_scores=self._occupations.score(read.background),
        )
        order = sorted(
            range(len(scores)),
            key=lambda i: (self._model.role_ids[i] in read.refused, -scores[i], i),
        )
        order = [i for i in order if self._model.role_ids[i] not in excluded]
        silent = not read.text.strip() or (rows.nnz == 0 and not cue_scores.any())
        evidence = choose_evidence(
            read.clauses,
            order[:EXPLAINED],
            model=self._model,
            cues=self._cues,
            occupations=self._occupations,
            themes=self._themes,
        )
        roles = tuple(
            RoleMatch(
                role_id=self._model.role_ids[i],
                score=float(scores[i]),
                evidence=evidence.get(i, ()),
                skills=self._occupations.skills(read.background, self._model.role_ids[i]),
            )
            for i in order
        )
        close = len(roles) > 1 and roles[1].score >= _CLOSE * roles[0].score
        return Match(
            roles=roles,
            abstained=silent or out_of_scope >= self._model.abstain_from,
            close=close,
        )


def _follows(said: tuple[str, Clause], field: str, clause: Clause, text: str) -> bool:
    """Whether only a comma parts the clause from what was said just before it."""
    return said[0] == field and text[said[1].end : clause.start].strip() == ","


__all__ = ["Evidence", "Match", "Matcher", "RoleMatch"]
