"""Who pays for a training and what its labels mean: data/trainings/funding.yml and labels.yml.

Both are data, so that a region adds its own lines and labels.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, TypeVar

import yaml
from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from bot.errors import DataError
from bot.person import Status
from bot.settings import PROJECT
from bot.trainings.eligibility import Applicant
from bot.trainings.model import Offer, Public

FOLDER: Final = PROJECT / "data" / "trainings"

T = TypeVar("T")

Stated = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

Month = Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


class _Entry:
    """An entry of a file, where an unknown key is a mistake and never ignored."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Funding(_Entry):
    """A way of paying for a training; ``statuses`` are those whom it may concern.

    ``max_age`` holds back nobody of ``no_age_limit``. ``sentence`` says it to a person; ``source``
    publishes the rule, last read there in ``checked``.
    """

    code: Stated
    statuses: frozenset[Status]
    sentence: Stated
    source: Stated
    checked: Month
    min_age: int = 0
    max_age: int | None = None
    no_age_limit: frozenset[Public] = frozenset()
    disabled_only: bool = False

    def may_concern(self, applicant: Applicant) -> bool:
        """Whether nothing that is known of the person speaks against it."""
        if applicant.status is not None and applicant.status not in self.statuses:
            return False
        if self.disabled_only and not applicant.disabled:
            return False
        if applicant.age is None:
            return True
        if self.max_age is None or self.no_age_limit & applicant.publics:
            return applicant.age >= self.min_age
        return self.min_age <= applicant.age <= self.max_age


@dataclass(frozen=True, kw_only=True)
class Label(_Entry):
    """A mark of quality or of purpose, with the period during which it is awarded."""

    name: Stated
    description: Stated
    region: Stated | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to must not come before valid_from")

    def is_valid(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, kw_only=True)
class Guides:
    """Every way of paying, the likeliest first, and every label."""

    funding: tuple[Funding, ...] = ()
    labels: tuple[Label, ...] = ()

    @cached_property
    def funding_codes(self) -> frozenset[str]:
        return frozenset(line.code for line in self.funding)

    def funding_for(self, offer: Offer, status: Status | None) -> Funding | None:
        """The first way of paying for this offer that may concern the person."""
        return next(iter(self.fundings_for(offer, Applicant(status=status))), None)

    def fundings_for(self, offer: Offer, applicant: Applicant) -> list[Funding]:
        """Every way of paying for this offer that may concern the person, the likeliest first."""
        return [
            line
            for line in self.funding
            if line.code in offer.funding and line.may_concern(applicant)
        ]

    def labels_on(self, offer: Offer, day: date) -> list[Label]:
        """Labels of the offer that are valid on that day; history and unknown names left out."""
        return [lab for lab in self.labels if lab.name in offer.labels and lab.is_valid(day)]


def load_guides(folder: Path = FOLDER) -> Guides:
    """Both files; ``DataError`` names the file, the entry and what is wrong."""
    guides = Guides(
        funding=_entries(folder / "funding.yml", TypeAdapter(tuple[Funding, ...])),
        labels=_entries(folder / "labels.yml", TypeAdapter(tuple[Label, ...])),
    )
    _refuse_twice(folder / "funding.yml", (line.code for line in guides.funding))
    _refuse_twice(folder / "labels.yml", (label.name for label in guides.labels))
    return guides


def _entries(path: Path, adapter: TypeAdapter[T]) -> T:
    try:
        entries: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return adapter.validate_python(entries)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        entry, *key = first["loc"] or ("the file",)
        where = ".".join(map(str, (entry + 1 if isinstance(entry, int) else entry, *key)))
        raise DataError(f"{path}: entry {where}: {first['msg']}") from error


def _refuse_twice(path: Path, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DataError(f"{path}: {name!r} is there twice: keep one")
        seen.add(name)
