"""What a careers adviser knows: words and former occupations that speak for roles.

data/matching/cues.yml and data/matching/occupations.yml hold them, for people to correct.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.errors import DataError
from bot.matching.clauses import folded
from bot.roles import Role


class Cues:
    """Phrases, each with weights for some roles."""

    def __init__(
        self, phrases: Mapping[str, Mapping[str, float]], *, role_ids: Sequence[str]
    ) -> None:
        index = {role_id: position for position, role_id in enumerate(role_ids)}
        self._size = len(role_ids)
        self._weights: list[NDArray[np.float64]] = []
        sources: list[str] = []
        # Longest first, so that "réseaux sociaux" is not read as "réseaux".
        for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
            weights = np.zeros(self._size)
            for role_id, weight in phrases[phrase].items():
                weights[index[role_id]] = weight
            self._weights.append(weights)
            sources.append(_pattern(phrase))
        self._patterns = [
            (start, re.compile("|".join(f"({s})" for s in sources[start : start + 90])))
            for start in range(0, len(sources), 90)
        ]

    def score(self, text: str) -> NDArray[np.float64]:
        """Sum of the weights of the different phrases in a text, by role."""
        total = np.zeros(self._size)
        for position in self._found(folded(text)):
            total += self._weights[position]
        return total

    def _found(self, text: str) -> set[int]:
        found: set[int] = set()
        for start, pattern in self._patterns:
            for match in pattern.finditer(text):
                found.add(start + (match.lastindex or 1) - 1)
        return found


def load_cues(paths: Iterable[Path], *, roles: Mapping[str, Role]) -> Cues:
    """Read the files; each is ``{role: {weight: [phrases]}}``. DataError names an unknown role."""
    phrases: dict[str, dict[str, float]] = {}
    for path in paths:
        data: dict[str, dict[float, list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for role_id, by_weight in data.items():
            if role_id not in roles:
                raise DataError(f"{path}: {role_id!r} is no role; use a file name of data/jobs")
            for weight, said in by_weight.items():
                for phrase in said:
                    phrases.setdefault(folded(str(phrase)), {})[role_id] = float(weight)
    return Cues(phrases, role_ids=list(roles))


def _pattern(phrase: str) -> str:
    words = re.escape(phrase).replace(r"\*", r"\w*").split(r"\ ")
    # Up to two small words may come between: "réparer (mes vieux) ordis".
    return r"(?<!\w)" + r"\W+(?:\w+\W+){0,2}?".join(words) + r"(?!\w)"
