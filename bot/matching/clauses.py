"""Clauses of a text, with their exact places in it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_BOUNDARY: Final = re.compile(
    r"[.!?…;:\n()«»\"]+|,(?!\d)|\s[–—-]\s|"
    r"\s(?=(?:mais|puis|alors|donc|parce que|car|sauf que|même si|meme si|et (?:je|j|surtout|puis))\b)",
    re.IGNORECASE,
)


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
