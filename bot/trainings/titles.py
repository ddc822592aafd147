"""How well the titles of offers alone tell which are digital, and for which role.

data/trainings/titles.csv holds titles labelled by hand. Those of the part "held_out" were written
after the words of scope.yml, and none of these was chosen by looking at them.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import DataError
from bot.trainings.guides import FOLDER
from bot.trainings.scope import Scope, Subject

PATH: Final = FOLDER / "titles.csv"


@dataclass(frozen=True, kw_only=True)
class Title:
    """A title with the roles that are right for it: none when it is not digital."""

    title: str
    role_ids: frozenset[str]
    part: str


@dataclass(frozen=True, kw_only=True)
class Score:
    """Counts over the titles of one part.

    ``kept`` are those found digital; of these ``digital`` are, and ``right`` have a right role too.
    """

    part: str
    titles: int
    truly_digital: int
    kept: int
    digital: int
    right: int

    @property
    def precision(self) -> float:
        """Share of what is kept that is digital."""
        return self.digital / self.kept if self.kept else 1.0

    @property
    def recall(self) -> float:
        """Share of what is digital that is kept."""
        return self.digital / self.truly_digital if self.truly_digital else 1.0

    @property
    def role_precision(self) -> float:
        """Share of what is kept that is given a right role."""
        return self.right / self.kept if self.kept else 1.0


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Scores by part, and the titles that were read wrong."""

    scores: tuple[Score, ...]
    mistakes: tuple[tuple[Title, tuple[str, ...]], ...]

    def to_text(self) -> str:
        lines = [
            f"{score.part:10} {score.titles} titles, {score.truly_digital} digital:"
            f" precision {score.precision:.3f}, recall {score.recall:.3f},"
            f" right role {score.role_precision:.3f}"
            for score in self.scores
        ]
        lines += [
            f"    {title.title}: {', '.join(found) or 'not digital'},"
            f" labelled {', '.join(sorted(title.role_ids)) or 'not digital'}"
            for title, found in self.mistakes
        ]
        return "\n".join(lines)


def evaluate(titles: Sequence[Title], *, scope: Scope) -> Evaluation:
    """Read each title without any code."""
    found = {title: scope.of(Subject(title=title.title)).role_ids for title in titles}
    parts = dict.fromkeys(title.part for title in titles)
    return Evaluation(
        scores=tuple(
            _score(part, {t: ids for t, ids in found.items() if t.part == part}) for part in parts
        ),
        mistakes=tuple((t, ids) for t, ids in found.items() if not _is_right(t, ids)),
    )


def load_titles(path: Path = PATH) -> tuple[Title, ...]:
    """Read the columns title, roles (separated by ``|``) and part."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(
                Title(
                    title=row["title"],
                    role_ids=frozenset(filter(None, row["roles"].split("|"))),
                    part=row["part"],
                )
                for row in csv.DictReader(file, delimiter=";")
            )
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise DataError(f"{path}: {type(error).__name__}: {error}") from error


def _score(part: str, found: dict[Title, tuple[str, ...]]) -> Score:
    kept = {title: ids for title, ids in found.items() if ids}
    return Score(
        part=part,
        titles=len(found),
        truly_digital=sum(bool(title.role_ids) for title in found),
        kept=len(kept),
        digital=sum(bool(title.role_ids) for title in kept),
        right=sum(_is_right(title, ids) for title, ids in kept.items()),
    )


def _is_right(title: Title, found: tuple[str, ...]) -> bool:
    return title.role_ids.issuperset(found) and bool(found) == bool(title.role_ids)
