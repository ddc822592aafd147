"""Whether a person may enter a training, and why, in one short sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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


def judge(
    offer: Offer, applicant: Applicant, *, texts: Mapping[str, str]
) -> tuple[Eligibility, str]:
    """Eligibility with its reason, from ``texts`` (the ``eligibility`` part of texts.yml)."""
    if offer.entry_level is not None and offer.entry_level > (applicant.level or 0):
        if applicant.level is None:
            return Eligibility.ADVISER, texts["level_unknown"]
        if offer.level_required:
            return Eligibility.NO, texts["level_too_low"]
        return Eligibility.ADVISER, texts["level_advised"]
    if offer.audience and applicant.status not in offer.audience:
        return Eligibility.ADVISER, texts["audience"]
    if offer.entry_level is None:
        return Eligibility.YES, texts["no_diploma"]
    return Eligibility.YES, texts["level_enough"]
