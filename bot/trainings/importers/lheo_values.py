"""Values of LHEO elements: texts, codes, dates, levels, prices, places."""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from lxml import etree

from bot.trainings.importers.cells import Refused
from bot.trainings.importers.texts import plain
from bot.trainings.model import Modality, Precision

_LEVELS: Final = {
    "4": 3, "5": 4, "6": 5, "7": 6, "8": 7,  # the levels V to I of before 2019
    "13": 3, "14": 4, "15": 5, "16": 6, "17": 7, "18": 8,
}  # fmt: skip
"""Levels of dict-niveaux by code, in the 2019 nomenclature; its "5" is the bac, level 4."""
_NO_LEVEL: Final = frozenset(("1", "2", "3", "11", "12"))
"""No level asked for, or one that a person without diploma has."""
_MODALITIES: Final = {"0": Modality.ON_SITE, "1": Modality.MIXED, "2": Modality.REMOTE}
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2100
_URL: Final = re.compile(r"https?://[^\s<>\"]+")
_AMOUNT: Final = re.compile(r"\d+(?:[.,]\d{1,2})?")
_FREE: Final = re.compile(r"gratuit|aucun|néant|sans frais|pas de frais", re.IGNORECASE)
_ALTERNANCE: Final = re.compile(r"apprenti|professionnalisation|altern", re.IGNORECASE)
_NO_ALTERNANCE: Final = re.compile(r"\b(?:pas|sans|non|aucune?|hors)\b", re.IGNORECASE)

Element = etree._Element


def children(parent: Element | None, name: str) -> Iterator[Element]:
    """Child elements of a name, whatever their namespace."""
    return iter(()) if parent is None else parent.iterchildren(f"{{*}}{name}")


def count(parent: Element, name: str) -> int:
    return sum(1 for _ in parent.iterchildren(f"{{*}}{name}"))


def child(parent: Element | None, *names: str) -> Element | None:
    """The first element at each step of a path of names."""
    for name in names:
        if parent is None:
            return None
        parent = next(parent.iterchildren(f"{{*}}{name}"), None)
    return parent


def text(parent: Element | None, *names: str, longest: int | None = None) -> str:
    """Plain text of the element at the end of a path, "" when there is none."""
    found = child(parent, *names)
    return "" if found is None else plain(_raw(found), longest)


def codes(parent: Element | None, *names: str) -> tuple[str, ...]:
    """Codes of the elements at the end of a path, upper case, without spaces, each once."""
    *path, name = names
    found = children(child(parent, *path) if path else parent, name)
    return tuple(dict.fromkeys(code for e in found if (code := "".join(_raw(e).split()).upper())))


def _raw(element: Element) -> str:
    return "".join(element.itertext()) if len(element) else element.text or ""


def extra(parent: Element, *infos: str) -> str:
    """Text of the first ``extra`` of a record that has one of the ``info`` names."""
    for holder in parent.iterchildren("{*}extras"):
        for element in holder.iter("{*}extra"):
            if element.get("info") in infos and (found := plain("".join(element.itertext()))):
                return found
    return ""


def flag(value: str) -> bool:
    return value == "1"


def level(code: str) -> tuple[int | None, bool]:
    """Level of a code, and whether the sender states any; an unknown code states none."""
    if code in _NO_LEVEL:
        return None, True
    return _LEVELS.get(code), code in _LEVELS


def modality(code: str) -> Modality:
    if code and code not in _MODALITIES:
        raise Refused("modalites-enseignement: must be 0, 1 or 2")
    return _MODALITIES.get(code, Modality.ON_SITE)


def day(value: str, name: str) -> tuple[date | None, Precision]:
    """AAAAMMJJ, of which the end may be zeros: the last day that it may be, and how exact it is.

    00000000 and 9999…, as senders write what they do not know, are no date.
    """
    if not value or not value.strip("0") or value.startswith("9999"):
        return None, Precision.UNKNOWN
    if not re.fullmatch(r"\d{8}", value, re.ASCII):
        raise Refused(f"{name}: must be a date like 20270131")
    year, month, number = int(value[:4]), int(value[4:6]), int(value[6:])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Refused(f"{name}: must be between {_FIRST_YEAR} and {_LAST_YEAR}")
    try:
        if not month:
            return date(year, 12, 31), Precision.YEAR
        if not number:
            return date(year, month, calendar.monthrange(year, month)[1]), Precision.MONTH
        return date(year, month, number), Precision.DAY
    except (ValueError, calendar.IllegalMonthError) as error:
        raise Refused(f"{name}: no such day") from error


def hours(parent: Element) -> int | None:
    """Length in hours; senders write 0 or 99999 for what they do not know."""
    total = _whole(text(parent, "nombre-heures-total"))
    if total is None:
        parts = (text(parent, f"nombre-heures-{where}") for where in ("centre", "entreprise"))
        total = sum(_whole(part) or 0 for part in parts)
    return total if 1 <= total <= 6000 else None


def cost(action: Element) -> float | None:
    """What the person pays, in euros: what remains to her, else the price when nobody pays it."""
    remains = text(action, "frais-restants")
    if _FREE.search(remains):
        return 0.0
    if amount := _AMOUNT.fullmatch(remains.replace("€", "").replace(" ", "")):
        return float(amount[0].replace(",", "."))
    price = text(action, "prix-total-TTC").replace(" ", "")
    if remains or flag(text(action, "conventionnement")) or not _AMOUNT.fullmatch(price):
        return None
    return float(price.replace(",", "."))


def alternance(action: Element, session: Element | None) -> bool:
    """Whether it is followed with a contract: stated by the session, else said by the action."""
    if child(session, "cycle", "alternance") is not None:
        return True
    said = text(action, "modalites-alternance")
    return bool(_ALTERNANCE.search(said)) and not _NO_ALTERNANCE.search(said)


def url(*values: str) -> str:
    """The first that is a web address."""
    return next((value for value in values if _URL.fullmatch(value) and len(value) <= 400), "")


def point(parent: Element | None, latitude: str, longitude: str) -> tuple[float, float] | None:
    """Degrees north and east; empty or unreadable coordinates are none."""
    pair = [
        (text(parent, "geolocalisation", name) or given).replace(",", ".")
        for name, given in (("latitude", latitude), ("longitude", longitude))
    ]
    try:
        north, east = map(float, pair)
    except ValueError:
        return None
    return north, east


def _whole(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 6 else None
