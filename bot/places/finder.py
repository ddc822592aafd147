"""Finds the place that a person means, from what she types."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from bot.places.distances import distance_km
from bot.places.model import Place, PlaceKind
from bot.places.names import Words, name_key, short_names

MAX_CANDIDATES: Final = 5
_LONGEST_TEXT: Final = 200
_LONGEST_NAME: Final = 9
"""Words in the longest name of a commune that people type."""
_SMALL: Final = 2_000
"""Inhabitants under which the name of a commune may be an ordinary word."""
_BIG: Final = 10_000
_MUCH_BIGGER: Final = 20
"""A town of 10,000 with 20 times the inhabitants of its namesakes is the one meant."""
_BIGGER: Final = 5
"""A town is also meant by its short name when the communes of that very name are this smaller."""
_SAME_AREA_KM: Final = 15.0
_ALIKE: Final = 86
"""Similarity from 0 to 100 above which a misspelt name is worth a question."""
_ALMOST_SAME: Final = 93

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
    """Looks places up by name, postal code or id; built once, then about a millisecond a text."""

    def __init__(self, places: Iterable[Place], *, words: Words) -> None:
        self._words = words
        self._by_id: dict[str, Place] = {}
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        self._by_short_name: dict[str, list[Place]] = defaultdict(list)
        self._by_postal_code: dict[str, list[Place]] = defaultdict(list)
        for place in sorted(places, key=_weight):
            self._by_id[place.id] = place
            for code in place.postal_codes:
                self._by_postal_code[code].append(place)
            if place.kind is not PlaceKind.ARRONDISSEMENT:
                self._keep_name(place)
        self._areas = {name_key(p.name): p for p in self._by_id.values() if p.is_area}
        names = "|".join(sorted(map(re.escape, self._areas), key=len, reverse=True))
        self._area = re.compile(rf"\b({names})\b(?! de (?:la )?france)")
        within = r"\b(?:dans|en|departement|region)(?: (?:de|du|des|d|la|le|les|l))* "
        self._in_area = re.compile(within + self._area.pattern)
        self._fuzzy_names = [
            key
            for key, found in self._by_name.items()
            if max(place.population for place in found) >= _SMALL // 4
        ]

    def get(self, place_id: str) -> Place | None:
        """The place of an id, if there is one."""
        return self._by_id.get(place_id)

    def find(self, text: str) -> Resolution:
        """What a typed text means; no place at all rather than a guess."""
        words = name_key(text[:_LONGEST_TEXT]).split()
        said = " ".join(words)
        if postal := _POSTAL_CODE.search(said):
            return self._at_postal_code(postal[1] + postal[2], said)
        if (district := self._district(said)) is not None:
            return district
        area = self._in_area.search(said)
        around = said.replace(area[0], " ").split() if area else words
        named = self._named(self._words.after_living(around)) or self._named(around)
        departments = self._departments(said)
        if not departments and self._words.name_elsewhere(words):
            return Resolution()
        if named:
            return self._choose(named, departments)
        if area:
            return Resolution(places=(self._areas[area[1]],), certain=True)
        if departments and not self._words.content(around, but=departments):
            return Resolution(places=(self._by_id[f"D{departments[0]}"],), certain=True)
        return self._alike(words)

    def _keep_name(self, place: Place) -> None:
        key = name_key(place.name)
        self._by_name[key].append(place)
        if place.population >= _BIG and not place.is_area:
            for short in short_names(key):
                self._by_short_name[short].append(place)

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
        return Resolution(places=tuple(found[:MAX_CANDIDATES]), certain=near)

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
        return Resolution(places=(self._by_name[found["town"]][0], place))

    def _departments(self, said: str) -> list[str]:
        """Codes of the départements that the text names by code or by name."""
        codes = [code.upper() for code in _DEPARTMENT_CODE.findall(said)]
        areas = [self._areas[key] for key in self._area.findall(said)]
        return [code for code in codes if f"D{code}" in self._by_id] + [
            area.department_code for area in areas if area.kind is PlaceKind.DEPARTMENT
        ]

    def _named(self, words: Sequence[str]) -> list[list[Place]]:
        """Places of each name in the words, namesakes together, longest name first."""
        named: list[list[Place]] = []
        taken: set[int] = set()
        for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                span = range(start, start + size)
                if taken.isdisjoint(span) and (places := self._of_name(words, start, size)):
                    named.append(places)
                    taken.update(span)
        return named

    def _of_name(self, words: Sequence[str], start: int, size: int) -> list[Place]:
        key = " ".join(words[start : start + size])
        if key not in self._by_name and key not in self._by_short_name:
            return []
        exact = self._by_name.get(key, [])
        largest = max((place.population for place in exact), default=0)
        short = [p for p in self._by_short_name.get(key, ()) if p.population > _BIGGER * largest]
        own = self._words.content(words[start : start + size])
        if not own:
            return []
        if len(own) == 1 and not self._is_meant(own[0], words, range(start, start + size), largest):
            return []
        return sorted([*exact, *short], key=_weight)

    def _is_meant(self, name: str, words: Sequence[str], span: range, largest: int) -> bool:
        """Whether a name of one word is one, and not the ordinary word that is written alike."""
        before = words[span.start - 1] if span.start else ""
        others = self._words.content((*words[: span.start], *words[span.stop :]))
        if name in self._words.ordinary:
            verb = words[span.start - 2] if before == "a" and span.start >= 2 else before
            return verb in self._words.lives or (largest >= _BIG and not others)
        if largest >= _SMALL or not others:
            return True
        return len(others) <= 3 and before in self._words.locative

    def _choose(self, named: list[list[Place]], departments: Sequence[str]) -> Resolution:
        towns = [places[0] for places in named if _is_town(places[0])]
        if len(towns) > 1:
            return Resolution(places=tuple(towns[:MAX_CANDIDATES]))
        places = max(named, key=lambda found: (not found[0].is_area, found[0].population))
        communes = [place for place in places if not place.is_area]
        areas = [place for place in places if place.is_area]
        if areas and (not communes or areas[0].population > 100 * communes[0].population):
            return Resolution(places=(areas[0],), certain=True)
        candidates = [p for p in communes if p.department_code in departments] or communes
        first, *rest = [p for p in candidates if p.kind is PlaceKind.COMMUNE] or candidates
        certain = all(_dominates(first, other) for other in rest)
        return Resolution(places=(first, *rest)[:MAX_CANDIDATES], certain=certain)

    def _alike(self, words: Sequence[str]) -> Resolution:
        """A misspelt name: a question, unless nearly the same letters name one big town."""
        content = self._words.content(words)
        said = " ".join(content)
        if not 5 <= len(said) <= 40 or len(content) > 5 or self._words.ordinary.issuperset(content):
            return Resolution()
        alike = process.extract(
            said, self._fuzzy_names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=20
        )
        scored = [
            (score, place)
            for key, score, _ in alike
            if key[0] == said[0]
            for place in self._by_name[key]
            if place.kind is PlaceKind.COMMUNE and place.population >= _SMALL // 4
        ]
        # A letter more or less weighs less than being a town that many people live in.
        scored.sort(key=lambda found: -(found[0] + 4 * len(str(found[1].population))))
        if not scored:
            return Resolution()
        score, first = scored[0]
        rivals = [place for _, place in scored[1:] if place.population * 5 > first.population]
        certain = score >= _ALMOST_SAME and first.population >= _BIG and not rivals
        places = dict.fromkeys(place for _, place in scored)
        return Resolution(places=tuple(places)[:3], certain=certain)


def _weight(place: Place) -> tuple[bool, int, str]:
    return place.kind is PlaceKind.FORMER, -place.population, place.id


def _is_town(place: Place) -> bool:
    return not place.is_area and place.population >= _SMALL


def _dominates(one: Place, other: Place) -> bool:
    """Whether whoever names both means ``one``."""
    return (
        one.population >= _BIG
        and one.population >= _MUCH_BIGGER * other.population
        # Saint-Pierre of La Réunion dominates no Saint-Pierre of the mainland.
        and _is_overseas(one) <= _is_overseas(other)
        # Saint-Maur-des-Fossés does not hide a town that is called Saint-Maur.
        and (other.population < _SMALL // 2 or name_key(one.name) == name_key(other.name))
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
