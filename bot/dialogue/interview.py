"""The questions of the interview, and what a typed or clicked answer says.

Values are those of the Rasa slots: JSON, with ``UNKNOWN`` for "je ne sais pas".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.dialogue import answers
from bot.dialogue.interruptions import Interruptions
from bot.person import ANYWHERE_KM, Equipment, Profile, Status
from bot.places import PlaceFinder

UNKNOWN: Final = "unknown"
QUESTIONS: Final = (
    "consent",
    "status",
    "level",
    "place",
    "radius",
    "equipment",
    "background",
    "motivations",
)
CHANGEABLE: Final = QUESTIONS[1:]
"""Questions that may be answered anew at any moment; consent has its own ways."""
OPEN_QUESTIONS: Final = ("background", "motivations")
CONSENTS: Final = ("summary", "none")
_NO_VEHICLE_RADIUS_KM: Final = 15
"""Radius of a person who says only that she has no licence or no car: what a bus reaches."""

Slots = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a text says: slots that it fills, or that it interrupts the question, or neither."""

    slots: Slots = field(default_factory=dict)
    interrupts: bool = False


class Interview:
    """Reads answers; knows nothing of Rasa."""

    def __init__(self, *, places: PlaceFinder, interruptions: Interruptions) -> None:
        self._places = places
        self._interruptions = interruptions
        self._readers: dict[str, Callable[[str], Slots]] = {
            "consent": _read_consent,
            "status": _read_status,
            "level": _read_level,
            "place": self._read_place,
            "radius": _read_radius,
            "equipment": _read_equipment,
        }

    def choose(self, question: str, value: str) -> Slots:
        """Slots that a clicked choice fills; empty when the value is none of the question's."""
        if question not in QUESTIONS:
            return {}
        if value == UNKNOWN:
            return {question: UNKNOWN, **_unknown_extras(question)}
        if question == "place":
            return self._place_by_id(value)
        accepted = _CHOICES.get(question)
        return {question: accepted(value)} if accepted and accepted(value) is not None else {}

    def read(
        self,
        question: str,
        text: str,
        *,
        intent: str | None = None,
        confidence: float = 0.0,
        prompted: bool = False,
    ) -> Reading:
        """What ``text``, typed while ``question`` is asked, says.

        ``intent`` and ``confidence`` are the classifier's; ``prompted`` tells that the open
        question was already asked a second time.
        """
        if question in OPEN_QUESTIONS:
            return self._read_open(question, text, intent, confidence, prompted)
        return self._read_closed(question, text, intent, confidence)

    def _read_open(
        self, question: str, text: str, intent: str | None, confidence: float, prompted: bool
    ) -> Reading:
        if self._interruptions.interrupts(text, intent, confidence):
            return Reading(interrupts=True)
        says_nothing = answers.is_dont_know(text) or not any(map(str.isalpha, text))
        if says_nothing or self._interruptions.hesitates(text, intent, confidence):
            return Reading(slots={question: UNKNOWN} if prompted else {"prompted": question})
        return Reading(slots={question: text})

    def _read_closed(
        self, question: str, text: str, intent: str | None, confidence: float
    ) -> Reading:
        asks = self._interruptions.asks(text, intent, confidence)
        slots = {} if asks else self._readers[question](text)
        if not slots:
            # A question keeps its place in the conversation even when it holds an answer's word.
            if asks or self._interruptions.interrupts(text, intent, confidence):
                return Reading(interrupts=True)
            if question != "consent" and answers.is_dont_know(text):
                slots = {question: UNKNOWN, **_unknown_extras(question)}
        return Reading(slots=slots)

    def read_in_passing(self, text: str, *, but: str) -> Slots:
        """Answers to other questions that a text gives: "bac pro, et j'habite Forbach"."""
        found: dict[str, Any] = {}
        for question, said in answers.read_answers(text).items():
            if question != but:
                found |= self._readers[question](said)
        return found

    def _read_place(self, text: str) -> Slots:
        resolution = self._places.find(text)
        if not resolution.places:
            return {}
        if resolution.certain:
            return self._place_by_id(resolution.places[0].id)
        return {"place_candidates": [place.id for place in resolution.places]}

    def _place_by_id(self, place_id: str) -> Slots:
        place = self._places.get(place_id)
        if place is None:
            return {}
        return {"place": place.id, "place_name": place.label, "place_candidates": None}


def profile_of(slots: Slots) -> Profile:
    """The profile that the slots hold; "je ne sais pas" becomes ``None`` or an empty text."""
    known = {key: None if value == UNKNOWN else value for key, value in slots.items()}
    status, equipment = known.get("status"), known.get("equipment")
    return Profile(
        status=Status(status) if status else None,
        level=known.get("level"),
        place_id=known.get("place"),
        place_name=known.get("place_name"),
        radius_km=known.get("radius"),
        has_vehicle=known.get("has_vehicle"),
        equipment=Equipment(equipment) if equipment else None,
        background=known.get("background") or "",
        motivations=known.get("motivations") or "",
    )


def _unknown_extras(question: str) -> Slots:
    return {"place_name": None, "place_candidates": None} if question == "place" else {}


def _read_consent(text: str) -> Slots:
    said = answers.read_consent(text)
    return {} if said is None else {"consent": "summary" if said else "none"}


def _read_status(text: str) -> Slots:
    status = answers.read_status(text)
    return {} if status is None else {"status": status.value}


def _read_level(text: str) -> Slots:
    level = answers.read_level(text)
    return {} if level is None else {"level": level}


def _read_radius(text: str) -> Slots:
    radius = answers.read_radius(text)
    if radius is None:
        return {}
    km = radius.km
    if km is None:
        if radius.has_vehicle is not False:
            return {}
        km = _NO_VEHICLE_RADIUS_KM
    return {"radius": km, "has_vehicle": radius.has_vehicle}


def _read_equipment(text: str) -> Slots:
    equipment = answers.read_equipment(text)
    return {} if equipment is None else {"equipment": equipment.value}


def _one_of(values: frozenset[str]) -> Callable[[str], str | None]:
    return lambda value: value if value in values else None


def _whole_number(low: int, high: int) -> Callable[[str], int | None]:
    def accept(value: str) -> int | None:
        return (
            int(value)
            if value.isascii() and value.isdigit() and low <= int(value) <= high
            else None
        )

    return accept


_CHOICES: Final[dict[str, Callable[[str], Any]]] = {
    "consent": _one_of(frozenset(CONSENTS)),
    "status": _one_of(frozenset(Status)),
    "level": _whole_number(1, 8),
    "radius": _whole_number(0, ANYWHERE_KM),
    "equipment": _one_of(frozenset(Equipment)),
}
