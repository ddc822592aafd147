"""Whether a person may enter a training, and why, in one short sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.person import Status
from bot.trainings.model import Offer, Public


class Eligibility(StrEnum):
    """Can enter, could with an adviser's agreement, cannot."""

    YES = "yes"
    ADVISER = "adviser"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """What eligibility looks at; ``None`` is not known. ``disabled``: with an RQTH."""

    level: int | None = None
    status: Status | None = None
    age: int | None = None
    disabled: bool | None = None

    @property
    def publics(self) -> frozenset[Public]:
        """The publics to which the person is known to belong."""
        found = set() if self.status is None else {Public(self.status.value)}
        if self.age is not None and self.age < _TWENTY_SIX:
            found.add(Public.UNDER_26)
        if self.disabled:
            found.add(Public.DISABLED)
        return frozenset(found)


_TWENTY_SIX: Final = 26
_ALTERNANCE_AGES: Final = range(16, 30)
"""Ages of the contrat d'apprentissage; the other contract and RQTH go beyond, not below."""
_MAY_REGISTER: Final = frozenset({Status.OUT_OF_SCHOOL, Status.OTHER})
"""Situations from which one becomes a job seeker by registering, without giving anything up."""
_CLOSED: Final = frozenset({Public.UNDER_26, Public.EMPLOYEE, Public.STUDENT, Public.DISABLED})
"""Publics that one does not join for a training."""


def judge(
    offer: Offer, applicant: Applicant, *, texts: Mapping[str, str]
) -> tuple[Eligibility, str]:
    """Eligibility with its reason, from ``texts`` (the ``eligibility`` part of texts.yml).

    What closes the door is said first, then what an adviser can settle.
    """
    verdict, reason = _verdict(offer, applicant)
    return verdict, texts[reason]


def _verdict(offer: Offer, applicant: Applicant) -> tuple[Eligibility, str]:
    asked, level = offer.entry_level, applicant.level
    too_low = asked is not None and level is not None and level < asked
    if too_low and offer.level_required:
        return Eligibility.NO, "level_too_low"
    if closed := _closed(offer, applicant):
        return Eligibility.NO, closed
    if too_low:
        return Eligibility.ADVISER, "level_advised"
    if asked is not None and level is None:
        return Eligibility.ADVISER, "level_unknown"
    if offer.audience and not offer.audience & applicant.publics:
        return Eligibility.ADVISER, _audience(offer, applicant.status)
    if offer.alternance and _is_past_alternance(applicant):
        return Eligibility.ADVISER, "alternance_age"
    if asked is None and not offer.level_stated:
        return Eligibility.ADVISER, "level_unstated"
    return Eligibility.YES, "no_diploma" if asked is None else "level_enough"


def _closed(offer: Offer, applicant: Applicant) -> str | None:
    """Why the person is none of those whom it is for, and cannot become one."""
    if offer.alternance and applicant.age is not None and applicant.age < _ALTERNANCE_AGES.start:
        return "too_young"
    possible = applicant.publics | {p for p in _CLOSED if _may_be(p, applicant)}
    if not offer.audience or offer.audience & possible or offer.audience - _CLOSED:
        return None
    only = next(iter(offer.audience)) if len(offer.audience) == 1 else None
    return f"audience_{only.value}" if only else "audience_closed"


def _may_be(public: Public, applicant: Applicant) -> bool:
    """Whether nothing tells that the person does not belong to a public."""
    if public is Public.UNDER_26:
        return applicant.age is None
    if public is Public.DISABLED:
        return applicant.disabled is None
    return applicant.status is None


def _is_past_alternance(applicant: Applicant) -> bool:
    """Whether she is over the age of one contract, and in no situation known to open the other."""
    return (
        applicant.age is not None
        and applicant.age >= _ALTERNANCE_AGES.stop
        and not applicant.disabled
        and applicant.status is not Status.JOB_SEEKER
    )


def _audience(offer: Offer, status: Status | None) -> str:
    if status is None:
        return "audience_unknown"
    if status in _MAY_REGISTER and Public.JOB_SEEKER in offer.audience:
        return "audience_registered"
    return "audience"
