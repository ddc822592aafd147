"""Reading CSV catalogues, good and bad."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.person import Status
from bot.trainings.importers.files import UnreadableCatalogue
from bot.trainings.model import Modality
from tests.trainings.conftest import Read
from tests.trainings.offers import METZ, TODAY

HEADER = "id;title;provider;modality;roles;place"
GOOD = "a1;Créer des sites;Atelier des Tests;on_site;developpeur-web;57000 Metz"


def table(*records: str, header: str = HEADER) -> str:
    return "\n".join((header, *records)) + "\n"


def with_column(name: str, value: str) -> str:
    return table(f"{GOOD};{value}", header=f"{HEADER};{name}")


def test_every_column_reaches_the_offer(read: Read) -> None:
    header = (
        "id;title;provider;roles;modality;place;start_date;end_date;hours;entry_level;"
        "level_required;exit_level;audience;alternance;cost;funding;labels;url;description;updated_at"
    )
    record = (
        "a1;Créer des sites;Atelier des Tests;developpeur-web|webdesigner;mixed;57000 Metz;"
        "2027-01-04;2027-06-30;700;4;non;5;job_seeker|out_of_school;oui;1 250,50;cpf|region;"
        "Numéric'Emploi;https://formations.example/a1;Six mois en petit groupe.;2026-11-02"
    )
    offers, report = read(table(record, header=header))
    assert (report.read, report.refused, len(offers)) == (1, 0, 1)
    (found,) = offers
    assert found.id == "region:a1"
    assert found.role_ids == ("developpeur-web", "webdesigner")
    assert found.modality is Modality.MIXED
    assert (found.place_name, found.latitude, found.longitude) == ("Metz (57)", *METZ)
    assert (found.start_date, found.end_date) == (date(2027, 1, 4), date(2027, 6, 30))
    assert (found.hours, found.entry_level, found.exit_level) == (700, 4, 5)
    assert not found.level_required
    assert found.alternance
    assert found.audience == {Status.JOB_SEEKER, Status.OUT_OF_SCHOOL}
    assert found.cost == 1250.5
    assert found.funding == ("cpf", "region")
    assert found.labels == ("Numéric'Emploi",)
    assert found.updated_at == date(2026, 11, 2)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_delimiter_and_the_encoding_are_found_out(
    read: Read, delimiter: str, encoding: str, newline: str
) -> None:
    text = table(GOOD).replace(";", delimiter).replace("\n", newline)
    (found,), _ = read(text.encode(encoding))
    assert found.title == "Créer des sites"


def test_a_text_in_quotes_may_hold_lines_and_delimiters(read: Read) -> None:
    (found,), _ = read(with_column("description", '"Deux lignes ;\nun ""mot"" cité."'))
    assert found.description == 'Deux lignes ; un "mot" cité.'


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("hours", "beaucoup", "hours: must be a whole number from 1 to 6000"),
        ("hours", "²", "hours: must be a whole number from 1 to 6000"),
        ("entry_level", "12", "entry_level: must be a whole number from 1 to 8"),
        ("start_date", "04/01/2027", "start_date: must be a date like 2027-01-31"),
        ("start_date", "1900-01-01", "start_date: must be between 2000 and 2100"),
        ("end_date", "9999-12-31", "end_date: must be between 2000 and 2100"),
        ("cost", "gratuit", "cost: must be a number"),
        ("cost", "-3", "cost: must be between 0 and 100000"),
        ("cost", "nan", "cost: must be between 0 and 100000"),
        ("alternance", "peut-être", "alternance: must be oui or non"),
        ("url", "javascript:alert(1)", "url: must begin with https:// or http://"),
        ("audience", "retired", "audience: must be among job_seeker, out_of_school, employee,"),
        ("funding", "loterie", "funding: must be among agefiph, aif, apprentissage"),
        ("description", "a;b", "more cells than the header"),
        ("hours", 'a"b"', "hours: must be a whole number"),
        ("hours", '"a"b', "'"),
    ],
)
def test_a_bad_record_is_refused_with_its_reason_and_the_others_are_kept(
    read: Read, column: str, value: str, reason: str
) -> None:
    after = GOOD.replace("a1", "a2") + ";"
    offers, report = read(with_column(column, value) + after + "\n")
    assert [found.id for found in offers] == ["region:a2"]
    assert (report.read, report.refused) == (2, 1)
    assert report.refusals[0].number == 1
    assert reason in report.refusals[0].reason


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("a1;;Atelier;on_site;developpeur-web;Metz", "title: missing"),
        (f"a1;{'x' * 301};Atelier;on_site;developpeur-web;Metz", "title: longer than 300"),
        ("a1;Web;Atelier;dans les airs;developpeur-web;Metz", "modality: must be among"),
        ("a1;Web;Atelier;on_site;developpeur-web;Atlantide", "place: unknown"),
        ("a1;Web;Atelier;on_site;developpeur-web;", "place: missing"),
        ("a1;Web;Atelier;on_site;astronaute;Metz", "roles: 'astronaute' is neither"),
        ("a1;Web", "provider: missing"),
    ],
)
def test_a_record_without_what_an_offer_needs_is_refused(
    read: Read, record: str, reason: str
) -> None:
    offers, report = read(table(record))
    assert offers == []
    assert reason in report.refusals[0].reason


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        ("6.1757", "49.1193", "swapped"),
        ("0", "0", "not in France"),
        ("45.0", "-20.0", "not in France"),
        ("49.1", "", "two numbers"),
        ("nan", "6.1", "not in France"),
    ],
)
def test_coordinates_outside_of_france_are_refused(
    read: Read, latitude: str, longitude: str, reason: str
) -> None:
    header = f"{HEADER};latitude;longitude"
    offers, report = read(table(f"{GOOD};{latitude};{longitude}", header=header))
    assert offers == []
    assert reason in report.refusals[0].reason


def test_coordinates_of_the_record_win_over_those_of_its_place(read: Read) -> None:
    header = f"{HEADER};latitude;longitude"
    (found,), _ = read(table(f"{GOOD};49,08;6.21", header=header))
    assert (found.latitude, found.longitude) == (49.08, 6.21)


def test_an_end_before_the_start_is_refused(read: Read) -> None:
    header = f"{HEADER};start_date;end_date"
    _, report = read(table(f"{GOOD};2027-05-01;2027-04-01", header=header))
    assert report.reasons == {"end_date: before start_date": 1}


def test_an_id_used_twice_is_kept_once(read: Read) -> None:
    offers, report = read(table(GOOD, GOOD))
    assert len(offers) == 1
    assert report.refusals == [(2, "a1", "id: used twice")]


def test_a_remote_offer_needs_no_place(read: Read) -> None:
    (found,), _ = read(table("a1;Web;Atelier;remote;developpeur-web;"))
    assert (found.place_name, found.latitude) == ("", None)


def test_roles_are_found_by_rome_code_or_by_the_title(read: Read) -> None:
    offers, report = read(
        table(
            "a1;Module court;Atelier;remote;M1855;",
            "a2;Formation de développeur web;Atelier;remote;;",
            "a3;CAP boulangerie;Atelier;remote;;",
            "a4;Soudage;Atelier;remote;H2913;",
        )
    )
    assert [found.role_ids for found in offers] == [("developpeur-web",), ("developpeur-web",)]
    assert (report.read, report.out_of_scope, report.refused) == (4, 2, 0)


def test_a_relative_start_counts_from_the_day_of_the_import(read: Read) -> None:
    (found,), _ = read(with_column("starts_in_days", "30"))
    assert found.start_date == date(2026, 12, 24)
    assert found.updated_at == TODAY


def test_a_header_alone_is_an_empty_catalogue(read: Read) -> None:
    offers, report = read(HEADER)
    assert (offers, report.read) == ([], 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a CSV file"),
        (b"  \n\n", "not a CSV file"),
        (b"PK\x03\x04\x00\x00\x08\x00", "not a CSV file"),
        (HEADER.encode("utf-16"), "not a CSV file"),
        (b"<!DOCTYPE html><html><body>Erreur 503</body></html>", "no column id"),
        (b"id;title;provider\n1;Web;Atelier\n", "no column modality"),
        (table(GOOD, 'a2;"Coup').encode(), "ends in the middle of a text in quotes"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_in_one_line(
    read: Read, content: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableCatalogue) as raised:
        read(content)
    assert reason in raised.value.detail
    assert "\n" not in raised.value.detail


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
        min_size=6,
        max_size=6,
    )
)
def test_any_cells_are_kept_or_refused_and_all_are_counted(read: Read, cells: list[str]) -> None:
    quoted = ";".join('"{}"'.format(cell.replace('"', '""')) for cell in cells)
    offers, report = read(table(quoted, GOOD))
    assert report.read == 2
    assert len(offers) + report.refused + report.out_of_scope == 2
