"""The sample catalogue: what it must hold, and when it is built again."""

import csv
import sqlite3
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.places import Place, load_finder
from bot.roles import Role
from bot.settings import Settings
from bot.trainings import Catalogue, ImportReport, Offer, import_offers
from bot.trainings import sample as samples
from bot.trainings.guides import load_guides
from bot.trainings.importers.csv_offers import CsvReader
from bot.trainings.importers.locating import Gazetteer
from bot.trainings.importers.territory import in_france
from bot.trainings.model import SAMPLE_SOURCE, Modality
from bot.trainings.scope import Scope, load_codes
from tests.trainings.offers import TODAY, offer


@pytest.fixture(scope="module")
def offers(roles: dict[str, Role]) -> list[Offer]:
    reader = CsvReader(
        path=samples.PATH,
        source=SAMPLE_SOURCE,
        scope=Scope(roles, codes=load_codes(roles=roles)),
        locate=Gazetteer(load_finder()).find,
        today=TODAY,
        sample=True,
    )
    report = ImportReport()
    found = list(reader(report))
    assert (report.refusals, report.out_of_scope) == ([], 0)
    return found


def test_every_offer_says_that_it_is_invented(offers: list[Offer]) -> None:
    assert len(offers) >= 150
    for found in offers:
        assert found.sample
        assert found.provider.endswith("(organisme fictif)")
        assert found.url.startswith("https://formations.example/")


def test_every_region_of_the_mainland_and_some_overseas_have_offers(offers: list[Offer]) -> None:
    finder = load_finder()
    with samples.PATH.open(encoding="utf-8") as file:
        texts = [row["place"] for row in csv.DictReader(file, delimiter=";") if row["place"]]
    places: list[Place] = [finder.find(text).places[0] for text in texts]
    towns = defaultdict(set)
    for place in places:
        towns[place.region_name].add(place.name)
    mainland = {place.region_name for place in places if not place.department_code.startswith("97")}
    assert len(mainland) == 13
    assert all(len(towns[region]) >= 2 for region in mainland)
    assert {place.department_code for place in places} >= {"974", "971", "972"}
    assert len(towns["Grand Est"]) >= 10


def test_every_role_has_offers_of_several_kinds(
    offers: list[Offer], roles: dict[str, Role]
) -> None:
    count = Counter(role for found in offers for role in found.role_ids)
    from_home = {
        r for found in offers if found.modality is not Modality.ON_SITE for r in found.role_ids
    }
    assert set(count) == from_home == set(roles)
    assert min(count.values()) >= 5


def test_there_is_something_for_everyone(offers: list[Offer]) -> None:
    assert Counter(found.modality for found in offers).keys() == set(Modality)
    without_diploma = {r for found in offers if found.entry_level is None for r in found.role_ids}
    assert len(without_diploma) >= 13
    assert sum(found.alternance for found in offers) >= 15
    assert sum(found.cost == 0 for found in offers) >= 50
    assert {label for found in offers for label in found.labels} == {
        label.name for label in load_guides().labels
    }


def test_every_offer_on_site_lies_in_france(offers: list[Offer]) -> None:
    for found in offers:
        if found.modality is not Modality.REMOTE:
            assert found.latitude is not None
            assert found.longitude is not None
            assert in_france(found.latitude, found.longitude)


def test_titles_and_descriptions_are_written_one_by_one(offers: list[Offer]) -> None:
    assert max(Counter(found.description for found in offers).values()) == 1
    assert all(len(found.description) > 40 for found in offers)
    assert max(Counter(found.title for found in offers).values()) == 1


def test_no_session_begins_before_the_sample_is_built_again(offers: list[Offer]) -> None:
    for found in offers:
        assert found.start_date is not None
        assert found.end_date is not None
        assert TODAY + timedelta(days=14) < found.start_date < found.end_date


def quiet(text: str) -> None:
    """Progress that nobody reads."""


def built_at(settings: Settings) -> datetime:
    return Catalogue(settings.catalogue_path).sources()[SAMPLE_SOURCE].imported_at


def age(path: Path, days: int) -> None:
    """Make the sample look as if it had been imported some days ago."""
    day = datetime.now(UTC) - timedelta(days=days)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE sources SET imported_at = ?", [day.isoformat()])
    connection.close()


def test_the_sample_is_built_once_and_again_when_its_dates_have_aged(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    said: list[str] = []
    samples.prepare(settings, say=said.append)
    samples.prepare(settings, say=said.append)
    assert len(said) == 1
    age(settings.catalogue_path, days=15)
    samples.prepare(settings, say=said.append)
    assert len(said) == 2
    assert built_at(settings).date() >= date.today() - timedelta(days=1)


def test_the_sample_stays_away_once_a_real_catalogue_is_there(
    tmp_path: Path, roles: dict[str, Role]
) -> None:
    settings = Settings(data_dir=tmp_path)
    samples.prepare(settings, say=quiet)
    import_offers(settings.catalogue_path, lambda r: [offer("a")], source="region", roles=roles)
    samples.prepare(settings, say=quiet)
    assert set(Catalogue(settings.catalogue_path).sources()) == {"region"}
