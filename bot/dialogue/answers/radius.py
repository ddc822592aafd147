"""How far the person can travel."""

from dataclasses import dataclass
from typing import Final

from bot.dialogue.answers.figures import read_kilometres, read_minutes
from bot.dialogue.answers.phrases import Said, phrases
from bot.dialogue.answers.text import clauses
from bot.person import ANYWHERE_KM

_KM_OF_WORDS: Final = {
    "remote_only": 0,
    "anywhere": ANYWHERE_KM,
    "region": 150,
    "department": 60,
    "nearby": 10,
    "on_foot_or_bicycle": 10,
    "by_bus": 15,
    "remote": 0,
}
"""In this order: of several ways in one text, the first counts."""
_SLOW: Final = frozenset({"on_foot_or_bicycle", "by_bus"})
_CAR_KM_AN_HOUR: Final = 60
_SLOW_KM_AN_HOUR: Final = 25


@dataclass(frozen=True, kw_only=True)
class Radius:
    """Kilometres, ``None`` when only the means was said; ``has_vehicle`` when it was said."""

    km: int | None
    has_vehicle: bool | None = None


def read_radius(text: str) -> Radius | None:
    """Distance or means that the text tells, ``None`` when it tells neither.

    A duration is turned into an order of kilometres: an hour is 60 km by car, 25 km by bus, by
    bicycle or on foot.
    """
    said = tuple(s for clause in clauses(text) for s in phrases("radius").in_clause(clause))
    ways = {s.value for s in said if not s.denied}
    has_vehicle = _has_vehicle(said)
    km = read_kilometres(text)
    if km is None and (minutes := read_minutes(text)) is not None:
        slow = has_vehicle is False or bool(ways & _SLOW)
        km = round(minutes / 60 * (_SLOW_KM_AN_HOUR if slow else _CAR_KM_AN_HOUR))
    if km is None:
        km = next((km for way, km in _KM_OF_WORDS.items() if way in ways), None)
    return None if km is None and has_vehicle is None else Radius(km=km, has_vehicle=has_vehicle)


def _has_vehicle(said: tuple[Said, ...]) -> bool | None:
    """A licence without a car is no vehicle; a licence alone is taken for one."""
    if any(s.value == "no_vehicle" for s in said):
        return False
    vehicle = {not s.denied for s in said if s.value == "vehicle"}
    licence = {not s.denied for s in said if s.value == "licence"}
    if True in vehicle:
        return True
    if False in vehicle | licence:
        return False
    return True if licence else None
