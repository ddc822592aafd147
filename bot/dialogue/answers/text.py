"""French text reduced to what mistakes seldom touch, and cut where a new statement begins."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import yaml

from bot.settings import PROJECT

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "’": " ", "'": " "})
_PLUS: Final = re.compile(r"\+(?=\s*\d)")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_NOT_WORD: Final = re.compile(r"[^\w\U0001F300-\U0001FAFF\u2600-\u27BF]+")
_SKIN_TONES: Final = re.compile("[\U0001f3fb-\U0001f3ff]")
_CLAUSE_END: Final = re.compile(
    r"[,;.!?:()/\n]+|\b(?:mais|et|puis|ensuite|donc|alors|sauf|par contre)\b", re.IGNORECASE
)


def plain(text: str) -> str:
    """Lower case, no accents, words apart by one space: "J'ai  l'BAC+2 !!" → "j ai l bac plus 2".

    A plus sign before a number reads "plus", any other reads "et".
    """
    text = _PLUS.sub(" plus ", text).replace("+", " et ")
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    letters = "".join(c for c in text if not unicodedata.combining(c) and c not in "\u200d\ufe0f")
    letters = _SKIN_TONES.sub("", letters)
    return " ".join(_STRETCHED.sub(r"\1", _NOT_WORD.sub(" ", letters)).split())


def clauses(text: str) -> tuple[str, ...]:
    """The plain statements of a text: "BTS compta, mais pas eu" → ("bts compta", "pas eu")."""
    text = _PLUS.sub(" plus ", text).replace("+", ",")
    return tuple(said for part in _CLAUSE_END.split(text) if (said := plain(part)))


@cache
def read_list(name: str) -> Mapping[str, Any]:
    """data/answers/NAME.yml, read once."""
    path = PROJECT / "data" / "answers" / f"{name}.yml"
    data: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data
