"""What a typed text does to the answers: fills one, changes one, completes one, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.dialogue.corrections import Corrections, Thought, question_named
from bot.dialogue.interview import OPEN_QUESTIONS, QUESTIONS, UNKNOWN, Interview, Slots

_CLOSED: Final = tuple(q for q in QUESTIONS if q not in (*OPEN_QUESTIONS, "consent"))
_CORRECTS_IN: Final = 14
"""Words up to which a text during an open question corrects a fact instead of answering."""
_BARE: Final = 6
"""Words up to which what is left of a correction is a bare value, such as a town."""
_STORY: Final = 6
"""Words from which a text that came too early for an open question answers it all the same."""


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Slots that a text fills or changes; ``interrupts`` leaves it to a rule; ``missed`` when it
    tells nothing; ``added`` when it completes an open answer given before.
    """

    slots: Slots = field(default_factory=dict)
    interrupts: bool = False
    missed: bool = False
    added: bool = False


class Listener:
    """Weighs a text against the whole interview; knows nothing of Rasa."""

    def __init__(self, *, interview: Interview, corrections: Corrections) -> None:
        self._interview = interview
        self._corrections = corrections

    def hear(
        self,
        question: str,
        text: str,
        *,
        slots: Slots,
        intent: str | None = None,
        confidence: float = 0.0,
        in_a_row: bool = False,
    ) -> Hearing:
        """A text typed while ``question`` is asked and ``slots`` are the answers so far.

        ``in_a_row`` tells that it was sent before the question was: it belongs to the one before.
        """
        second = self._second_thought(question, text, slots)
        if second:
            return second
        reading = self._interview.read(
            question,
            text,
            intent=intent,
            confidence=confidence,
            prompted=slots.get("prompted") == question,
        )
        if reading.interrupts:
            return Hearing(interrupts=True)
        passing = self._interview.read_in_passing(text, but=question)
        filled = {k: v for k, v in passing.items() if slots.get(k) is None} | dict(reading.slots)
        if in_a_row and (question in OPEN_QUESTIONS or not filled):
            earlier = self._continued(question, text, slots)
            if earlier:
                return earlier
        return Hearing(slots=filled, missed=not filled)

    def hear_again(self, text: str, *, slots: Slots, more: bool) -> Hearing | None:
        """A text typed when every question has its answer; ``None`` when it changes none.

        ``more`` tells that the text is a story rather than a question or a command.
        """
        explicit = self._explicit(text, slots)
        if explicit:
            return Hearing(slots=explicit)
        thought = self._corrections.thought(text)
        if thought is Thought.CHANGES and (implied := self._implied(text, None, slots)):
            return Hearing(slots=implied)
        if thought is Thought.ADDS or more:
            past = self._corrections.tells_the_past(text)
            return _added("background" if past else "motivations", text, slots)
        return None

    def _second_thought(self, question: str, text: str, slots: Slots) -> Hearing | None:
        thought = self._corrections.thought(text)
        if thought is None:
            return None
        explicit = self._explicit(text, slots)
        if question in OPEN_QUESTIONS:
            if len(text.split()) > _CORRECTS_IN:
                return None
            if thought is Thought.CHANGES:
                explicit = explicit or self._implied(text, question, slots)
            if explicit:
                return Hearing(slots=explicit)
            before = _open_before(question, slots) if thought is Thought.ADDS else None
            past = self._corrections.tells_the_past(text)
            return _added(before, text, slots) if before and past else None
        own = self._interview.read(question, text).slots
        if question in own and (not explicit or question in explicit):
            return Hearing(slots={**explicit, **own})
        if not explicit and thought is Thought.CHANGES:
            explicit = self._implied(text, question, slots)
        return Hearing(slots=explicit) if explicit else None

    def _explicit(self, text: str, slots: Slots) -> Slots:
        """Facts told beyond doubt that are not yet known so."""
        found = dict(self._interview.read_in_passing(text, but=""))
        if found.get("place_candidates"):
            found["place"] = None  # which of the homonyms is asked
        return found if any(slots.get(k) != v for k, v in found.items()) else {}

    def _implied(self, text: str, question: str | None, slots: Slots) -> Slots:
        """A bare value after "non, plutôt": it changes the latest answer that can be read so."""
        rest = self._corrections.rest(text)
        if not rest or len(rest.split()) > _BARE:
            return {}
        asked_before = _CLOSED[: _CLOSED.index(question)] if question in _CLOSED else _CLOSED
        for earlier in reversed(asked_before):
            if slots.get(earlier) is None:
                continue
            if earlier == "place" and question_named(rest) == "place":
                continue  # "de ville" names the question, not the village of that name
            read = self._interview.read(earlier, rest).slots
            if earlier in read and read[earlier] not in (UNKNOWN, slots.get(earlier)):
                return read
        return {}

    def _continued(self, question: str, text: str, slots: Slots) -> Hearing | None:
        """A text that was sent before ``question`` was asked."""
        before = _open_before(question, slots)
        if before:
            return _added(before, text, slots)
        earlier = next((q for q in reversed(_CLOSED) if slots.get(q) is not None), None)
        read = self._interview.read(earlier, text).slots if earlier else {}
        if read.get(earlier or "") not in (None, UNKNOWN):
            return Hearing(slots=read)
        if question in OPEN_QUESTIONS and len(text.split()) >= _STORY:
            return None
        return Hearing()


def _open_before(question: str, slots: Slots) -> str | None:
    """The open question answered just before ``question``."""
    position = OPEN_QUESTIONS.index(question) if question in OPEN_QUESTIONS else 0
    earlier = OPEN_QUESTIONS[:position]
    return next((q for q in reversed(earlier) if slots.get(q) is not None), None)


def _added(question: str, text: str, slots: Mapping[str, Any]) -> Hearing:
    said = slots.get(question)
    words = text if said in (None, "", UNKNOWN) else f"{said}\n{text}"
    return Hearing(slots={question: words}, added=True)
