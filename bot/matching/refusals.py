"""Roles that a person refuses ("surtout pas de code"), clause by clause.

data/matching/refusals.yml holds the topics and the ways to refuse, for people to correct.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from bot.errors import DataError
from bot.matching.clauses import Clause, folded
from bot.roles import Role

_LONGEST_TOPIC: Final = 6
"""Words of what a person takes up to say no to it: "Les réseaux sociaux, très peu pour moi"."""


class Refusals:
    """Finds what is refused; a refusal reaches to the end of its clause."""

    def __init__(
        self,
        *,
        before: Iterable[str],
        after: Iterable[str],
        never: Iterable[str],
        topics: Mapping[str, tuple[re.Pattern[str], frozenset[str]]],
    ) -> None:
        self._before = _any_of(before)
        self._after = _any_of(after)
        self._never = _any_of(never)
        self._topics = topics

    def of_clause(self, clause: Clause) -> frozenset[str] | None:
        """Roles that the clause refuses, perhaps none in particular; ``None`` for no refusal."""
        text = self._never.sub(" ", folded(clause.text))
        refused: set[str] = set()
        found = self._before.search(text)
        scopes = [text[found.end() :]] if found else []
        if ended := self._after.search(text):
            scopes.append(text[: ended.start()])
        if not scopes:
            return None
        for scope in scopes:
            refused |= self._roles_in(scope)
        return frozenset(refused)

    def of_pair(self, said: Clause, answer: Clause) -> frozenset[str] | None:
        """Roles that ``answer`` refuses by looking back, as "non merci" does after "Coder,"."""
        found = self._after.search(folded(answer.text))
        if found is None or found.start() > 0 or len(said.text.split()) > _LONGEST_TOPIC:
            return None
        return self._roles_in(folded(said.text))

    def _roles_in(self, scope: str) -> frozenset[str]:
        roles = [role_ids for pattern, role_ids in self._topics.values() if pattern.search(scope)]
        return frozenset[str]().union(*roles)


def load_refusals(path: Path, *, roles: Mapping[str, Role]) -> Refusals:
    """Read data/matching/refusals.yml; DataError when a topic names no known role."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    topics = {}
    for name, topic in data["topics"].items():
        for role_id in topic["roles"]:
            if role_id not in roles:
                raise DataError(f"{path}: topics.{name}.roles: {role_id!r} is no role")
        topics[name] = (_any_of(topic["words"]), frozenset(topic["roles"]))
    return Refusals(before=data["before"], after=data["after"], never=data["never"], topics=topics)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern of any phrase; "*" ends a word anyhow."""
    ways = sorted((folded(phrase) for phrase in phrases), key=len, reverse=True)
    patterns = [re.escape(way).replace(r"\*", r"\w*").replace(r"\ ", r"\W+") for way in ways]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
