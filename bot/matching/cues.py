"""What a careers adviser hears: words that speak for roles.

data/matching/cues.yml holds them, for people to correct.
"""

import re
import unicodedata
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

_WORDS: Final = re.compile(r"[^\W_]+[+#]*")
_WRITTEN_WORD: Final = re.compile(r"(=?)([^\W_*]+[+#]*)(\*?)")
_WIDEST_GAP: Final = 2
"""Small words that may stand between two words of a phrase: "réparer (mes vieux) ordis"."""
_LINKS: Final = frozenset({  # as ``neutral`` leaves them
    "a", "au", "aux", "ce", "ces", "d", "dans", "de", "des", "du", "en", "et", "j", "je", "l",
    "la", "le", "les", "leur", "leurs", "m", "ma", "me", "mes", "mon", "n", "nos", "notre",
    "on", "par", "pour", "qu", "que", "s", "sa", "se", "ses", "son", "sur", "t", "tout", "tous",
    "toute", "toutes", "un", "une", "vieil", "vieur", "y",
})  # fmt: skip


@dataclass(frozen=True)
class _Word:
    """A word of a phrase: whole, a beginning ("dessin*") or to the letter ("=post")."""

    text: str
    is_beginning: bool = False
    is_literal: bool = False

    def is_in(self, token: "_Token") -> bool:
        if self.is_beginning:
            return token.neutral.startswith(self.text)
        return self.text == (token.written if self.is_literal else token.neutral)


@dataclass(frozen=True)
class _Token:
    """A word of a text: in small letters as it was written, and as ``neutral`` leaves it."""

    written: str
    neutral: str


@dataclass(frozen=True)
class _Phrase:
    """What was written, its words, and the weights by role."""

    said: str
    words: tuple[_Word, ...]
    weights: NDArray[np.float64]


class Cues:
    """Phrases, each with weights for some roles; a text costs microseconds a word."""

    def __init__(
        self, phrases: Mapping[str, Mapping[str, float]], *, role_ids: Sequence[str]
    ) -> None:
        index = {role_id: position for position, role_id in enumerate(role_ids)}
        self._size = len(role_ids)
        self._whole: dict[str, list[_Phrase]] = defaultdict(list)
        self._literal: dict[str, list[_Phrase]] = defaultdict(list)
        self._beginnings: dict[str, list[_Phrase]] = defaultdict(list)
        for said, by_role in phrases.items():
            weights = np.zeros(self._size)
            for role_id, weight in by_role.items():
                weights[index[role_id]] = weight
            phrase = _Phrase(said, tuple(_words(said)), weights)
            first = phrase.words[0]
            self._by_first(first)[first.text].append(phrase)
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
        tokens = _tokens(text)
        seen: set[str] = set()
        for position, token in enumerate(tokens):
            for phrase in self._starting(token):
                if phrase.said not in seen and _goes_on(phrase.words, tokens, position):
                    seen.add(phrase.said)
                    yield phrase

    def _by_first(self, word: _Word) -> dict[str, list[_Phrase]]:
        if word.is_beginning:
            return self._beginnings
        return self._literal if word.is_literal else self._whole

    def _starting(self, token: _Token) -> Iterator[_Phrase]:
        yield from self._whole.get(token.neutral, ())
        yield from self._literal.get(token.written, ())
        for length in self._lengths:
            if length > len(token.neutral):
                return
            yield from self._beginnings.get(token.neutral[:length], ())


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
                    phrases.setdefault(str(phrase).lower(), {})[role_id] = float(weight)
    return Cues(phrases, role_ids=list(roles))


def _words(phrase: str) -> Iterator[_Word]:
    for sign, word, star in _WRITTEN_WORD.findall(_small(phrase)):
        if sign:
            yield _Word(word, is_literal=True)
        elif star:
            yield _Word(folded(word), is_beginning=True)
        else:
            yield _Word(neutral(word))


def _tokens(text: str) -> list[_Token]:
    written = _WORDS.findall(_small(text))
    plain = neutral(" ".join(written)).split(" ")
    return [_Token(*both) for both in zip(written, plain, strict=True)] if written else []


def _small(text: str) -> str:
    """Small letters, each with its accent in one character, so that words stay words in
    ``neutral``."""
    return unicodedata.normalize("NFKC", text.replace("œ", "oe").replace("Œ", "oe").lower())


def _goes_on(words: Sequence[_Word], tokens: Sequence[_Token], position: int) -> bool:
    """Whether the words after the first stand after ``position``, link words between them."""
    for word in words[1:]:
        for gap in range(_WIDEST_GAP + 1):
            position += 1
            if position >= len(tokens):
                return False
            token = tokens[position]
            if word.is_in(token):
                break
            if gap == _WIDEST_GAP or token.neutral not in _LINKS:
                return False
    return True
