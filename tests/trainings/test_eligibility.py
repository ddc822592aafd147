"""Who may enter a training."""

import pytest

from bot.person import Status
from bot.trainings import Applicant, Eligibility
from bot.trainings.eligibility import judge
from tests.trainings.offers import offer

TEXTS = {
    key: key
    for key in (
        "no_diploma",
        "level_enough",
        "level_unknown",
        "level_advised",
        "level_too_low",
        "audience",
        "audience_registered",
        "audience_unknown",
    )
}
SEEKERS = frozenset({Status.JOB_SEEKER})


@pytest.mark.parametrize(
    ("asked", "required", "level", "verdict", "reason"),
    [
        (None, True, None, Eligibility.YES, "no_diploma"),
        (None, True, 2, Eligibility.YES, "no_diploma"),
        (4, True, 4, Eligibility.YES, "level_enough"),
        (4, True, 7, Eligibility.YES, "level_enough"),
        (4, True, 3, Eligibility.NO, "level_too_low"),
        (4, False, 3, Eligibility.ADVISER, "level_advised"),
        (4, True, None, Eligibility.ADVISER, "level_unknown"),
        (4, False, None, Eligibility.ADVISER, "level_unknown"),
    ],
)
def test_the_level_opens_or_closes_the_door(
    asked: int | None, required: bool, level: int | None, verdict: Eligibility, reason: str
) -> None:
    found = judge(
        offer("a", entry_level=asked, level_required=required),
        Applicant(level=level, status=Status.JOB_SEEKER),
        texts=TEXTS,
    )
    assert found == (verdict, reason)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.JOB_SEEKER, "no_diploma"),
        (Status.OUT_OF_SCHOOL, "audience_registered"),
        (Status.OTHER, "audience_registered"),
        (Status.EMPLOYEE, "audience"),
        (Status.STUDENT, "audience"),
        (None, "audience_unknown"),
    ],
)
def test_a_training_for_job_seekers_is_a_matter_for_an_adviser_when_one_is_not(
    status: Status | None, reason: str
) -> None:
    verdict, said = judge(offer("a", audience=SEEKERS), Applicant(status=status), texts=TEXTS)
    assert said == reason
    assert (verdict is Eligibility.YES) == (status is Status.JOB_SEEKER)


def test_a_missing_diploma_weighs_more_than_the_audience() -> None:
    verdict, reason = judge(
        offer("a", entry_level=6, audience=SEEKERS),
        Applicant(level=3, status=Status.EMPLOYEE),
        texts=TEXTS,
    )
    assert (verdict, reason) == (Eligibility.NO, "level_too_low")
