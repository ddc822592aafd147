"""What data/places promises, and what happens when it is wrong."""

import shutil
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.places import Place, PlaceKind, distance_km, load_places
from bot.places.loading import PLACES_DIR


@pytest.fixture(scope="module")
def places() -> dict[str, Place]:
    return {place.id: place for place in load_places()}


def test_a_degree_of_latitude_is_about_111_kilometres() -> None:
    assert distance_km(48.0, 6.0, 49.0, 6.0) == pytest.approx(111.195, abs=0.01)
    assert distance_km(49.1, 6.2, 49.1, 6.2) == 0.0
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015.1, abs=1)


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ("57463", "54395", 47.6),  # Metz, Nancy
        ("75056", "69123", 392),  # Paris, Lyon
        ("97411", "75056", 9370),  # Saint-Denis de La Réunion, Paris
    ],
)
def test_distances_between_known_towns(
    places: dict[str, Place], one: str, other: str, kilometres: float
) -> None:
    a, b = places[one], places[other]
    found = distance_km(a.latitude, a.longitude, b.latitude, b.longitude)
    assert found == pytest.approx(kilometres, rel=0.02)


def test_all_of_france_is_there(places: dict[str, Place]) -> None:
    kinds = [place.kind for place in places.values()]
    assert kinds.count(PlaceKind.COMMUNE) > 34_800
    assert kinds.count(PlaceKind.ARRONDISSEMENT) == 20 + 16 + 9
    assert kinds.count(PlaceKind.DEPARTMENT) == 101
    assert kinds.count(PlaceKind.REGION) == 13
    overseas = {p.department_code for p in places.values() if p.department_code.startswith("97")}
    assert overseas == {"971", "972", "973", "974", "976"}


def test_999_of_1000_communes_have_coordinates_of_their_own(
    places: dict[str, Place],
) -> None:
    communes = [p for p in places.values() if p.kind is PlaceKind.COMMUNE]
    assert sum(not commune.approximate for commune in communes) / len(communes) >= 0.999


def test_a_commune_and_its_departement_lie_together(places: dict[str, Place]) -> None:
    for place in places.values():
        if place.kind is PlaceKind.COMMUNE and place.department_code != "973":
            centre = places[f"D{place.department_code}"]
            apart = distance_km(place.latitude, place.longitude, centre.latitude, centre.longitude)
            assert apart < 130, place.label


@pytest.mark.parametrize(
    ("name", "code", "seat"),
    [
        ("Mauléon", "79079", "79049"),
        ("Saint-Cyprien", "66171", "66136"),
        ("Mons", "31355", "31555"),
    ],
)
def test_homonyms_are_not_taken_for_each_other(
    places: dict[str, Place], name: str, code: str, seat: str
) -> None:
    """A join by region and name puts these more than 200 kilometres away."""
    place, near = places[code], places[seat]
    assert place.name == name
    assert distance_km(place.latitude, place.longitude, near.latitude, near.longitude) < 40


def test_every_arrondissement_has_its_postal_code_and_coordinates(
    places: dict[str, Place],
) -> None:
    assert places["75113"].postal_codes == ("75013",)
    districts = [p for p in places.values() if p.kind is PlaceKind.ARRONDISSEMENT]
    assert not any(district.approximate for district in districts)


def test_labels_tell_namesakes_apart(places: dict[str, Place]) -> None:
    assert places["57463"].label == "Metz (57)"
    assert places["D57"].label == "Moselle"


def copied(to: Path) -> Path:
    folder = to / "places"
    shutil.copytree(PLACES_DIR, folder)
    return folder


def test_a_truncated_file_is_refused_with_its_name_and_the_mend(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    packed = folder / "communes.csv.gz"
    packed.write_bytes(packed.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"places.*scripts/build_places\.py"):
        load_places(folder)


def test_a_missing_file_is_refused_in_the_same_way(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "departements.csv").unlink()
    with pytest.raises(DataError, match="departements"):
        load_places(folder)
