"""Finds the place that a person means, from what she types."""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.errors import GeocoderUnavailable
from bot.places.distances import distance_km
from bot.places.geocoder import Geocoder
from bot.places.index import BIG, SMALL, Named, NameIndex, rank
from bot.places.model import Place, PlaceKind
from bot.places.names import Words, name_key

logger = logging.getLogger(__name__)

MAX_CANDIDATES: Final = 5
_AT_POSTAL_CODE: Final = 10
"""More under one postal code: who types it rarely thinks of another way to say where she lives."""
_LONGEST_TEXT: Final = 200
_MUCH_BIGGER: Final = 20
"""A town of 10,000 with 20 times the inhabitants of its namesakes is the one meant."""
_AREA_BIGGER: Final = 100
"""The same for a département or région and a commune of its name."""
_SAME_AREA_KM: Final = 15.0
_ALMOST_SAME: Final = 93
"""Similarity from 0 to 100 above which a misspelt name of a big town needs no question."""

_POSTAL_CODE: Final = re.compile(r"(?<!\d)(\d{2}) ?(\d{3})(?!\d)")
_DEPARTMENT_CODE: Final = re.compile(r"(?<!\w)(2[ab]|97[12346]|\d{2})(?!\w)")
_DISTRICT: Final = re.compile(
    r"\b(?P<town>paris|lyon|marseille) (?P<number>\d{1,2}) ?(?P<ordinal>er|eme|ieme|e|nd)?\b"
)
_DISTRICT_FIRST: Final = re.compile(
    r"\b(?P<number>\d{1,2}) ?(?P<ordinal>er|eme|ieme|e|nd)?(?: arrondissement)? (?:a|de) "
    r"(?P<town>paris|lyon|marseille)\b"
)
_BEFORE_FIRST_DISTRICT: Final = {"paris": 75100, "lyon": 69380, "marseille": 13200}
"""INSEE code to which the number of an arrondissement is added."""


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Places that a text may mean, likeliest first; ``certain`` when it needs no question."""

    places: tuple[Place, ...] = ()
    certain: bool = False


class PlaceFinder:
    """Looks places up by name, postal code or id; built once, then about a millisecond a text.

    With a ``geocoder``, what stays in doubt is asked online; its silence changes nothing.
    """

    def __init__(
        self, places: Iterable[Place], *, words: Words, geocoder: Geocoder | None = None
    ) -> None:
        self._geocoder = geocoder
        ranked = sorted(places, key=rank)
        self._words = words
        self._by_id = {place.id: place for place in ranked}
        self._by_postal_code: dict[str, list[Place]] = defaultdict(list)
        for place in ranked:
            for code in place.postal_codes:
                self._by_postal_code[code].append(place)
        self._names = NameIndex(
            (place for place in ranked if place.kind is not PlaceKind.ARRONDISSEMENT), words=words
        )
        self._areas = {name_key(p.name): p for p in ranked if p.is_area}
        self._area = re.compile(rf"\b({_any_of(self._areas)})\b(?! de (?:la )?france)")
        within = r"\b(?:dans|en|departement|region)(?: (?:de|du|des|d|la|le|les|l))* "
        self._in_area = re.compile(within + self._area.pattern)
        # "Meulan-en-Yvelines" is a town, not a place somewhere in the Yvelines.
        named_so = [key for key in self._names.all_names() if self._in_area.search(key)]
        self._in_name = re.compile(rf"\b(?:{_any_of(named_so)})\b")

    def get(self, place_id: str) -> Place | None:
        """The place of an id, if there is one."""
        return self._by_id.get(place_id)

    def find(self, text: str) -> Resolution:
        """What a typed text means; no place at all rather than a guess."""
        offline = self._find_offline(text)
        if offline.certain or self._geocoder is None:
            return offline
        try:
            codes = self._geocoder.city_codes(text)
        except GeocoderUnavailable as error:
            logger.warning("%s: %s", error.code, error.detail)
            return offline
        online = [place for code in codes if (place := self._by_id.get(code))]
        candidates = tuple(dict.fromkeys((*online, *offline.places)))[:_AT_POSTAL_CODE]
        agreed = len(online) == 1 and (not offline.places or online[0] in offline.places)
        return Resolution(places=candidates, certain=agreed)

    def _find_offline(self, text: str) -> Resolution:
        words = name_key(text[:_LONGEST_TEXT]).split()
        said = " ".join(words)
        if postal := _POSTAL_CODE.search(said):
            return self._at_postal_code(postal[1] + postal[2], said)
        if (district := self._district(said)) is not None:
            return district
        area = None if self._in_name.search(said) else self._in_area.search(said)
        around = said.replace(area[0], " ").split() if area else words
        departments = self._departments(said)
        named = self._names.named_in(around, departments=departments)
        lives = self._words.where_living(around)
        named = [name for name in named if name.span.start > lives] or named
        if not departments and self._is_elsewhere(words):
            return Resolution()
        if named:
            return self._choose(named, departments)
        if area:
            return Resolution(places=(self._areas[area[1]],), certain=True)
        if departments and not self._words.content(around):
            return Resolution(places=(self._by_id[f"D{departments[0]}"],), certain=True)
        return self._alike(words)

    def _at_postal_code(self, code: str, said: str) -> Resolution:
        found = self._by_postal_code.get(code, [])
        if not found:
            department = self._by_id.get(f"D{_department_of(code)}")
            return Resolution(places=(department,)) if department else Resolution()
        named = [place for place in found if name_key(place.name) in said]
        if named:
            return Resolution(places=(max(named, key=lambda p: len(p.name)),), certain=True)
        districts = [place for place in found if place.kind is PlaceKind.ARRONDISSEMENT]
        if len(districts) == 1:
            return Resolution(places=(districts[0],), certain=True)
        near = all(_apart(found[0], other) <= _SAME_AREA_KM for other in found)
        return Resolution(places=tuple(found[:_AT_POSTAL_CODE]), certain=near)

    def _district(self, said: str) -> Resolution | None:
        """The arrondissement that the text names; "Marseille 13" may also mean the département."""
        found = _DISTRICT.search(said) or _DISTRICT_FIRST.search(said)
        if found is None:
            return None
        place = self._by_id.get(str(_BEFORE_FIRST_DISTRICT[found["town"]] + int(found["number"])))
        if place is None or place.kind is not PlaceKind.ARRONDISSEMENT:
            return None
        if found["ordinal"] or found["number"] != place.department_code:
            return Resolution(places=(place,), certain=True)
        return Resolution(places=(self._names.of(found["town"])[0], place))

    def _departments(self, said: str) -> list[str]:
        """Codes of the départements that the text names by code or by name."""
        codes = [code.upper() for code in _DEPARTMENT_CODE.findall(said)]
        areas = [self._areas[key] for key in self._area.findall(said)]
        return [code for code in codes if f"D{code}" in self._by_id] + [
            area.department_code for area in areas if area.kind is PlaceKind.DEPARTMENT
        ]

    def _is_elsewhere(self, words: Sequence[str]) -> bool:
        """Whether a place outside France is named, other than in "Mons-en-Barœul"."""
        longer = {i for n in self._names.named_in(words) if len(n.span) > 1 for i in n.span}
        return self._words.name_elsewhere([w for i, w in enumerate(words) if i not in longer])

    def _choose(self, named: Sequence[Named], departments: Sequence[str]) -> Resolution:
        towns = [name.places[0] for name in named if name.is_town]
        if len(towns) > 1:
            return Resolution(places=tuple(towns[:MAX_CANDIDATES]))
        places = max(named, key=_likelihood).places
        area = next((place for place in places if place.is_area), None)
        communes = [place for place in places if not place.is_area]
        beside = [code for code in departments if not area or code != area.department_code]
        within = [place for place in communes if place.department_code in beside]
        if area and not within and area.population > _largest(communes):
            asks = area.population <= _AREA_BIGGER * _largest(communes)
            return Resolution(places=(*communes[:1], area) if asks else (area,), certain=not asks)
        candidates = within or communes
        first, *rest = [p for p in candidates if p.kind is PlaceKind.COMMUNE] or candidates
        certain = all(_dominates(first, other) for other in rest)
        return Resolution(places=(first, *rest)[:MAX_CANDIDATES], certain=certain)

    def _alike(self, words: Sequence[str]) -> Resolution:
        """A misspelt name: a question, unless nearly the same letters name one big town."""
        alike = self._names.alike(words)
        if not alike:
            return Resolution()
        similarity, first = alike[0]
        rivals = [place for _, place in alike[1:] if place.population * 5 > first.population]
        certain = similarity >= _ALMOST_SAME and first.population >= BIG and not rivals
        places = dict.fromkeys(place for _, place in alike)
        return Resolution(places=tuple(places)[:3], certain=certain)


def _likelihood(named: Named) -> tuple[bool, bool, int]:
    """Order of the names in a text: in "Aigurande, Indre" and "Vienne, Isère", the town's first."""
    areas = [place for place in named.places if place.is_area]
    communes = [place for place in named.places if not place.is_area]
    return not areas, bool(communes), _largest(named.places)


def _largest(places: Iterable[Place]) -> int:
    return max((place.population for place in places), default=0)


def _dominates(one: Place, other: Place) -> bool:
    """Whether whoever says a name of both means ``one``."""
    return (
        one.population >= BIG
        and one.population >= _MUCH_BIGGER * other.population
        # Saint-Pierre of La Réunion dominates no Saint-Pierre of the mainland.
        and _is_overseas(one) <= _is_overseas(other)
        # Saint-Maur-des-Fossés does not hide a town that is called Saint-Maur.
        and (other.population < SMALL // 2 or name_key(one.name) == name_key(other.name))
    )


def _is_overseas(place: Place) -> bool:
    return place.department_code.startswith("97")


def _apart(one: Place, other: Place) -> float:
    return distance_km(one.latitude, one.longitude, other.latitude, other.longitude)


def _department_of(postal_code: str) -> str:
    if postal_code.startswith("97"):
        return postal_code[:3]
    if postal_code.startswith("20"):
        return "2A" if postal_code < "20200" else "2B"
    return postal_code[:2]


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))
