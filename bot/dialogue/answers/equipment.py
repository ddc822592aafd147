"""What the person has at home to learn remotely."""

from itertools import zip_longest
from typing import Final

from bot.dialogue.answers.phrases import Said, phrases
from bot.dialogue.answers.text import clauses
from bot.person import Equipment

_THINGS: Final = ("computer", "internet", "phone")
_FEW: Final = 5
"""Words besides "rien" or "tout" with which it is the whole answer."""


def read_equipment(text: str) -> Equipment | None:
    """Equipment at home, ``None`` when the text does not tell.

    A computer counts as connected unless the connection is denied: the person is online. A tablet
    is a phone for this purpose. What is used at a library or at a friend's is not at home.
    """
    has: dict[str, bool] = {}
    words: set[str] = set()
    for clause in clauses(text):
        said = phrases("equipment").in_clause(clause)
        words |= {s.value for s in said if s.value == "elsewhere" or _is_all(s, clause)}
        for thing, owned in _claims(said):
            has[thing] = has.get(thing, False) or owned
    if "elsewhere" in words:
        has = {"computer": False, "internet": False} | has
    if has.get("computer"):
        connected = has.get("internet", True)
        return Equipment.COMPUTER_AND_INTERNET if connected else Equipment.COMPUTER_ONLY
    if has.get("phone") or (has.get("internet") and has.get("computer") is False):
        return Equipment.PHONE_ONLY
    if "all" in words:
        return Equipment.COMPUTER_AND_INTERNET
    return Equipment.NOTHING if "nothing" in words or has.get("computer") is False else None


def _is_all(said: Said, clause: str) -> bool:
    around = f"{clause[: said.start]} {clause[said.end :]}"
    return not said.denied and len(around.split()) <= _FEW


def _claims(said: tuple[Said, ...]) -> list[tuple[str, bool]]:
    """Each thing that a clause names, and whether the person has it: "internet coupé" is none."""
    away = any(s.value == "elsewhere" for s in said)
    return [
        (s.value, not (s.denied or away or (after is not None and after.value == "broken")))
        for s, after in zip_longest(said, said[1:])
        if s.value in _THINGS
    ]
