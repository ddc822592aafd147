"""What a careers adviser hears: words that speak for roles.

data/matching/cues.yml holds them, for people to correct.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.errors import DataError
from bot.matching.clauses import folded, neutral
from bot.roles import Role

_TOKENS: Final = re.compile(r"[a-z0-9+#]+")
_WIDEST_GAP: Final = 2
"""Small words that may stand between two words of a phrase: "réparer (mes vieux) ordis"."""
_LINKS: Final = frozenset({  # as ``neutral`` leaves them
    "a", "au", "aux", "ce", "ces", "d", "dans", "de", "des", "du", "en", "et", "j", "je", "l",
    "la", "le", "les", "leur", "leurs", "m", "ma", "me", "mes", "mon", "n", "nos", "notre",
    "on", "par", "pour", "qu", "que", "s", "sa", "se", "ses", "son", "sur", "t", "tout", "tous",
    "toute", "toutes", "un", "une", "vieux", "vieil", "y",
})  # fmt: skip


@dataclass(frozen=True)
class _Phrase:
    """What was written, its words, each whole or (True) a beginning, and the weights by role."""

    said: str
    words: tuple[tuple[str, bool], ...]
    weights: NDArray[np.float64]


class Cues:
    """Phrases, each with weights for some roles; a text costs microseconds a word."""

    def __init__(
        self, phrases: Mapping[str, Mapping[str, float]], *, role_ids: Sequence[str]
    ) -> None:
        index = {role_id: position for position, role_id in enumerate(role_ids)}
        self._size = len(role_ids)
        self._whole: dict[str, list[_Phrase]] = defaultdict(list)
        self._beginnings: dict[str, list[_Phrase]] = defaultdict(list)
        for said, by_role in phrases.items():
            weights = np.zeros(self._size)
            for role_id, weight in by_role.items():
                weights[index[role_id]] = weight
            phrase = _Phrase(said, tuple(_words(said)), weights)
            first, is_beginning = phrase.words[0]
            (self._beginnings if is_beginning else self._whole)[first].append(phrase)
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})

    def score(self, text: str) -> NDArray[np.float64]:
        """Sum of the weights of the different phrases in a text, by role."""
        total = np.zeros(self._size)
        for phrase in self._in(text):
            total += phrase.weights
        return total

    def found(self, text: str) -> tuple[str, ...]:
        """The different phrases in a text, as they were given, in order of appearance."""
        return tuple(phrase.said for phrase in self._in(text))

    def _in(self, text: str) -> Iterator[_Phrase]:
        tokens = _TOKENS.findall(neutral(text))
        seen: set[str] = set()
        for position, token in enumerate(tokens):
            for phrase in self._starting(token):
                if phrase.said not in seen and _goes_on(phrase.words, tokens, position):
                    seen.add(phrase.said)
                    yield phrase

    def _starting(self, token: str) -> Iterator[_Phrase]:
        yield from self._whole.get(token, ())
        for length in self._lengths:
            if length > len(token):
                return
            yield from self._beginnings.get(token[:length], ())


def load_cues(paths: Iterable[Path], *, roles: Mapping[str, Role]) -> Cues:
    """Read the files; each is ``{role: {weight: [phrases]}}``. DataError names what is wrong."""
    phrases: dict[str, dict[str, float]] = {}
    for path in paths:
        data: dict[str, dict[float, list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for role_id, by_weight in data.items():
            if role_id not in roles:
                raise DataError(f"{path}: {role_id!r} is no role; use a file name of data/jobs")
            for weight, said in by_weight.items():
                for phrase in said:
                    if not any(_words(str(phrase))):
                        raise DataError(f"{path}: {role_id}.{weight}: {phrase!r} has no word")
                    phrases.setdefault(folded(str(phrase)), {})[role_id] = float(weight)
    return Cues(phrases, role_ids=list(roles))


def _words(phrase: str) -> Iterator[tuple[str, bool]]:
    for word in re.findall(r"[a-z0-9+#]+\*?", folded(phrase)):
        beginning = word.removesuffix("*")
        yield (beginning, True) if beginning != word else (neutral(word), False)


def _goes_on(words: Sequence[tuple[str, bool]], tokens: Sequence[str], position: int) -> bool:
    """Whether the words after the first stand after ``position``, link words between them."""
    for word, is_beginning in words[1:]:
        for gap in range(_WIDEST_GAP + 1):
            position += 1
            if position >= len(tokens):
                return False
            token = tokens[position]
            if token.startswith(word) if is_beginning else token == word:
                break
            if gap == _WIDEST_GAP or token not in _LINKS:
                return False
    return True
