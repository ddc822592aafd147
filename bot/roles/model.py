"""A role, as data/jobs/ROLE_ID.yml describes it: same keys, same nesting.

The annotations are the whole schema of a sheet; ``bot.roles.loading`` enforces them on what
people write. Making a ``Role`` by hand in code checks nothing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict

from bot.roles.checks import RoleId, RomeCode, Text, WholeNumber, between, counts, holds


class Family(StrEnum):
    """Kind of digital work, for grouping roles that resemble each other."""

    DEVELOPMENT = "developpement"
    INFRASTRUCTURE = "infrastructure"
    SECURITY = "cybersecurite"
    DATA = "donnees"
    DESIGN = "design"
    COMMUNICATION = "communication"
    COMMERCE = "commerce"
    STEERING = "pilotage"
    MEDIATION = "mediation"


class TeleworkLevel(StrEnum):
    """How much of the work can be done from home."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class Demand(StrEnum):
    """How much employers of the French regions look for the role."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class _Sheet:
    """A mapping of a sheet, where an unknown key is a mistake and never ignored."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Label(_Sheet):
    """Name of the role for a woman and for a man."""

    feminine: Text
    masculine: Text

    @property
    def both(self) -> str:
        """Both forms, what they end with said once: "Développeuse / Développeur web"."""
        if self.feminine == self.masculine:
            return self.feminine
        feminine, masculine, ending = self.feminine.split(), self.masculine.split(), list[str]()
        while len(feminine) > 1 and len(masculine) > 1 and feminine[-1] == masculine[-1]:
            ending.insert(0, feminine.pop())
            masculine.pop()
        return " ".join([*feminine, "/", *masculine, *ending])


@dataclass(frozen=True, kw_only=True)
class Entry(_Sheet):
    """How one enters the role; ``level`` is of the 2019 nomenclature, 1 to 8."""

    level: Annotated[WholeNumber, between(1, 8)]
    text: Text
    without_diploma: Text


@dataclass(frozen=True, kw_only=True)
class Telework(_Sheet):
    """Whether the role can be worked from home."""

    level: TeleworkLevel
    text: Text


@dataclass(frozen=True, kw_only=True)
class Salary(_Sheet):
    """What a beginner earns, in ``unit``, with where and when the figure comes from."""

    low: Annotated[WholeNumber, between(500, 200_000)]
    high: Annotated[WholeNumber, between(500, 200_000)]
    unit: Text
    source: Text
    year: Annotated[WholeNumber, between(2020, 2100)]

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"low must not exceed high, got {self.low} and {self.high}")


@dataclass(frozen=True, kw_only=True)
class Prospects(_Sheet):
    """How sought after the role is and where it leads."""

    demand: Demand
    text: Text


@dataclass(frozen=True, kw_only=True)
class Examples(_Sheet):
    """What people whom the role suits say of themselves, in the first person."""

    background: Annotated[tuple[Text, ...], holds(5)]
    motivations: Annotated[tuple[Text, ...], holds(5)]

    def __post_init__(self) -> None:
        size = len(self.background) + len(self.motivations)
        if size < 20:
            raise ValueError(f"must hold at least 20 sentences in all, got {size}")


@dataclass(frozen=True, kw_only=True)
class Role(_Sheet):
    """A digital role that Déclic can propose; ``id`` is its key everywhere."""

    id: RoleId
    label: Label
    rome: Annotated[tuple[RomeCode, ...], holds(1, 9)]
    family: Family
    summary: Annotated[Text, counts(list, high=140, unit="characters")]
    what: Annotated[tuple[Text, ...], holds(3, 5)]
    day: Annotated[Text, counts(str.split, low=60, high=120, unit="words")]
    tasks: Annotated[tuple[Text, ...], holds(5, 9)]
    tools: Annotated[tuple[Text, ...], holds(4, 10)]
    qualities: Annotated[tuple[Text, ...], holds(4, 7)]
    dislikes: Annotated[tuple[Text, ...], holds(3, 5)]
    aliases: Annotated[tuple[Text, ...], holds(8, 25)]
    entry: Entry
    telework: Telework
    salary: Salary
    prospects: Prospects
    examples: Examples

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the role: its labels, less what they add in brackets, and its aliases."""
        labels = (self.label.feminine, self.label.masculine)
        plain = dict.fromkeys(re.sub(r"\s*\(.*?\)", "", label) for label in labels)
        return (*plain, *self.aliases)
