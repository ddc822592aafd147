"""Territories: départements by their code ("57", "2A", "971"), régions as "R44"."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from bot.errors import DataError
from bot.settings import PROJECT

_OVERSEAS: Final = ("97", "98")
_FILE: Final = PROJECT / "data" / "places" / "departements.csv"


def territory_of(place_id: str | None) -> str | None:
    """Département, or région, of a place of ``bot.places``; ``None`` without a place.

    An INSEE code starts with that of its département, overseas with three digits. (Not so for five
    former communes that merged into one of the next département.)
    """
    if not place_id:
        return None
    if place_id.startswith("R"):
        return place_id
    code = place_id.removeprefix("D")
    return code[:3] if code.startswith(_OVERSEAS) else code[:2]


def codes_covered(departments: Iterable[str]) -> frozenset[str]:
    """What people of these départements may have as territory: these, and their régions."""
    known = set(departments)
    regions = {code for code, members in _regions().items() if known & set(members)}
    return frozenset(known | regions)


def codes_within(territory: str) -> frozenset[str]:
    """The territory itself, and the départements of a région."""
    return frozenset((territory, *_regions().get(territory, ())))


@cache
def departments() -> frozenset[str]:
    """Codes of every département."""
    return frozenset(row["code"] for row in _rows())


@cache
def names() -> Mapping[str, str]:
    """French names of the territories by code: départements first, then régions."""
    departments = {row["code"]: row["name"] for row in _rows()}
    regions = {f"R{row['region']}": row["region_name"] for row in _rows()}
    return MappingProxyType(departments | {code: regions[code] for code in _regions()})


@cache
def _regions() -> Mapping[str, tuple[str, ...]]:
    """Régions of several départements; overseas, the région is its département."""
    members: dict[str, list[str]] = defaultdict(list)
    for row in _rows():
        members[f"R{row['region']}"].append(row["code"])
    return MappingProxyType({code: tuple(found) for code, found in members.items() if found[1:]})


@cache
def _rows() -> tuple[dict[str, str], ...]:
    try:
        with _FILE.open(encoding="utf-8", newline="") as lines:
            return tuple(csv.DictReader(lines))
    except (OSError, UnicodeError, csv.Error) as error:
        raise DataError(f"{_FILE.name} cannot be read: {type(error).__name__}") from error
