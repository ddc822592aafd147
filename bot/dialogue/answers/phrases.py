"""Phrases of data/answers found in what people type, with their mistakes and their negations."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.dialogue.answers.text import clauses, plain, read_list

_GAP: Final = r"(?: \w+){0,3} "
_WORD_START: Final = re.compile(r"(?<!\w)\S")
_INFLECTED: Final = 4
"""Letters from which a word may take the feminine and the plural."""
_LONG: Final = 6
"""Letters from which a word may be one mistake away from the one meant; two from ``_VERY_LONG``."""
_VERY_LONG: Final = 9


@dataclass(frozen=True, kw_only=True)
class Said:
    """A phrase in a clause: what it stands for, where it is, whether a negation denies it."""

    value: str
    start: int
    end: int
    denied: bool


class _Bucket:
    """Phrases that begin with the same letter: a text is compared with few of them."""

    def __init__(self, phrases: Sequence[tuple[str, str]]) -> None:
        """``phrases`` with their values, longest first."""
        self._values = [value for _, value in phrases]
        self._any = re.compile(rf"(?:{'|'.join(f'({_pattern(p)})' for p, _ in phrases)})(?!\w)")

    def longest_at(self, clause: str, start: int) -> tuple[int, str] | None:
        """End and value of the longest phrase at ``start``."""
        match = self._any.match(clause, start)
        return (
            (match.end(), self._values[match.lastindex - 1]) if match and match.lastindex else None
        )


class Phrases:
    """Phrases that each stand for a value; where two overlap, the longest counts.

    In a phrase, "…" stands for up to three words. Every word of four letters or more may also be
    in the feminine or the plural.
    """

    def __init__(
        self,
        phrases: Mapping[str, Iterable[object]],
        *,
        negations: Collection[str],
        small_words: Collection[str],
        ordinary: Collection[str] = (),
    ) -> None:
        said = {_spaced(str(p)): str(value) for value, all_ in phrases.items() for p in all_}
        by_initial: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for phrase, value in sorted(said.items(), key=lambda item: -len(item[0])):
            by_initial[phrase[0]].append((phrase, value))
        self._by_initial = {initial: _Bucket(group) for initial, group in by_initial.items()}
        self._negation = re.compile(
            rf"(?<!\w)(?:{'|'.join(negations)})(?: (?:{'|'.join(small_words)}))* $"
        )
        words = {word for phrase in said for word in phrase.split() if word != "…"}
        self._known = words | set(ordinary)
        self._correctable = [word for word in words if len(word) >= _LONG]

    def in_clause(self, clause: str) -> tuple[Said, ...]:
        """Phrases in a plain clause, in their order."""
        clause = self.correct(clause)
        found = [
            (start.start(), *longest)
            for start in _WORD_START.finditer(clause)
            if (bucket := self._by_initial.get(clause[start.start()]))
            and (longest := bucket.longest_at(clause, start.start()))
        ]
        kept: list[tuple[int, int, str]] = []
        for start, end, value in sorted(found, key=lambda f: f[0] - f[1]):
            if all(end <= other[0] or start >= other[1] for other in kept):
                kept.append((start, end, value))
        return tuple(
            Said(value=value, start=start, end=end, denied=self._denied(clause[:start]))
            for start, end, value in sorted(kept)
        )

    def find(self, text: str) -> str | None:
        """Value of the longest phrase that the text holds and does not deny."""
        said = [s for clause in clauses(text) for s in self.in_clause(clause) if not s.denied]
        return max(said, key=lambda s: s.end - s.start).value if said else None

    def correct(self, clause: str) -> str:
        """The clause with each misspelt long word replaced by the one of the phrases meant."""
        return " ".join(map(self._correct, clause.split()))

    def _correct(self, word: str) -> str:
        if len(word) < _LONG - 1 or word in self._known or word.rstrip("es") in self._known:
            return word
        allowed = 2 if len(word) >= _VERY_LONG else 1
        alike = process.extract(
            word, self._correctable, scorer=OSA.distance, score_cutoff=allowed, limit=3
        )
        return next((close for close, _, _ in alike if close[0] == word[0]), word)

    def _denied(self, before: str) -> bool:
        return bool(self._negation.search(before))


@cache
def phrases(name: str) -> Phrases:
    """The phrases of data/answers/NAME.yml, with the grammar of grammar.yml."""
    grammar = {key: [plain(str(w)) for w in all_] for key, all_ in read_list("grammar").items()}
    return Phrases(read_list(name), **grammar)


def _spaced(phrase: str) -> str:
    return " … ".join(plain(part) for part in phrase.split("…"))


def _pattern(phrase: str) -> str:
    return _GAP.join(" ".join(map(_inflected, part.split())) for part in phrase.split(" … "))


def _inflected(word: str) -> str:
    """The word in the feminine and the plural; "arrêté", "arrêter" and "arrêtez" sound the same."""
    if len(word) < _INFLECTED:
        return re.escape(word)
    stem = word.removesuffix("r") if word.endswith("er") else word
    return (
        f"{re.escape(stem[:-1])}e(?:rs?|res?|z|es?|s)?"
        if stem.endswith("e")
        else f"{re.escape(word)}e?s?"
    )
