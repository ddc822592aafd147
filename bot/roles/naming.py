"""Which roles a typed text names, whatever its accents, capitals and small spelling mistakes."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeAlias

from rapidfuzz.distance import OSA

from bot.roles.model import Role

Words: TypeAlias = tuple[str, ...]

_LINK_WORDS: Final = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "s")
)
_INCLUSIVE_ENDING: Final = re.compile(r"(?<=\w)[·(/.-](?:e|ne|se|euse|ice|rice|trice)s?\)?(?!\w)")
_DOUBLED_LETTER: Final = re.compile(r"([a-z])\1+")


def find_roles(text: str, roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Ids of the roles that ``text`` names by a label or an alias, in the order of the text.

    A word of the text serves one name only, and long names go before short ones: "développeur
    web" is not also "développeur".
    """
    words = name_words(text)
    names = _Names(roles)
    spans = [
        slice(start, end)
        for start in range(len(words))
        for end in range(start + 1, min(start + names.longest, len(words)) + 1)
    ]
    spans.sort(key=lambda span: -len("".join(words[span])))
    found: dict[int, str] = {}
    free = [True] * len(words)
    for span in spans:
        if all(free[span]) and (role_id := names.role_named(words[span])):
            free[span] = [False] * (span.stop - span.start)
            found[span.start] = role_id
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def name_words(text: str) -> Words:
    """Words of a text, reduced to what a spelling mistake seldom touches.

    Accents, capitals, doubled letters, plurals, feminines and link words ("de", "la") are dropped,
    and a word that only repeats the one before: "Technicienne / Technicien support" and
    "technicien·ne support" are the same two words.
    """
    letters = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    words = re.findall(r"[a-z0-9+#]+", _INCLUSIVE_ENDING.sub("", letters))
    stems = [_stem(word) for word in words if word not in _LINK_WORDS]
    return tuple(stem for stem, _ in groupby(stems))


def _stem(word: str) -> str:
    word = _DOUBLED_LETTER.sub(r"\1", word)
    if len(word) > 3:
        word = re.sub(r"[sx]$", "", word)
        word = re.sub(r"(euse|rice)$", "eur", word)
        word = re.sub(r"(?<=ie[nr])e$", "", word)
    return word


_role_name_words = lru_cache(maxsize=4096)(name_words)
"""``name_words`` of roles' names; what people type is never kept in a cache."""


class _Names:
    """The names of all roles, ready to be looked up."""

    def __init__(self, roles: Mapping[str, Role]) -> None:
        self._exact: dict[str, str] = {}
        self._by_initials: defaultdict[Words, list[tuple[Words, str]]] = defaultdict(list)
        self.longest = 1
        for role in roles.values():
            for name in map(_role_name_words, role.names):
                self._exact["".join(name)] = role.id
                self._by_initials[_initials(name)].append((name, role.id))
                # One word more than the name: "web designer" for "webdesigner".
                self.longest = max(self.longest, len(name) + 1)

    def role_named(self, words: Words) -> str | None:
        """The role of this very name, however it is cut into words, or else of the nearest."""
        if role_id := self._exact.get("".join(words)):
            return role_id
        close = [
            (mistakes, role_id)
            for name, role_id in self._by_initials.get(_initials(words), ())
            if (mistakes := _mistakes(words, name)) is not None
        ]
        return min(close)[1] if close else None


def _initials(words: Words) -> Words:
    """First letters: a misspelt word nearly always keeps its own."""
    return tuple(word[0] for word in words)


def _mistakes(words: Words, name: Words) -> int | None:
    """Edits from ``words`` to ``name``; None when a word is too far from the name's."""
    alone = len(name) == 1
    if alone and words[0][-2:] != name[0][-2:]:
        return None  # "graphisme" is no "graphiste"
    total = 0
    for word, right in zip(words, name, strict=True):
        if word.endswith("er") and right.endswith("eur"):
            return None  # "développer des applications" is what one does, not a name
        allowed = _allowed_mistakes(right, alone=alone)
        mistakes = OSA.distance(word, right, score_cutoff=allowed)
        if mistakes > allowed:
            return None
        total += mistakes
    return total


def _allowed_mistakes(word: str, *, alone: bool) -> int:
    """Edits that leave the word recognisable: fewer without another word beside it."""
    if alone:
        return int(len(word) >= 8)
    return int(len(word) >= 5) + int(len(word) >= 8)
