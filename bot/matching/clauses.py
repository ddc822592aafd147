"""Clauses of a text, with their exact places in it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_BOUNDARY: Final = re.compile(
    r"[.!?…;:\n()«»\"]+|,(?!\d)|\s[–—-]\s|"
    r"\s(?=(?:mais|puis|alors|donc|parce que|car|sauf que|m[êe]me si|"
    r"et (?:je|j|surtout|puis))\b)",
    re.IGNORECASE,
)


_WORD: Final = re.compile(r"[a-z]+")
_ARTICLES: Final = {
    "une": "un", "la": "le", "elle": "il", "elles": "ils", "celle": "celui", "celles": "ceux",
    "ma": "mon", "ta": "ton", "sa": "son", "cette": "ce", "toute": "tout", "toutes": "tous",
}  # fmt: skip
_IRREGULAR: Final = {"maitresse": "maitr", "hotesse": "hot", "copine": "copain"}
_ENDINGS: Final = (  # of a word without its last "e"
    ("tric", "teur"), ("eress", "eur"), ("eus", "eur"), ("eux", "eur"),
    ("ienn", "ien"), ("onn", "on"), ("iv", "if"), ("ell", "el"), ("ett", "et"),
)  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """``text[start:end]`` of a field, without the spaces around it."""

    start: int
    end: int
    text: str


def clauses(text: str) -> list[Clause]:
    """Clauses in order; together they hold every word of the text."""
    return list(_clauses(text))


def folded(text: str) -> str:
    """Lower case without accents, one space between words: what the features are made of."""
    text = text.replace("’", "'").replace("œ", "oe").replace("Œ", "oe")
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def neutral(text: str) -> str:
    """``folded``, with feminine and masculine made one: "ancienne vendeuse" is "ancien vendeur".

    What is ranked must not depend on the gender in which a person writes.
    """
    return _WORD.sub(_neutral_word, folded(text))


def _neutral_word(match: re.Match[str]) -> str:
    word = match.group()
    if word in _ARTICLES:
        return _ARTICLES[word]
    if len(word) <= 3:
        return word
    word = word.removesuffix("s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = word.rstrip("e")
    for feminine, common in _ENDINGS:
        if word.endswith(feminine):
            return word.removesuffix(feminine) + common
    return word


def _clauses(text: str) -> Iterator[Clause]:
    start = 0
    for boundary in [*_BOUNDARY.finditer(text), None]:
        end = boundary.start() if boundary else len(text)
        raw = text[start:end]
        trimmed = raw.strip()
        if trimmed:
            at = start + raw.index(trimmed)
            yield Clause(at, at + len(trimmed), trimmed)
        start = boundary.end() if boundary else end
