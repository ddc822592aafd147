"""A training offer, whatever catalogue it came from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

SAMPLE_SOURCE: Final = "exemples"
"""Source of the invented offers that Déclic ships with; real ones take their place."""


class Modality(StrEnum):
    """Where the training is followed; ``MIXED`` is partly remote."""

    ON_SITE = "on_site"
    MIXED = "mixed"
    REMOTE = "remote"


class Public(StrEnum):
    """Whom a training is for: the situations of ``bot.person.Status``, and more.

    ``OTHERS`` is a public of which Déclic knows nothing about a person.
    """

    JOB_SEEKER = "job_seeker"
    OUT_OF_SCHOOL = "out_of_school"
    EMPLOYEE = "employee"
    STUDENT = "student"
    OTHER = "other"
    UNDER_26 = "under_26"
    DISABLED = "disabled"
    OTHERS = "others"


class Precision(StrEnum):
    """How much of its dates is known; without any, ``DAY`` means that one enters all year."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One session of one training at one place.

    Levels are those of the 2019 nomenclature; ``entry_level`` ``None`` means that no diploma is
    asked for, or, unless ``level_stated``, that the sender says nothing of it. An empty
    ``audience`` is everybody. ``cost`` is in euros for the person, ``None`` when unknown.
    Dates are the last day that they may be when ``date_precision`` is coarser than a day.
    ``area``: the coordinates are the centre of a département, and nothing finer is known.
    ``sample`` marks the invented offers that Déclic ships with.
    """

    id: str
    title: str
    provider: str
    role_ids: tuple[str, ...]
    modality: Modality
    place_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    area: bool = False
    start_date: date | None = None
    end_date: date | None = None
    date_precision: Precision = Precision.DAY
    hours: int | None = None
    entry_level: int | None = None
    level_required: bool = True
    level_stated: bool = True
    exit_level: int | None = None
    audience: frozenset[Public] = frozenset()
    alternance: bool = False
    cost: float | None = None
    funding: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    url: str = ""
    description: str = ""
    source: str = ""
    updated_at: date = date.min
    sample: bool = False

    def known(self, day: date | None) -> str | None:
        """What is known of one of its dates, as ISO 8601: "2027-01-31", "2027-01" or "2027"."""
        if day is None:
            return None
        length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(self.date_precision)
        return day.isoformat()[:length]
