"""Commands and words of distress that are recognised beyond doubt, before any classifier.

data/answers/shortcuts.yml holds the phrases, for people to read and correct.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from rapidfuzz.distance import OSA

from bot.dialogue.answers import plain

Recogniser = Callable[[str], str | None]

_LONGEST_COMMAND: Final = 12
"""Words beyond which a message is no bare command."""


class Shortcuts:
    """``shortcuts(text)`` is the intent that the text is beyond doubt, or ``None``."""

    def __init__(
        self,
        *,
        commands: Mapping[str, Sequence[str]],
        around: Sequence[str],
        distress: Sequence[str],
        not_distress: Sequence[str],
    ) -> None:
        self._commands = {plain(said): intent for intent, all_ in commands.items() for said in all_}
        self._around = _any_of(around)
        self._distress = _any_of([way for line in distress for way in line.split("|")])
        self._not_distress = _any_of(not_distress)

    def __call__(self, text: str) -> str | None:
        words = plain(text)
        if self._distress.search(self._not_distress.sub(" ", words)):
            return "distress"
        if len(words.split()) > _LONGEST_COMMAND:
            return None
        bare = " ".join(self._around.sub(" ", words).split())
        return self._commands.get(bare) or self._misspelt(bare)

    def _misspelt(self, bare: str) -> str | None:
        """The command within one letter in ten, when the text is long enough to be told apart."""
        if len(bare) < 8:
            return None
        allowed = len(bare) // 10 + 1
        for said, intent in self._commands.items():
            if OSA.distance(bare, said, score_cutoff=allowed) <= allowed:
                return intent
        return None


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    """Any of the phrases, the longest first; "…" in one stands for up to three words."""
    patterns = (
        r" (?:\w+ ){0,3}".join(re.escape(plain(part)) for part in phrase.split("…"))
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


def load_shortcuts(path: Path) -> Shortcuts:
    """Read data/answers/shortcuts.yml."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Shortcuts(**data)
