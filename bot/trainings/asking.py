"""A search as an operator asks for it in words, made into a query or refused in one line."""

from datetime import datetime
from math import isnan

from bot.errors import InputError
from bot.person import Status
from bot.places import open_finder
from bot.roles import load_roles
from bot.settings import Settings
from bot.trainings.eligibility import Applicant
from bot.trainings.model import Modality
from bot.trainings.query import SearchMode, TrainingQuery

_SHOWN = 80
"""Characters of a wrong value that are shown again."""


def query_of(
    settings: Settings,
    *,
    role: str,
    place: str,
    radius: float,
    farther: bool,
    remote: bool,
    mixed: bool,
    level: int | None,
    status: str | None,
    free: bool,
    without_diploma: bool,
    alternance: bool | None,
    starts_before: datetime | None,
    text: str,
    limit: int,
    offset: int,
) -> TrainingQuery:
    """The query; InputError when the role, the place, the radius or the status is none."""
    if role not in load_roles(settings.roles_dir):
        raise InputError(f"{role[:_SHOWN]!r} is no role: see data/jobs")
    if isnan(radius) or radius < 0:
        raise InputError("--radius must be 0 (remote only) or more")
    if status is not None and status not in set(Status):
        raise InputError(f"--status must be among {', '.join(Status)}")
    found = open_finder(settings).find(place)
    if not found.places:
        raise InputError(f"{place[:_SHOWN]!r} is no place of France that is known here")
    if not found.certain:
        names = ", ".join(candidate.label for candidate in found.places)
        raise InputError(f"{place[:_SHOWN]!r} may be {names}; add the département")
    return TrainingQuery.around(
        found.places[0],
        role_id=role,
        radius_km=radius,
        mode=_mode(farther=farther, remote=remote),
        modalities=frozenset({Modality.MIXED} if mixed else Modality),
        applicant=Applicant(level=level, status=Status(status) if status else None),
        free=free,
        without_diploma=without_diploma,
        alternance=alternance,
        starts_before=starts_before and starts_before.date(),
        text=text,
        limit=limit,
        offset=offset,
    )


def _mode(*, farther: bool, remote: bool) -> SearchMode:
    if remote:
        return SearchMode.REMOTE
    return SearchMode.FARTHER if farther else SearchMode.NEAR
