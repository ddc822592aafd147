"""A training offer, whatever catalogue it came from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.person import Status

SAMPLE_SOURCE: Final = "exemples"
"""Source of the invented offers that Déclic ships with; real ones take their place."""


class Modality(StrEnum):
    """Where the training is followed; ``MIXED`` is partly remote."""

    ON_SITE = "on_site"
    MIXED = "mixed"
    REMOTE = "remote"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One session of one training at one place.

    Levels are those of the 2019 nomenclature; ``entry_level`` ``None`` means that no diploma is
    asked for. An empty ``audience`` is everybody. ``cost`` is in euros for the person, ``None``
    when unknown. ``sample`` marks the invented offers that Déclic ships with.
    """

    id: str
    title: str
    provider: str
    role_ids: tuple[str, ...]
    modality: Modality
    place_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    start_date: date | None = None
    end_date: date | None = None
    hours: int | None = None
    entry_level: int | None = None
    level_required: bool = True
    exit_level: int | None = None
    audience: frozenset[Status] = frozenset()
    alternance: bool = False
    cost: float | None = None
    funding: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    url: str = ""
    description: str = ""
    source: str = ""
    updated_at: date = date.min
    sample: bool = False
