"""What a person's words are about: gestures, tastes, places, tools, and the roles they lead to.

data/matching/themes.yml holds them, for careers advisers to read and correct. A theme pools many
ways of saying one thing, so that what is learnt from one of them is known of all.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.errors import DataError
from bot.matching.cues import Cues
from bot.roles import Role

_HINT: Final = 0.3
"""What an adviser's weights count for beside the number of words found of a theme."""


class Themes:
    """Reads texts as rows of features; ``leads`` has a row a theme and a column a role."""

    def __init__(self, phrases: Cues, leads: NDArray[np.float64]) -> None:
        self._phrases = phrases
        self._leads = leads

    def features(self, text: str, cue_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much a text is about each theme, and what that and the cues say of each role."""
        amounts = self._amounts(text)
        return np.concatenate([amounts, _HINT * (amounts @ self._leads), _HINT * cue_scores])

    def score(self, text: str) -> NDArray[np.float64]:
        """How clearly the themes of a text lead to each role, by the adviser's weights alone."""
        led: NDArray[np.float64] = self._amounts(text) @ self._leads
        return led

    def _amounts(self, text: str) -> NDArray[np.float64]:
        # The second word of a theme tells less than the first.
        amounts: NDArray[np.float64] = np.sqrt(self._phrases.score(text))
        return amounts


def load_themes(path: Path, *, roles: Mapping[str, Role]) -> Themes:
    """Read ``{theme: {roles: {role: weight}, words: [phrases]}}``; DataError names a bad role."""
    document: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    columns = {role_id: column for column, role_id in enumerate(roles)}
    leads = np.zeros((len(document), len(columns)))
    phrases: dict[str, dict[str, float]] = {}
    for row, (name, theme) in enumerate(document.items()):
        for role_id, weight in theme["roles"].items():
            if role_id not in columns:
                raise DataError(
                    f"{path}: {name}: {role_id!r} is no role; use a file name of data/jobs"
                )
            leads[row, columns[role_id]] = weight
        for phrase in theme["words"]:
            phrases.setdefault(str(phrase).lower(), {})[name] = 1.0
    return Themes(Cues(phrases, role_ids=list(document)), leads)
