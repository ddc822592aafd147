"""Ways of paying and labels, as data."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.person import Status
from bot.trainings import Applicant
from bot.trainings.guides import FOLDER, load_guides
from bot.trainings.importers.lheo_codes import PATH as LHEO_PATH
from bot.trainings.importers.lheo_codes import load_codes
from tests.trainings.offers import offer

ADVISER = "À vérifier avec une conseillère ou un conseiller."


def test_every_way_of_paying_is_to_be_checked_with_an_adviser() -> None:
    guides = load_guides()
    assert guides.funding_codes >= {"cpf", "aif", "poei", "poec", "apprentissage", "ptp", "region"}
    for line in guides.funding:
        assert line.sentence.endswith(ADVISER)
        assert line.statuses
        assert line.source


def test_every_situation_has_a_way_of_paying() -> None:
    concerned = {status for line in load_guides().funding for status in line.statuses}
    assert concerned == set(Status)


def test_only_what_the_offer_accepts_and_the_person_may_use_is_proposed() -> None:
    guides = load_guides()
    paid = offer("a", funding=("ptp", "cpf", "region"))
    codes = {status: line.code for status in Status if (line := guides.funding_for(paid, status))}
    assert codes == {
        Status.JOB_SEEKER: "region",
        Status.OUT_OF_SCHOOL: "region",
        Status.OTHER: "region",
        Status.EMPLOYEE: "cpf",
    }


@pytest.mark.parametrize(
    ("code", "applicant", "concerned"),
    [
        ("apprentissage", Applicant(age=15), False),
        ("apprentissage", Applicant(age=29), True),
        ("apprentissage", Applicant(age=30), False),
        ("apprentissage", Applicant(age=45, disabled=True), True),
        ("apprentissage", Applicant(), True),
        ("professionnalisation", Applicant(age=26, status=Status.OUT_OF_SCHOOL), False),
        ("professionnalisation", Applicant(age=50, status=Status.JOB_SEEKER), True),
        ("cpf", Applicant(age=15), False),
        ("cpf", Applicant(age=60, status=Status.EMPLOYEE), True),
        ("ptp", Applicant(status=Status.JOB_SEEKER), False),
        ("agefiph", Applicant(), False),
        ("agefiph", Applicant(disabled=True), True),
    ],
)
def test_ages_and_rqth_open_and_close_ways_of_paying(
    code: str, applicant: Applicant, concerned: bool
) -> None:
    found = load_guides().fundings_for(offer("a", funding=(code,)), applicant)
    assert bool(found) is concerned


def test_what_catalogues_say_of_financers_has_a_sentence() -> None:
    assert load_guides().funding_codes.issuperset(load_codes().financers.values())


def test_a_label_is_given_during_its_period_only() -> None:
    labels = {label.name: label for label in load_guides().labels}
    history = labels["Grande École du Numérique (historique)"]
    assert history.is_valid(date(2025, 1, 14))
    assert not history.is_valid(date(2025, 1, 15))
    assert labels["Numéric'Emploi"].is_valid(date(2030, 1, 1))


@pytest.mark.parametrize(
    ("file", "pattern", "replacement", "reason"),
    [
        ("funding.yml", "code: cpf", "kode: cpf", "code"),
        ("funding.yml", "checked: 2026-11", "checked: novembre", "entry 1.checked"),
        ("funding.yml", r"\[job_seeker\]", "[retired]", "statuses"),
        ("funding.yml", "code: poec", "code: region", "'region' is there twice"),
        ("funding.yml", r"\A", "[", "funding.yml"),
        ("labels.yml", "valid_from: 2015", "valid_from: 2035", "valid_to must not come before"),
        ("labels.yml", "  valid_to", "  valid_til", "entry 3"),
    ],
)
def test_a_mistake_is_named_with_its_file(
    tmp_path: Path, file: str, pattern: str, replacement: str, reason: str
) -> None:
    for name in ("funding.yml", "labels.yml"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        if name == file:
            text = re.sub(pattern, replacement, text, count=1)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(reason)) as raised:
        load_guides(tmp_path)
    assert file in raised.value.detail
    assert "\n" not in raised.value.detail


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("job_seeker", "chomeur", "'chomeur' is not a valid Public"),
        ("publics:", "public:", "publics"),
        ("publics:", "publics: [", "lheo.yml"),
    ],
)
def test_a_mistake_in_the_codes_of_lheo_is_named(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = tmp_path / "lheo.yml"
    path.write_text(LHEO_PATH.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(reason)) as raised:
        load_codes(path)
    assert "\n" not in raised.value.detail
