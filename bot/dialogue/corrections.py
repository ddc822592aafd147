"""Second thoughts: "en fait j'ai un BTS", "non, plutôt Nancy", "j'ai oublié de dire que…"."""

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from bot.dialogue.answers import plain
from bot.dialogue.answers.phrases import phrases

_NAMED_IN: Final = 12
"""Words up to which "ma ville" names a question rather than belonging to a story."""


class Thought(StrEnum):
    """What a message does to what was said before."""

    CHANGES = "changes"
    ADDS = "adds"


class Corrections:
    """Recognises second thoughts by the words that announce them."""

    def __init__(
        self,
        *,
        around: Sequence[str],
        changes: Sequence[str],
        anywhere: Sequence[str],
        additions: Sequence[str],
        past: Sequence[str],
    ) -> None:
        before = rf"^(?:(?:{_any_of(around)}) )*"
        self._changes = re.compile(rf"{before}(?:{_any_of(changes)})\b")
        self._anywhere = re.compile(rf"\b(?:{_any_of(anywhere)})\b")
        self._additions = re.compile(rf"{before}(?:{_any_of(additions)})\b")
        self._past = re.compile(rf"\b(?:{_any_of(past)})\b")

    def thought(self, text: str) -> Thought | None:
        """Whether the text announces a second thought."""
        words = plain(text)
        if self._additions.search(words):
            return Thought.ADDS
        announced = self._changes.search(words) or self._anywhere.search(words)
        return Thought.CHANGES if announced else None

    def rest(self, text: str) -> str:
        """The plain words that are left of what announces the thought."""
        words = plain(text)
        for announcement in (self._additions, self._changes, self._anywhere):
            words = announcement.sub(" ", words)
            words = self._changes.sub(" ", words.strip())
        return " ".join(words.split())

    def tells_the_past(self, text: str) -> bool:
        """ "j'ai aussi tenu un bar" rather than "j'adore la photo"."""
        return bool(self._past.search(plain(text)))


def question_named(text: str) -> str | None:
    """The question that a short text names: "je me suis trompé de ville" → "place"."""
    return phrases("questions").find(text) if len(text.split()) <= _NAMED_IN else None


def _any_of(ways: Sequence[str]) -> str:
    return "|".join(re.escape(plain(way)) for way in sorted(ways, key=len, reverse=True))


def load_corrections(path: Path) -> Corrections:
    """Read data/answers/corrections.yml."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Corrections(**data)
