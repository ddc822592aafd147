"""What Déclic knows of a person: the closed vocabularies and the profile that they fill."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Situation of the person, as training offers distinguish it."""

    JOB_SEEKER = "job_seeker"
    OUT_OF_SCHOOL = "out_of_school"
    EMPLOYEE = "employee"
    STUDENT = "student"
    OTHER = "other"


class Equipment(StrEnum):
    """What the person has at home to learn remotely."""

    COMPUTER_AND_INTERNET = "computer_and_internet"
    COMPUTER_ONLY = "computer_only"
    PHONE_ONLY = "phone_only"
    NOTHING = "nothing"


NO_DIPLOMA: Final = 2
"""Level of a person without any diploma, or with the brevet only (2019 nomenclature, 1 to 8)."""

ANYWHERE_KM: Final = 1000
"""Radius of a person who can go or move anywhere."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Answers of one person; ``None`` means not answered, or "je ne sais pas".

    ``level`` is a level of the 2019 nomenclature (3 CAP, 4 bac, 5 bac+2, 6 licence, 7 master,
    8 doctorat). ``radius_km`` is how far the person can travel: 0 for remote only,
    ``ANYWHERE_KM`` for no limit. ``place_id`` is a key of ``bot.places``.
    """

    status: Status | None = None
    level: int | None = None
    place_id: str | None = None
    place_name: str | None = None
    radius_km: int | None = None
    has_vehicle: bool | None = None
    equipment: Equipment | None = None
    background: str = ""
    motivations: str = ""
