"""Whether a text typed during a question interrupts it: a question of the person, or a command.

The default is to keep what a person writes as her answer. data/answers/interruptions.yml holds
the thresholds and the openings of questions.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.dialogue.answers import plain

ANSWERS: Final = frozenset({"answer", "inform", "free_answer", "affirm", "deny", "dont_know"})
"""Intents that answer a question; any other is a question or a command that rules handle."""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """Longest text in words and least confidence for an intent to interrupt."""

    words: int
    confidence: float

    def allows(self, text: str, confidence: float) -> bool:
        return confidence >= self.confidence and len(text.split()) <= self.words


class Interruptions:
    """Decides from the classifier's intent, its confidence and the shape of the text."""

    def __init__(
        self,
        *,
        questions: Threshold,
        commands: Threshold,
        distress: Threshold,
        openings: tuple[str, ...],
    ) -> None:
        self._questions = questions
        self._commands = commands
        self._distress = distress
        self._openings = tuple(f"{opening} " for opening in openings)

    def asks(self, text: str, intent: str | None, confidence: float) -> bool:
        """A question of the person ("c'est payant ?"), read as such by form and by intent."""
        if intent is None or not intent.startswith("faq_"):
            return False
        return self._questions.allows(text, confidence) and self._is_question(text)

    def interrupts(self, text: str, intent: str | None, confidence: float) -> bool:
        """A question, a command or words of distress, rather than an answer."""
        if intent is None or intent in ANSWERS or intent == "nlu_fallback":
            return False
        if intent == "distress":
            return self._distress.allows(text, confidence)
        if intent.startswith("faq_"):
            return self.asks(text, intent, confidence)
        return self._commands.allows(text, confidence)

    def _is_question(self, text: str) -> bool:
        if text.rstrip().endswith("?"):
            return True
        return f"{plain(text)} ".startswith(self._openings)


def load_interruptions(path: Path) -> Interruptions:
    """Read data/answers/interruptions.yml."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    questions = data["questions"]
    return Interruptions(
        questions=Threshold(words=questions["words"], confidence=questions["confidence"]),
        commands=Threshold(**data["commands"]),
        distress=Threshold(**data["distress"]),
        openings=tuple(questions["openings"]),
    )
