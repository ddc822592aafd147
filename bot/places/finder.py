"""Finds the place that a person means, from what she types."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from bot.places.distances import distance_km
from bot.places.model import Place, PlaceKind

MAX_CANDIDATES: Final = 5
_LONGEST_TEXT: Final = 200
_LONGEST_NAME: Final = 9
"""Words in the longest name of a commune that people type."""
_BIG: Final = 10_000
_MUCH_BIGGER: Final = 20
"""A town of 10,000 with 20 times the inhabitants of its namesakes is the one meant."""
_SAME_AREA_KM: Final = 15.0
_ALIKE: Final = 86
"""Similarity from 0 to 100 above which a misspelt name is worth a question."""
_ALMOST_SAME: Final = 93

_ABBREVIATIONS: Final = {"st": "saint", "ste": "sainte", "sts": "saints"}
_POSTAL_CODE: Final = re.compile(r"(?<!\d)(\d{2}) ?(\d{3})(?!\d)")
_DEPARTMENT_CODE: Final = re.compile(r"(?<![\w])(?:departement )?(2[ab]|97[12346]|\d{2})(?!\w)")
_DISTRICT: Final = re.compile(r"\b(paris|lyon|marseille) (\d{1,2}) ?(?:er|e|eme|ieme|nd)?\b")
_IN_AREA: Final = re.compile(r"\b(?:dans (?:la|le|les|l)|en|departement|region)\b")


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Places that a text may mean, likeliest first; ``certain`` when the first needs no question."""

    places: tuple[Place, ...] = ()
    certain: bool = False


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words that tell a name from what surrounds it (data/places/words.yml)."""

    lead_in: frozenset[str]
    locative: frozenset[str]
    ordinary: frozenset[str]
    elsewhere: frozenset[str]


class PlaceFinder:
    """Looks places up by name, postal code or id; built once, then about a millisecond a text."""

    def __init__(self, places: Iterable[Place], *, words: Words) -> None:
        self._words = words
        self._by_id: dict[str, Place] = {}
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        self._by_postal_code: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            self._by_id[place.id] = place
            if place.kind is not PlaceKind.ARRONDISSEMENT:
                self._by_name[name_key(place.name)].append(place)
            for code in place.postal_codes:
                self._by_postal_code[code].append(place)
        self._areas = {key: [p for p in found if p.is_area] for key, found in self._by_name.items()}
        self._areas = {key: found for key, found in self._areas.items() if found}
        self._fuzzy_names = [
            key
            for key, found in self._by_name.items()
            if max(place.population for place in found) >= 500
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
        if district := _DISTRICT.search(said):
            found = self._district(district[1], int(district[2]))
            if found:
                return Resolution(places=(found,), certain=True)
        departments = self._departments_said(said)
        named = self._named(words)
        if named:
            return self._choose(named, said, departments)
        if departments and len(said.split()) <= 4 and not self._content(words, but=departments):
            return Resolution(places=(self._by_id[f"D{departments[0]}"],), certain=True)
        return self._alike(words)

    def _at_postal_code(self, code: str, said: str) -> Resolution:
        found = sorted(self._by_postal_code.get(code, ()), key=_weight)
        if not found:
            department = self._by_id.get(f"D{_department_of(code)}")
            return Resolution(places=(department,), certain=False) if department else Resolution()
        named = [place for place in found if name_key(place.name) in said]
        if named:
            return Resolution(places=(max(named, key=lambda p: len(p.name)),), certain=True)
        districts = [place for place in found if place.kind is PlaceKind.ARRONDISSEMENT]
        if len(districts) == 1:
            return Resolution(places=(districts[0],), certain=True)
        first = found[0]
        near = all(_apart(first, other) <= _SAME_AREA_KM for other in found)
        return Resolution(places=tuple(found[:MAX_CANDIDATES]), certain=near)

    def _district(self, town: str, number: int) -> Place | None:
        ordinal = "1er" if number == 1 else f"{number}e"
        wanted = f"{town} {ordinal} arrondissement"
        base = {"paris": 75100, "lyon": 69380, "marseille": 13200}[town]
        place = self._by_id.get(str(base + number))
        return place if place and name_key(place.name) == name_key(wanted) else None

    def _departments_said(self, said: str) -> list[str]:
        """Codes of the départements that the text names by code or by name."""
        codes = [code.upper() for code in _DEPARTMENT_CODE.findall(said)]
        found = [code for code in codes if f"D{code}" in self._by_id]
        for key, areas in self._areas.items():
            if re.search(rf"\b{re.escape(key)}\b", said):
                found += [a.department_code for a in areas if a.kind is PlaceKind.DEPARTMENT]
        return found

    def _named(self, words: Sequence[str]) -> list[Place]:
        """Places of the longest name in the text, the one nearest its beginning if several."""
        if any(
            " ".join(words[i : i + n]) in self._words.elsewhere
            for i in range(len(words))
            for n in (1, 2)
        ):
            return []
        for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
            spans = range(len(words) - size + 1)
            found = [(start, self._span(words, start, size)) for start in spans]
            found = [(start, places) for start, places in found if places]
            if found:
                # "Commercy" in "Commercy, dans la Meuse": a commune rather than its département.
                return min(
                    found,
                    key=lambda f: (f[1][0].is_area, -f[1][0].population if size == 1 else 0),
                )[1]
        return []

    def _span(self, words: Sequence[str], start: int, size: int) -> list[Place]:
        key = " ".join(words[start : start + size])
        places = sorted(self._by_name.get(key, ()), key=_weight)
        if not places or (size == 1 and key in self._words.lead_in):
            return []
        others = [
            w
            for w in (*words[:start], *words[start + size :])
            if w not in self._words.lead_in and not w.isdigit()
        ]
        small = max(place.population for place in places) < 2000
        if size == 1 and (small or len(key) < 3) and len(words) > 1:
            # Many small communes are ordinary words: they need "à" before them, or no word beside.
            before = words[start - 1] if start else ""
            if (others and before not in self._words.locative) or len(others) > 3:
                return []
        if size == 1 and len(words) == 1 and key in self._words.ordinary:
            return []
        return places

    def _choose(self, named: list[Place], said: str, departments: list[str]) -> Resolution:
        communes = [place for place in named if not place.is_area]
        areas = [place for place in named if place.is_area]
        if areas and (
            not communes
            or _IN_AREA.search(said)
            or areas[0].population > 100 * communes[0].population
        ):
            return Resolution(places=(areas[0],), certain=True)
        within = [place for place in communes if place.department_code in departments]
        candidates = within or communes
        current = [p for p in candidates if p.kind is PlaceKind.COMMUNE] or candidates
        first, rest = current[0], current[1:]
        # Saint-Pierre de La Réunion dominates no Saint-Pierre of the mainland.
        dominates = first.population >= _BIG and all(
            first.population >= _MUCH_BIGGER * other.population
            and _is_overseas(first) <= _is_overseas(other)
            for other in rest
        )
        return Resolution(places=tuple(current[:MAX_CANDIDATES]), certain=not rest or dominates)

    def _alike(self, words: Sequence[str]) -> Resolution:
        """A misspelt name: a question, unless nearly the same letters name one big town."""
        content = self._content(words)
        said = " ".join(content)
        if not 4 <= len(said) <= 40 or len(content) > 5 or said in self._words.elsewhere:
            return Resolution()
        alike = process.extract(
            said, self._fuzzy_names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=20
        )
        scored = [
            (score, place)
            for key, score, _ in alike
            if key[0] == said[0]
            for place in self._by_name[key]
            if not place.is_area and place.kind is PlaceKind.COMMUNE and place.population >= 500
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

    def _content(self, words: Sequence[str], *, but: Sequence[str] = ()) -> list[str]:
        codes = {code.lower() for code in but}
        return [
            w for w in words if w not in self._words.lead_in and w not in codes and not w.isdigit()
        ]


def name_key(name: str) -> str:
    """Words of a name without accents, capitals or abbreviations: "St-Avold" → "saint avold"."""
    name = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("’", " "))
    letters = "".join(c for c in name if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", letters)
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def _weight(place: Place) -> tuple[bool, int, str]:
    return place.kind is PlaceKind.FORMER, -place.population, place.id


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
