"""The highest diploma, as a level of the 2019 nomenclature."""

from dataclasses import dataclass
from typing import Final

from bot.dialogue.answers.phrases import Said, phrases
from bot.dialogue.answers.text import clauses
from bot.person import NO_DIPLOMA

_BAC: Final = 4
_BEFORE: Final = {8: 7, 7: 6, 6: _BAC, 5: _BAC, _BAC: NO_DIPLOMA, 3: NO_DIPLOMA, 2: NO_DIPLOMA}
"""Level that one has at least when a diploma was begun: a BTS or a licence asks for the bac."""
_FIRST_DIPLOMAS: Final = frozenset({"diploma", "2", "3", "4"})
"""Whoever lacks one of these is taken to hold none, unless she names another."""
_SHORT: Final = 4
"""Words up to which "rien" or "en troisième" is the whole answer."""


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """Level that a clause tells; ``obtained`` is open to "mais je ne l'ai pas eu" further on."""

    level: int
    obtained: bool


def read_level(text: str) -> int | None:
    """Level of the highest diploma that the text claims, 2 to 8; ``None`` when it tells none.

    A diploma in progress or not obtained counts for what was needed to begin it, so that a
    terminale without the bac is NO_DIPLOMA unless a CAP or BEP is named too. A diploma from abroad
    is not rated here: that is an adviser's work.
    """
    claims: list[_Claim] = []
    for clause in clauses(text):
        said = phrases("level").in_clause(clause)
        if any(s.value == "abroad" for s in said):
            return None
        if (claim := _claim(said, short=len(clause.split()) <= _SHORT)) is not None:
            claims.append(claim)
        elif claims and claims[-1].obtained and _not_obtained(said):
            claims[-1] = _Claim(level=_BEFORE[claims[-1].level], obtained=False)
    return max((claim.level for claim in claims), default=None)


def _claim(said: tuple[Said, ...], *, short: bool) -> _Claim | None:
    names = [s for s in said if s.value.isdigit()]
    held = sorted(int(s.value) for s in names if not s.denied)
    words = {s.value for s in said if not s.denied}
    if held:
        return _held(held, words, missed=_not_obtained(said))
    if "higher_studies" in words:
        return _Claim(level=_BAC, obtained=False)
    lacks_first = any(s.denied and s.value in _FIRST_DIPLOMAS for s in said)
    left_school = "class" in words and (short or "stopped" in words or "ongoing" in words)
    if lacks_first or left_school or ("nothing" in words and short):
        return _Claim(level=NO_DIPLOMA, obtained=False)
    return None


def _held(held: list[int], words: set[str], *, missed: bool) -> _Claim:
    *lower, highest = held
    if "class" in words and highest == _BAC and "obtained" not in words:
        # "Terminale, bac pro": the class tells that the bac is ahead.
        return _Claim(level=max(lower, default=NO_DIPLOMA), obtained=False)
    if missed or ("ongoing" in words and "obtained" not in words):
        return _Claim(level=max([_BEFORE[highest], *lower]), obtained=False)
    return _Claim(level=highest, obtained=True)


def _not_obtained(said: tuple[Said, ...]) -> bool:
    return any(s.value == ("obtained" if s.denied else "stopped") for s in said)
