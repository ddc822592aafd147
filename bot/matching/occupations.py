"""Former occupations: which roles they lead to, and what a person brings from them.

data/matching/occupations.yml holds them, for careers advisers to read and correct.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.errors import DataError
from bot.matching.clauses import folded
from bot.matching.cues import Cues
from bot.roles import Role

_LINE: Final = re.compile(r"(?P<weight>[123])\s*,\s*(?P<skill>\S.*)")


class Occupations:
    """Finds the occupations that a text names; ``leads`` is by name, then by role."""

    def __init__(self, leads: Mapping[str, Mapping[str, tuple[int, str]]], cues: Cues) -> None:
        self._leads = leads
        self._cues = cues

    def score(self, text: str) -> NDArray[np.float64]:
        """How clearly the occupations of a text lead to each role."""
        return self._cues.score(text)

    def skills(self, text: str, role_id: str) -> tuple[str, ...]:
        """What the occupations of a text bring to a role, in French, each once."""
        leads = (self._leads[name].get(role_id) for name in self._cues.found(text))
        return tuple(dict.fromkeys(skill for _, skill in filter(None, leads)))


def load_occupations(path: Path, *, roles: Mapping[str, Role]) -> Occupations:
    """Read ``{names: {role: "weight, skill"}}``; DataError names what is wrong."""
    document: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    leads: dict[str, dict[str, tuple[int, str]]] = {}
    for names, lines in document.items():
        by_role = {
            role_id: _weight_and_skill(line, role_id, where=f"{path}: {names}", roles=roles)
            for role_id, line in lines.items()
        }
        for name in names.split(","):
            if leads.setdefault(folded(name), by_role) is not by_role:
                raise DataError(f"{path}: {name.strip()!r} stands twice: keep it once")
    weights = {
        name: {role_id: float(weight) for role_id, (weight, _) in by_role.items()}
        for name, by_role in leads.items()
    }
    return Occupations(leads, Cues(weights, role_ids=list(roles)))


def _weight_and_skill(
    line: object, role_id: str, *, where: str, roles: Mapping[str, Role]
) -> tuple[int, str]:
    if role_id not in roles:
        raise DataError(f"{where}: {role_id!r} is no role; use a file name of data/jobs")
    found = _LINE.fullmatch(str(line))
    if found is None:
        raise DataError(f'{where}: {role_id}: must be like "2, la patience", with 1, 2 or 3')
    return int(found["weight"]), found["skill"]
