"""Déclic says "vous", and "tu" to whoever says "tu"."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from bot.dialogue.answers import plain

_SPEAKS_TO_DECLIC: Final = 15
"""Words beyond which "tu" may well be told of somebody else."""


class Tone:
    """Tells how a person speaks, and the familiar wording of each text that has one.

    ``texts`` are by name of the response; what is in braces is filled in as in the formal one.
    """

    def __init__(
        self, *, familiar: Sequence[str], formal: Sequence[str], texts: Mapping[str, str]
    ) -> None:
        self._familiar = _any_of(familiar)
        self._formal = _any_of(formal)
        self._texts = texts

    def is_familiar(self, text: str) -> bool | None:
        """True when the text says "tu" to Déclic, False for "vous", ``None`` for neither."""
        words = plain(text)
        if self._formal.search(words):
            return False
        short = len(words.split()) <= _SPEAKS_TO_DECLIC
        return True if short and self._familiar.search(words) else None

    def familiar(self, response: str, values: Mapping[str, Any]) -> str | None:
        """The familiar wording of a response, ``None`` when it suits both ways."""
        text = self._texts.get(response)
        return None if text is None else text.format_map(values)


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(plain(word)) for word in words)})\b")


def load_tone(*, words: Path, texts: Path) -> Tone:
    """Read data/answers/tone.yml and data/texts/familiar.yml."""
    said = yaml.safe_load(words.read_text(encoding="utf-8"))
    return Tone(**said, texts=yaml.safe_load(texts.read_text(encoding="utf-8")))
