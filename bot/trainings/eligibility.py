"""Whether a person may enter a training, and why, in one short sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.person import Status
from bot.trainings.model import Offer


class Eligibility(StrEnum):
    """Can enter, could with an adviser's agreement, cannot."""

    YES = "yes"
    ADVISER = "adviser"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """What eligibility looks at; ``None`` is not known."""

    level: int | None = None
    status: Status | None = None


_MAY_REGISTER: Final = frozenset({Status.OUT_OF_SCHOOL, Status.OTHER})
"""Situations from which one becomes a job seeker by registering, without giving anything up."""


def judge(
    offer: Offer, applicant: Applicant, *, texts: Mapping[str, str]
) -> tuple[Eligibility, str]:
    """Eligibility with its reason, from ``texts`` (the ``eligibility`` part of texts.yml)."""
    asked, level = offer.entry_level, applicant.level
    if asked is not None and level is not None and level < asked:
        if offer.level_required:
            return Eligibility.NO, texts["level_too_low"]
        return Eligibility.ADVISER, texts["level_advised"]
    if asked is not None and level is None:
        return Eligibility.ADVISER, texts["level_unknown"]
    if offer.audience and applicant.status not in offer.audience:
        return Eligibility.ADVISER, texts[_audience(offer, applicant.status)]
    return Eligibility.YES, texts["no_diploma" if asked is None else "level_enough"]


def _audience(offer: Offer, status: Status | None) -> str:
    if status is None:
        return "audience_unknown"
    if status in _MAY_REGISTER and Status.JOB_SEEKER in offer.audience:
        return "audience_registered"
    return "audience"
