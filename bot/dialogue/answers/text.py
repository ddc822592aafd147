"""French text reduced to what mistakes seldom touch, and phrases found in it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import yaml
from rapidfuzz.distance import OSA

from bot.settings import PROJECT

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "’": " ", "'": " ", "+": " plus "})
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_NOT_WORD: Final = re.compile(r"[^\w\U0001F300-\U0001FAFF\u2600-\u27BF]+")
_NEGATION: Final = re.compile(r"\b(?:pas|sans|ni|aucune?|plus|jamais|manque)(?: \w+){0,2} $")
_LONG_ENOUGH: Final = 6
"""Letters from which a word may be one mistake away from the one meant."""


def plain(text: str) -> str:
    """Lower case, no accents, words apart by one space: "J'ai  l'BAC+2 !!" → "j ai l bac plus 2"."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    letters = "".join(c for c in text if not unicodedata.combining(c) and c not in "\u200d\ufe0f")
    return " ".join(_STRETCHED.sub(r"\1", _NOT_WORD.sub(" ", letters)).split())


@cache
def read_list(name: str) -> Mapping[str, Any]:
    """data/answers/NAME.yml, read once."""
    path = PROJECT / "data" / "answers" / f"{name}.yml"
    data: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


class Phrases:
    """Phrases that each stand for a value; the longest one that a text holds decides."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        said = {plain(str(p)): value for value, all_ in phrases.items() for p in all_}
        self._values = dict(sorted(said.items(), key=lambda item: -len(item[0])))
        self._exact = re.compile(rf"\b(?:{'|'.join(map(re.escape, self._values))})\b")

    def find(self, text: str) -> str | None:
        """Value of the longest phrase in the plain ``text``, unless it is denied ("pas le bac")."""
        found = [
            match.group()
            for match in self._exact.finditer(text)
            if not _NEGATION.search(text[: match.start()])
        ]
        if found:
            return self._values[max(found, key=len)]
        return self._misspelt(text)

    def _misspelt(self, text: str) -> str | None:
        words = text.split()
        for phrase, value in self._values.items():
            size = phrase.count(" ") + 1
            if len(phrase) < _LONG_ENOUGH:
                continue
            allowed = 1 if len(phrase) < 12 else 2
            for start in range(len(words) - size + 1):
                said = " ".join(words[start : start + size])
                before = " ".join(words[:start]) + " "
                if (
                    said[:1] == phrase[:1]
                    and OSA.distance(said, phrase, score_cutoff=allowed) <= allowed
                    and not _NEGATION.search(before)
                ):
                    return value
        return None


@cache
def phrases(name: str) -> Phrases:
    """The phrases of data/answers/NAME.yml."""
    return Phrases(read_list(name))
