"""``declic trainings import`` and ``evaluate``, as an operator runs them."""

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.importing import report_path
from bot.settings import Settings
from bot.trainings import Catalogue
from tests.trainings.lheo_files import FORMATION, FULL, with_change, with_element


@pytest.fixture
def declic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DECLIC_DATA_DIR", str(tmp_path / "var"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["trainings", *arguments])

    return run


def counts(result: Result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_file_is_imported_whatever_its_name_says(declic, tmp_path: Path) -> None:
    path = tmp_path / "offres.csv"
    path.write_text(FULL, encoding="utf-8")
    done = counts(declic("import", str(path)))
    assert (done["read"], done["kept"], done["added"]) == (1, 1, 1)
    assert done["kept_by"] == {"rncp": 1}
    assert set(Catalogue(tmp_path / "var" / "catalogue.db").sources()) == {"offres"}


def test_each_source_says_how_fresh_it_is(declic, tmp_path: Path) -> None:
    path = tmp_path / "lheo.xml"
    path.write_text(FULL, encoding="utf-8-sig")
    for source in ("region", "metropole"):
        declic("import", str(path), "--source", source)
    rows = json.loads(declic("sources").stdout)
    assert {row["source"]: row["offers"] for row in rows} == {"region": 1, "metropole": 1}
    for row in rows:
        age = datetime.now(UTC) - datetime.fromisoformat(row["imported_at"])
        assert age < timedelta(hours=1)


def test_refused_records_are_listed_in_a_file(declic, tmp_path: Path) -> None:
    path = tmp_path / "lheo.xml"
    bad = with_element("debut", "demain", FORMATION).replace('numero="F1"', 'numero="F2"')
    path.write_text(with_change("</offres>", f"{bad}</offres>"), encoding="utf-8")
    done = counts(declic("import", str(path), "--source", "Région / Grand Est"))
    assert (done["kept"], done["refused"]) == (1, 1)
    with Path(done["report"]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert rows == [
        {
            "number": "2",
            "reference": "F2/A1/S1",
            "reason": "debut: must be a date like 20270131",
        }
    ]


def test_a_report_stays_in_its_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    for source in ("../../etc/passwd", "..", "a/b", "", "x" * 500):
        assert report_path(settings, source).parent == tmp_path / "imports"


def test_a_file_that_is_no_catalogue_costs_one_line_and_exit_code_1(declic, tmp_path: Path) -> None:
    path = tmp_path / "lheo.xml"
    path.write_text(FULL, encoding="utf-8")
    assert declic("import", str(path)).exit_code == 0
    path.write_text(FULL[:-20], encoding="utf-8")
    result = declic("import", str(path))
    assert result.exit_code == 1
    assert len(result.output.strip().splitlines()) == 1
    assert "cut" in result.output
    assert Catalogue(tmp_path / "var" / "catalogue.db").sources()["lheo"].offers == 1


def test_a_file_without_offers_changes_nothing_unless_told(declic, tmp_path: Path) -> None:
    path = tmp_path / "lheo.xml"
    path.write_text(FULL, encoding="utf-8")
    declic("import", str(path))
    path.write_text("<lheo><offres/></lheo>", encoding="utf-8")
    assert counts(declic("import", str(path)))["unchanged"]
    assert counts(declic("import", str(path), "--allow-empty"))["withdrawn"] == 1


def test_titles_are_read_by_names_alone_while_the_matching_is_not_trained(
    declic, tmp_path: Path
) -> None:
    path = tmp_path / "offres.csv"
    path.write_text(
        "id;title;provider;modality\n1;Développeur web;A;remote\n2;Parcours numérique;A;remote\n",
        encoding="utf-8",
    )
    result = declic("import", str(path))
    assert "declic prepare" in result.stderr
    done = counts(result)
    assert (done["kept"], done["out_of_scope"]) == (1, 1)


def test_the_precision_on_labelled_titles_is_printed(declic, monkeypatch) -> None:
    monkeypatch.delenv("DECLIC_DATA_DIR")
    result = declic("evaluate")
    assert result.exit_code == 0
    assert re.search(r"held_out +\d+ titles, \d+ digital: precision \d\.\d{3}", result.stdout)
