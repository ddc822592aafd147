"""Places as people say them, against the places of data/places."""

import csv
from pathlib import Path

import pytest

from bot.places import Place, PlaceFinder, PlaceKind, Resolution, load_places
from bot.places.names import Words

SAID = Path(__file__).with_name("places_said.tsv")
LATER = Path(__file__).with_name("places_said_later.tsv")
LEAST_SHARE = 0.99


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in lines if not row[0].startswith("#")]


def is_right(found: Resolution, expected: str) -> bool:
    labels = [place.label for place in found.places]
    sign, wanted = expected[0], [label for label in expected[1:].split(";") if label]
    match sign:
        case "=":
            return found.certain and labels[:1] == wanted
        case "?":
            return not found.certain and bool(labels) and set(wanted) <= set(labels)
        case "~":
            return labels[:1] == wanted
        case _:
            return not labels


@pytest.mark.parametrize(("text", "expected"), rows(SAID))
def test_a_place_is_understood_asked_about_or_left_alone(
    finder: PlaceFinder, text: str, expected: str
) -> None:
    found = finder.find(text)
    assert is_right(found, expected), (found.certain, [place.label for place in found.places])


def test_at_least_95_of_100_other_texts_are_understood_too(finder: PlaceFinder) -> None:
    wrong = [row for row in rows(LATER) if not is_right(finder.find(row[0]), row[1])]
    assert 1 - len(wrong) / len(rows(LATER)) >= 0.95, wrong


def towns() -> list[Place]:
    return [p for p in load_places() if p.kind is PlaceKind.COMMUNE and p.population > 1000]


def test_99_of_100_communes_over_1000_inhabitants_are_found_by_their_name(
    finder: PlaceFinder,
) -> None:
    all_ = towns()
    found = [p for p in all_ if p in finder.find(p.name).places]
    known = [p for p in all_ if p.name in {q.name for q in finder.find(p.name).places}]
    assert len(known) / len(all_) >= LEAST_SHARE
    assert len(found) / len(all_) >= LEAST_SHARE


def test_99_of_100_are_certain_with_their_departement(finder: PlaceFinder) -> None:
    all_ = towns()
    certain = [p for p in all_ if finder.find(f"{p.name} {p.department_code}") == only(p)]
    assert len(certain) / len(all_) >= LEAST_SHARE


def only(place: Place) -> Resolution:
    return Resolution(places=(place,), certain=True)


def test_every_postal_code_leads_to_a_place_of_that_code(finder: PlaceFinder) -> None:
    for place in towns():
        for code in place.postal_codes:
            found = finder.find(code).places
            assert found
            assert all(code in p.postal_codes for p in found)


def test_99_of_100_postal_codes_of_a_town_propose_it(finder: PlaceFinder) -> None:
    asked = [(town, code) for town in towns() for code in town.postal_codes]
    proposed = [
        any(p == town or p.kind is PlaceKind.ARRONDISSEMENT for p in finder.find(code).places)
        for town, code in asked
    ]
    assert sum(proposed) / len(proposed) >= LEAST_SHARE


def test_communes_far_apart_under_one_postal_code_are_asked_about(finder: PlaceFinder) -> None:
    assert not finder.find("04200").certain
    assert finder.find("57000").certain


def test_at_most_five_candidates_are_named_largest_first(finder: PlaceFinder) -> None:
    found = finder.find("Saint-Martin")
    assert not found.certain
    assert 2 <= len(found.places) <= 5
    inhabitants = [place.population for place in found.places]
    assert inhabitants == sorted(inhabitants, reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "é" * 10_000,
        "x " * 5_000,
        "/restart",
        '{"a": 1}',
        "' OR 1=1 --",
        '" NEAR "',
    ],
)
def test_what_names_no_place_gives_none(finder: PlaceFinder, text: str) -> None:
    assert finder.find(text) == Resolution()


def test_a_place_at_the_beginning_of_a_long_text_is_found(finder: PlaceFinder) -> None:
    assert finder.find("Metz. " + "blabla " * 2_000).places[0].label == "Metz (57)"


def village(id_: str, name: str, population: int) -> Place:
    return Place(
        id=id_,
        name=name,
        kind=PlaceKind.COMMUNE,
        department_code="57",
        department_name="Moselle",
        region_code="44",
        region_name="Grand Est",
        latitude=49.0,
        longitude=6.0,
        population=population,
    )


def test_a_town_is_meant_by_its_name_when_its_namesakes_are_twenty_times_smaller() -> None:
    no_words = Words(
        lead_in=frozenset(),
        locative=frozenset(),
        lives=frozenset(),
        ordinary=frozenset(),
        elsewhere=frozenset(),
    )
    town, hamlet, rival = (
        village("1", "Ancy", 40_000),
        village("2", "Ancy", 2_000),
        village("3", "Ancy", 2_001),
    )
    area = Place(
        id="D57",
        name="Moselle",
        kind=PlaceKind.DEPARTMENT,
        department_code="57",
        department_name="Moselle",
        region_code="44",
        region_name="Grand Est",
        latitude=49.0,
        longitude=6.0,
    )
    assert PlaceFinder([town, hamlet, area], words=no_words).find("ancy").certain
    assert not PlaceFinder([town, rival, area], words=no_words).find("ancy").certain
