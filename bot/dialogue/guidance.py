"""From a person's words to the roles put on the table, or to a question instead of a guess."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from bot.dialogue.answers import plain
from bot.errors import DataError
from bot.matching import Evidence, Matcher
from bot.roles import Role

PROPOSED: Final = 3
"""Roles put on the table at a time."""

_FEW_WORDS: Final = 6
"""Words under which an abstention means "said too little", not "wants something else"."""


class Outcome(StrEnum):
    """What the words allow."""

    ROLES = "roles"
    CLARIFY = "clarify"
    OUT_OF_SCOPE = "out_of_scope"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, kw_only=True)
class Interest:
    """One thing that a person may be drawn to (data/interests.yml)."""

    id: str
    label: str
    says: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a role may be set aside (data/reasons.yml): ``roles`` then come after the others."""

    id: str
    label: str
    says: str
    words: tuple[str, ...]
    roles: tuple[str, ...]

    def is_told_in(self, text: str) -> bool:
        """Whether a typed text gives this reason."""
        said = f" {plain(text)} "
        return any(f" {plain(word)} " in said for word in self.words)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A role on the table, with the person's own words that speak for it."""

    role_id: str
    score: float
    evidence: tuple[Evidence, ...] = ()

    @property
    def quotes(self) -> tuple[str, ...]:
        return tuple(part.quote for part in self.evidence)


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """An outcome, with its proposals when there are any."""

    outcome: Outcome
    proposals: tuple[Proposal, ...] = ()


class Guide:
    """Ranks the roles for one person; keeps nothing."""

    def __init__(
        self,
        *,
        roles: Mapping[str, Role],
        matcher: Matcher,
        interests: Sequence[Interest],
        reasons: Sequence[Reason] = (),
    ) -> None:
        self.roles = roles
        self.reasons = {reason.id: reason for reason in reasons}
        self.interests = {interest.id: interest for interest in interests}
        self._matcher = matcher

    def guide(
        self,
        *,
        background: str,
        motivations: str,
        interest: str | None = None,
        excluded: Collection[str] = (),
        reasons: Collection[str] = (),
    ) -> Guidance:
        """Up to three roles that are not ``excluded``, or why there are none.

        Roles against which one of ``reasons`` (ids) speaks come after all others.
        """
        drawn_to = self.interests.get(interest or "")
        said = f"{background} {motivations}".split()
        if not said and drawn_to is None:
            return Guidance(outcome=Outcome.CLARIFY)
        own_length = len(motivations)
        if drawn_to:
            motivations = f"{motivations}\n{drawn_to.says}" if motivations else drawn_to.says
        match = self._matcher.match(
            background=background, motivations=motivations, excluded=excluded
        )
        if match.abstained and drawn_to is None:
            few = len(said) < _FEW_WORDS
            return Guidance(outcome=Outcome.CLARIFY if few else Outcome.OUT_OF_SCOPE)
        ranked = [role for role in match.roles if role.role_id not in excluded]
        if drawn_to and match.abstained:
            ranked.sort(key=lambda role: role.role_id not in drawn_to.roles)
        against = {
            role for id_ in reasons if id_ in self.reasons for role in self.reasons[id_].roles
        }
        ranked.sort(key=lambda role: role.role_id in against)
        if not ranked:
            return Guidance(outcome=Outcome.EXHAUSTED)
        proposals = tuple(
            Proposal(
                role_id=role.role_id,
                score=role.score,
                evidence=tuple(
                    part
                    for part in role.evidence
                    if part.field == "background" or part.end <= own_length
                ),
            )
            for role in ranked[:PROPOSED]
        )
        return Guidance(outcome=Outcome.ROLES, proposals=proposals)


def load_interests(path: Path, *, roles: Mapping[str, Role]) -> tuple[Interest, ...]:
    """Read data/interests.yml; DataError when an entry names no known role."""
    return tuple(
        Interest(**{**entry, "roles": tuple(entry["roles"])}) for entry in _entries(path, roles)
    )


def load_reasons(path: Path, *, roles: Mapping[str, Role]) -> tuple[Reason, ...]:
    """Read data/reasons.yml; DataError when an entry names no known role."""
    return tuple(
        Reason(**{**entry, "roles": tuple(entry["roles"]), "words": tuple(entry["words"])})
        for entry in _entries(path, roles)
    )


def _entries(path: Path, roles: Mapping[str, Role]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in entries:
        for role_id in entry["roles"]:
            if role_id not in roles:
                raise DataError(
                    f"{path.name}: {entry['id']}: roles: {role_id!r} is no role; "
                    "use a file name of data/jobs"
                )
    return entries
