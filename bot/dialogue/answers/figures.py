"""Kilometres and durations, in figures or in words."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from bot.dialogue.answers.text import plain, read_list
from bot.person import ANYWHERE_KM

_MINUTES: Final = re.compile(r"\b(\d{1,3}) ?(?:min|mins|minutes?|mn)\b")
_HOURS: Final = re.compile(r"\b(\d) ?(?:h|heures?) ?([0-5]\d)?\b")
_BARE_NUMBER: Final = re.compile(
    r"^(?:environ |max(?:imum)? |jusqu a |dans les |disons |genre )*(\d{1,3})"
    r"(?: max(?:imum)?| environ| a peu pres)?$"
)


def read_kilometres(text: str) -> int | None:
    """Kilometres that the text tells, the larger of a range; a number alone is in kilometres."""
    words = _in_figures(text)
    found = _kilometres().search(words) or _BARE_NUMBER.search(words)
    return min(int(found[1]), ANYWHERE_KM) if found else None


def read_minutes(text: str) -> int | None:
    """Minutes of the duration that the text tells: "une heure et demie" → 90."""
    words = _in_figures(text)
    if found := _MINUTES.search(words):
        return int(found[1])
    if found := _HOURS.search(words):
        return int(found[1]) * 60 + int(found[2] or 0)
    return None


def _in_figures(text: str) -> str:
    """ "une demi-heure" → "30 min", "une trentaine de km" → "30 km"."""
    return _in_words().sub(lambda match: _figures()[match[1]], plain(text))


@cache
def _figures() -> dict[str, str]:
    lists = read_list("durations")
    return {
        plain(said): f"{count}{unit}"
        for name, unit in (("numbers", ""), ("minutes", " min"))
        for count, all_ in lists[name].items()
        for said in all_
    }


@cache
def _in_words() -> re.Pattern[str]:
    return re.compile(rf"\b({_any_of(_figures())})(?: de(?= (?:{_units()})))?\b")


@cache
def _kilometres() -> re.Pattern[str]:
    return re.compile(rf"\b(\d{{1,4}}) ?(?:{_units()})\b")


def _units() -> str:
    return _any_of(map(plain, read_list("durations")["kilometres"]))


def _any_of(said: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, said), key=len, reverse=True))
