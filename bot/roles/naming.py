"""Which roles a typed text names, whatever its accents, capitals and small spelling mistakes."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from bot.roles.model import Role

_LINK_WORDS: Final = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "s")
)
_INCLUSIVE_ENDING: Final = re.compile(
    r"(?<=\w)[·(/.-](?:e|ne|se|ve|euse|ice|rice|trice)s?\)?(?!\w)"
)
_DOUBLED_LETTER: Final = re.compile(r"([a-z])\1+")


def name_words(text: str) -> tuple[str, ...]:
    """Words of a text, reduced to what a spelling mistake seldom touches.

    Accents, capitals, doubled letters, plural endings, inclusive endings ("développeur·se") and
    link words ("de", "la") are dropped.
    """
    text = text.replace("œ", "oe").replace("Œ", "oe")
    letters = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    words = re.findall(r"[a-z0-9+#]+", _INCLUSIVE_ENDING.sub("", letters))
    return tuple(_stem(word) for word in words if word not in _LINK_WORDS)


def find_roles(text: str, roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Ids of the roles that ``text`` names by a label or an alias, in the order of the text.

    A word of the text serves one name only, exact names before misspelt ones and long ones
    before short ones: "développeur web" is not also "développeur".
    """
    words = name_words(text)
    names = [(_cached_name_words(name), role.id) for role in roles.values() for name in role.names]
    names.sort(key=lambda name: -sum(map(len, name[0])))
    found: dict[int, str] = {}
    free = [True] * len(words)
    for matches in (_is_same, _is_misspelt):
        for name, role_id in names:
            # "web designer" and "webdesigner" are one name written with another count of words.
            for size in {len(name) - 1, len(name), len(name) + 1} - {0}:
                for start in range(len(words) - size + 1):
                    span = slice(start, start + size)
                    if all(free[span]) and matches(words[span], name):
                        free[span] = [False] * size
                        found[start] = role_id
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


@lru_cache(maxsize=4096)
def _cached_name_words(name: str) -> tuple[str, ...]:
    """``name_words`` of a role's name; texts of people are never kept in a cache."""
    return name_words(name)


def _stem(word: str) -> str:
    word = _DOUBLED_LETTER.sub(r"\1", word)
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def _is_same(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return "".join(words) == "".join(name)


def _is_misspelt(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    if len(words) != len(name):
        return False
    if len(name) == 1:
        # Alone, "developper" is the verb and "tester" too: the ending has to be the name's.
        return (
            len(name[0]) >= 8
            and words[0][-2:] == name[0][-2:]
            and _is_close(words[0], name[0], mistakes=1)
        )
    return all(
        _is_close(word, right, mistakes=_allowed_mistakes(right))
        for word, right in zip(words, name, strict=True)
    )


def _allowed_mistakes(word: str) -> int:
    """Mistakes that leave a word of this length recognisable; short words allow none."""
    return (len(word) >= 5) + (len(word) >= 8)


def _is_close(word: str, right: str, *, mistakes: int) -> bool:
    """Whether ``word`` is ``right`` with at most ``mistakes`` edits, its first letter kept."""
    return word[:1] == right[:1] and OSA.distance(word, right, score_cutoff=mistakes) <= mistakes
