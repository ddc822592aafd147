"""Whether a text typed during a question interrupts it: a question of the person, or a command.

The default is to keep what a person writes as her answer. data/answers/interruptions.yml holds
the thresholds, and the words that make a question or a request.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.dialogue.answers import plain
from bot.dialogue.answers.text import clauses

ANSWERS: Final = frozenset(
    {"answer", "inform", "free_answer", "affirm", "deny", "dont_know", "reject_role"}
)
"""Intents that answer a question ("surtout pas de vente" tells a taste); any other is a question
or a command that rules handle.
"""

COURTESIES: Final = frozenset({"greet", "thank", "goodbye", "insult"})
"""Intents that ask for nothing."""


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
        statements: Threshold,
        commands: Threshold,
        distress: Threshold,
        hesitations: Threshold,
        openings: Sequence[str],
        weak_openings: Sequence[str],
        orders: Sequence[str],
        requests: Sequence[str],
    ) -> None:
        self._questions = questions
        self._statements = statements
        self._commands = commands
        self._distress = distress
        self._hesitations = hesitations
        self._openings = _beginnings(openings)
        self._weak_openings = _beginnings(weak_openings)
        self._orders = _beginnings(orders)
        words = "|".join(re.escape(plain(request)) for request in requests)
        self._requests = re.compile(rf"\b(?:{words})\b")

    def asks(self, text: str, intent: str | None, confidence: float) -> bool:
        """A question of the person ("c'est payant ?"), read as such by form and by intent."""
        if intent is None or not intent.startswith("faq_"):
            return False
        if self._is_question(text):
            return self._questions.allows(text, confidence)
        may_ask = f"{plain(text)} ".startswith(self._weak_openings)
        return may_ask and self._statements.allows(text, confidence)

    def interrupts(self, text: str, intent: str | None, confidence: float) -> bool:
        """A question, a command or words of distress, rather than an answer."""
        if intent is None or intent in ANSWERS or intent == "nlu_fallback":
            return False
        if intent == "distress":
            return self._distress.allows(text, confidence)
        if intent.startswith("faq_"):
            return self.asks(text, intent, confidence)
        requests = intent in COURTESIES or self._is_request(text)
        return requests and self._commands.allows(text, confidence)

    def hesitates(self, text: str, intent: str | None, confidence: float) -> bool:
        """Nothing but "je ne sais pas quoi dire": what follows a comma would be an answer."""
        unsure = intent == "dont_know" and self._hesitations.allows(text, confidence)
        return unsure and len(clauses(text)) == 1

    def _is_question(self, text: str) -> bool:
        if text.rstrip().endswith("?"):
            return True
        return f"{plain(text)} ".startswith(self._openings)

    def _is_request(self, text: str) -> bool:
        """It speaks to Déclic or of the conversation: "changer" alone is a wish for one's life."""
        orders = any(f"{said} ".startswith(self._orders) for said in clauses(text))
        return orders or self._is_question(text) or bool(self._requests.search(plain(text)))


def _beginnings(phrases: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{plain(phrase)} " for phrase in phrases)


def load_interruptions(path: Path) -> Interruptions:
    """Read data/answers/interruptions.yml."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    thresholds = {name: Threshold(**values) for name, values in data["thresholds"].items()}
    return Interruptions(
        questions=thresholds["questions"],
        statements=thresholds["statements"],
        commands=thresholds["commands"],
        distress=thresholds["distress"],
        hesitations=thresholds["hesitations"],
        openings=data["openings"],
        weak_openings=data["weak_openings"],
        orders=data["orders"],
        requests=data["requests"],
    )
