"""Who may enter a training."""

import pytest
import yaml

from bot.person import Status
from bot.trainings import Applicant, Eligibility, Public
from bot.trainings.catalogue import TEXTS_PATH
from bot.trainings.eligibility import judge
from tests.trainings.offers import offer

TEXTS = {key: key for key in yaml.safe_load(TEXTS_PATH.read_text(encoding="utf-8"))["eligibility"]}
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


def test_a_level_that_is_not_stated_is_never_taken_for_none() -> None:
    found = judge(offer("a", level_stated=False), Applicant(level=3), texts=TEXTS)
    assert found == (Eligibility.ADVISER, "level_unstated")


@pytest.mark.parametrize(
    ("audience", "applicant", "verdict", "reason"),
    [
        ({Public.UNDER_26}, Applicant(age=25), Eligibility.YES, "no_diploma"),
        ({Public.UNDER_26}, Applicant(age=26), Eligibility.NO, "audience_under_26"),
        ({Public.UNDER_26}, Applicant(), Eligibility.ADVISER, "audience_unknown"),
        (
            {Public.UNDER_26, Public.JOB_SEEKER},
            Applicant(age=40, status=Status.JOB_SEEKER),
            Eligibility.YES,
            "no_diploma",
        ),
        (
            {Public.UNDER_26, Public.JOB_SEEKER},
            Applicant(age=40, status=Status.OTHER),
            Eligibility.ADVISER,
            "audience_registered",
        ),
        ({Public.DISABLED}, Applicant(disabled=True), Eligibility.YES, "no_diploma"),
        ({Public.DISABLED}, Applicant(disabled=False), Eligibility.NO, "audience_disabled"),
        ({Public.DISABLED}, Applicant(), Eligibility.ADVISER, "audience_unknown"),
        (
            {Public.EMPLOYEE},
            Applicant(status=Status.JOB_SEEKER),
            Eligibility.NO,
            "audience_employee",
        ),
        ({Public.EMPLOYEE}, Applicant(status=Status.EMPLOYEE), Eligibility.YES, "no_diploma"),
        ({Public.STUDENT}, Applicant(status=Status.EMPLOYEE), Eligibility.NO, "audience_student"),
        (
            {Public.STUDENT, Public.EMPLOYEE},
            Applicant(status=Status.OTHER),
            Eligibility.NO,
            "audience_closed",
        ),
        ({Public.OTHERS}, Applicant(status=Status.EMPLOYEE), Eligibility.ADVISER, "audience"),
    ],
)
def test_a_public_opens_closes_or_is_a_matter_for_an_adviser(
    audience: set[Public], applicant: Applicant, verdict: Eligibility, reason: str
) -> None:
    given = offer("a", audience=frozenset(audience))
    assert judge(given, applicant, texts=TEXTS) == (verdict, reason)


@pytest.mark.parametrize(
    ("applicant", "verdict", "reason"),
    [
        (Applicant(age=15), Eligibility.NO, "too_young"),
        (Applicant(age=16), Eligibility.YES, "no_diploma"),
        (Applicant(age=29), Eligibility.YES, "no_diploma"),
        (Applicant(age=30), Eligibility.ADVISER, "alternance_age"),
        (Applicant(age=30, disabled=True), Eligibility.YES, "no_diploma"),
        (Applicant(age=45, status=Status.JOB_SEEKER), Eligibility.YES, "no_diploma"),
        (Applicant(), Eligibility.YES, "no_diploma"),
    ],
)
def test_alternance_depends_on_the_age_and_the_situation(
    applicant: Applicant, verdict: Eligibility, reason: str
) -> None:
    assert judge(offer("a", alternance=True), applicant, texts=TEXTS) == (verdict, reason)


def test_every_reason_is_one_short_sentence() -> None:
    texts = yaml.safe_load(TEXTS_PATH.read_text(encoding="utf-8"))["eligibility"]
    for sentence in texts.values():
        assert sentence.endswith(".")
        assert len(sentence) <= 130
        assert sentence.count(". ") == 0
