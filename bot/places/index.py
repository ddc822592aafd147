"""Names of places found in the words of a person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from bot.places.model import Place, PlaceKind
from bot.places.names import Words, name_key, short_names

SMALL: Final = 2_000
"""Inhabitants under which the name of a commune may be an ordinary word."""
BIG: Final = 10_000
_BIGGER: Final = 5
"""A town is also meant by its short name when the communes of that very name are this smaller."""
_LONGEST_NAME: Final = 9
"""Words in the longest name of a commune that people type."""
_WORD_AND_ARTICLE: Final = 2
_ALIKE: Final = 86
"""Similarity from 0 to 100 above which a misspelt name is worth a question."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A name in the words of a person, and the places that bear it, largest first."""

    span: range
    places: tuple[Place, ...]

    @property
    def is_town(self) -> bool:
        """Whether the likeliest place is large enough not to be an ordinary word."""
        return not self.places[0].is_area and self.places[0].population >= SMALL


class NameIndex:
    """Places by name; communes, former communes and areas, in the order given."""

    def __init__(self, places: Iterable[Place], *, words: Words) -> None:
        self._words = words
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        self._by_short_name: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            key = name_key(place.name)
            self._by_name[key].append(place)
            if place.population >= BIG and not place.is_area:
                for short in short_names(key):
                    self._by_short_name[short].append(place)
        self._correctable = [
            key
            for key, found in self._by_name.items()
            if any(place.population >= SMALL // 4 for place in found)
        ]

    def all_names(self) -> Collection[str]:
        """Every name, as ``name_key`` writes it."""
        return self._by_name.keys()

    def of(self, key: str) -> Sequence[Place]:
        """Places of exactly this name."""
        return self._by_name.get(key, ())

    def named_in(self, words: Sequence[str], *, departments: Collection[str] = ()) -> list[Named]:
        """Names in the words that do not overlap, the longest first.

        ``departments`` are the codes said beside: with "44", "Ligné" is no mistake for "ligne".
        """
        named: list[Named] = []
        taken: set[int] = set()
        for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                span = range(start, start + size)
                places = self._at(words, span, departments) if taken.isdisjoint(span) else ()
                if places:
                    named.append(Named(span=span, places=places))
                    taken.update(span)
        return named

    def alike(self, words: Sequence[str]) -> list[tuple[float, Place]]:
        """Communes with a name like the words, with their similarity, likeliest first."""
        content = self._words.content(words)
        said = " ".join(content)
        if not 5 <= len(said) <= 40 or len(content) > 5 or self._words.ordinary.issuperset(content):
            return []
        names = process.extract(
            said, self._correctable, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=20
        )
        alike = [
            (score, place)
            for name, score, _ in names
            if name[0] == said[0]
            for place in self._by_name[name]
            if place.kind is PlaceKind.COMMUNE and place.population >= SMALL // 4
        ]
        # A letter more or less weighs less than being a town that many people live in.
        return sorted(alike, key=lambda found: -(found[0] + 4 * len(str(found[1].population))))

    def _at(
        self, words: Sequence[str], span: range, departments: Collection[str]
    ) -> tuple[Place, ...]:
        said = words[span.start : span.stop]
        key = " ".join(said)
        own = self._words.content(said)
        exact = self._by_name.get(key, [])
        largest = max((place.population for place in exact), default=0)
        short = [p for p in self._by_short_name.get(key, ()) if p.population > _BIGGER * largest]
        places = tuple(sorted([*exact, *short], key=rank))
        if not places or not own:
            return ()
        located = any(place.department_code in departments for place in exact)
        plain_word = len(own) == 1 and len(span) <= _WORD_AND_ARTICLE
        if plain_word and not self._is_meant(own[0], words, span, largest, located=located):
            return ()
        return places

    def _is_meant(
        self, name: str, words: Sequence[str], span: range, largest: int, *, located: bool
    ) -> bool:
        """Whether a name of one word is one, and not the ordinary word that is written alike."""
        before = words[span.start - 1] if span.start else ""
        others = self._words.content((*words[: span.start], *words[span.stop :]))
        if name in self._words.ordinary:
            verb = words[span.start - 2] if before == "a" and span.start >= 2 else before
            alone = not others and (located or largest >= BIG)
            return alone or verb in self._words.lives
        if largest >= SMALL or not others:
            return True
        return len(others) <= 3 and before in self._words.locative


def rank(place: Place) -> tuple[bool, int, str]:
    """Order of places that a name may mean: present ones first, then the largest."""
    return place.kind is PlaceKind.FORMER, -place.population, place.id
