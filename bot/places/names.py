"""Names of places as people write them, and the words around them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_ABBREVIATIONS: Final = {"st": "saint", "ste": "sainte", "sts": "saints"}
_INCOMPLETE: Final = frozenset({
    "saint", "sainte", "saints", "le", "la", "les", "l", "en", "sur", "sous", "de", "du", "des",
    "d", "a", "au", "aux", "et",
})  # fmt: skip
"""A short name does not end with one of these: "Villeneuve", never "Villeneuve sur"."""
_SHORTEST: Final = 4


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words that tell a name from what surrounds it (data/places/words.yml)."""

    lead_in: frozenset[str]
    locative: frozenset[str]
    lives: frozenset[str]
    ordinary: frozenset[str]
    elsewhere: frozenset[str]

    def content(self, words: Sequence[str]) -> list[str]:
        """The words that may belong to a name, neither numbers nor codes ("2a")."""
        return [w for w in words if w not in self.lead_in and not w[0].isdigit()]

    def name_elsewhere(self, words: Sequence[str]) -> bool:
        """Whether a place outside France is named."""
        pairs = (" ".join(pair) for pair in pairwise(words))
        return any(name in self.elsewhere for name in (*words, *pairs))

    def where_living(self, words: Sequence[str]) -> int:
        """Index of "habite", after which stands where the person lives now; -1 without it.

        "Né à Lyon mais j'habite à Metz": Metz.
        """
        return max((i for i, word in enumerate(words) if word in self.lives), default=-1)


def name_key(name: str) -> str:
    """Words of a name without accents, capitals or abbreviations: "St-Avold" → "saint avold"."""
    name = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("’", " "))
    letters = "".join(c for c in name if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", letters)
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def short_names(key: str) -> Iterator[str]:
    """What people call a town of several words: "charleville mezieres" → "charleville"."""
    words = key.split()
    for size in range(1, len(words)):
        short = " ".join(words[:size])
        if words[size - 1] not in _INCOMPLETE and len(short) >= _SHORTEST:
            yield short
