"""The open data of Mon Compte Formation: recognised by its columns, a département and no dates."""

from datetime import date
from pathlib import Path

import pytest

from bot.places import PlaceFinder
from bot.trainings.importers import open_catalogue
from bot.trainings.model import Modality, Offer, Precision
from bot.trainings.report import ImportReport
from bot.trainings.scope import Scope
from tests.trainings.offers import TODAY

COLUMNS = {
    "date_extract": "2026-11-20",
    "nom_of": "ATELIER DES TESTS",
    "nom_departement": "Moselle",
    "nom_region": "Grand Est",
    "type_referentiel": "RNCP",
    "code_inventaire": "",
    "code_rncp": "37674",
    "intitule_certification": "Développeur web et web mobile",
    "libelle_niveau_sortie_formation": "NIVEAU 5",
    "code_formacode_1": "31090",
    "siret": "11111111111111",
    "numero_formation": "11111111111111_DWWM",
    "intitule_formation": "Développeur web &amp; web mobile",
    "points_forts": "<p>Petits groupes</p>",
    "nb_action": "3",
    "nb_session_active": "4",
    "nb_session_a_distance": "0",
    "nombre_heures_total_mean": "812.5",
    "frais_ttc_tot_mean": "6 500,00",
    "code_departement": "57",
    "code_region": "44",
}


@pytest.fixture
def read(tmp_path: Path, scope: Scope, finder: PlaceFinder):
    def reading(*rows: dict[str, str], delimiter: str = ";") -> tuple[list[Offer], ImportReport]:
        path = tmp_path / "mcf.csv"
        lines = [delimiter.join(COLUMNS)]
        lines += [delimiter.join(f'"{v}"' for v in (COLUMNS | row).values()) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
        report = ImportReport()
        reader = open_catalogue(path, source="mcf", scope=scope, finder=finder, today=TODAY)
        return list(reader(report)), report

    return reading


def test_every_column_reaches_the_offer(read) -> None:
    (found,), report = read({})
    assert (report.read, report.kept_by) == (1, {"rncp": 1})
    assert found == Offer(
        id="mcf:11111111111111_DWWM/57",
        title="Développeur web & web mobile",
        provider="ATELIER DES TESTS",
        role_ids=("developpeur-web",),
        modality=Modality.ON_SITE,
        place_name="Moselle",
        latitude=found.latitude,
        longitude=found.longitude,
        area=True,
        date_precision=Precision.UNKNOWN,
        hours=812,
        level_stated=False,
        exit_level=5,
        cost=6500.0,
        funding=("cpf",),
        description="Petits groupes",
        source="mcf",
        updated_at=date(2026, 11, 20),
    )
    assert found.latitude == pytest.approx(49.0, abs=0.3)


@pytest.mark.parametrize(
    ("active", "distant", "modalities"),
    [
        ("4", "0", [Modality.ON_SITE]),
        ("4", "4", [Modality.REMOTE]),
        ("4", "1", [Modality.REMOTE, Modality.ON_SITE]),
        ("", "", [Modality.ON_SITE]),
        ("0", "0", []),
    ],
)
def test_sessions_at_a_distance_are_offers_of_their_own(read, active, distant, modalities) -> None:
    offers, report = read({"nb_session_active": active, "nb_session_a_distance": distant})
    assert [found.modality for found in offers] == modalities
    assert report.over == (0 if modalities else 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"intitule_formation": ""}, "intitule_formation: missing"),
        ({"nom_of": "x" * 301}, "nom_of: longer than 300 characters"),
        ({"code_departement": "99"}, "code_departement: unknown"),
        ({"frais_ttc_tot_mean": "cher"}, "frais_ttc_tot_mean: must be a number"),
        ({"date_extract": "hier"}, "date_extract: must be a date like 2027-01-31"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_are_kept(read, row, reason) -> None:
    offers, report = read(row, {"code_departement": "2A"})
    assert [found.place_name for found in offers] == ["Corse-du-Sud"]
    assert report.reasons == {reason: 1}


def test_a_training_listed_twice_in_a_departement_is_kept_once(read) -> None:
    offers, report = read({}, {}, {"code_departement": "974"})
    assert len(offers) == 2
    assert report.reasons == {"numero_formation: used twice": 1}


def test_other_trainings_are_out_of_scope_by_their_codes(read) -> None:
    bakery = {
        "code_rncp": "37537",
        "code_formacode_1": "21538",
        "intitule_formation": "CAP boulanger",
    }
    offers, report = read(bakery)
    assert (offers, report.out_of_scope_by) == ([], {"formacode": 1})


def test_any_delimiter_is_found_out(read) -> None:
    assert len(read({"frais_ttc_tot_mean": "6500"}, delimiter=",")[0]) == 1
