"""Trainings for a person, from the sample catalogue built for the test."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.dialogue.advice import SHOWN, Advice, TrainingPage
from bot.dialogue.wishes import FILTERS
from bot.errors import CatalogueMissing
from bot.person import ANYWHERE_KM, Profile
from bot.places import load_finder
from bot.roles import load_roles
from bot.settings import Settings
from bot.trainings import Catalogue, Modality, Offer, import_offers, load_neighbours, sample

METZ = "57463"


@pytest.fixture(scope="module")
def advice(tmp_path_factory: pytest.TempPathFactory) -> Advice:
    settings = Settings(data_dir=tmp_path_factory.mktemp("catalogue"))
    sample.prepare(settings, say=lambda text: None)
    return Advice(
        catalogue=Catalogue(settings.catalogue_path),
        places=load_finder(),
        neighbours=load_neighbours(load_roles(settings.roles_dir)),
    )


def page(
    advice: Advice,
    mode: str = "near",
    offset: int = 0,
    filters: tuple[str, ...] = (),
    role_id: str = "developpeur-web",
    **known: object,
) -> TrainingPage:
    profile = Profile(**({"place_id": METZ, "level": 4} | known))  # type: ignore[arg-type]
    return advice.trainings(profile, role_id=role_id, mode=mode, offset=offset, filters=filters)


def ids(page: TrainingPage) -> list[str]:
    return [match.offer.id for match in page.matches]


def test_a_page_holds_what_fits_a_phone_and_says_that_offers_are_examples(advice) -> None:
    first = page(advice, radius_km=ANYWHERE_KM)
    assert len(first.matches) == SHOWN
    assert first.explanation == "anywhere"
    assert first.sample


def test_the_next_page_goes_on_without_repeating(advice) -> None:
    first, second = (page(advice, offset=offset, radius_km=ANYWHERE_KM) for offset in (0, SHOWN))
    assert not set(ids(first)) & set(ids(second))
    assert second.explanation == "others"


def test_after_the_last_offer_there_is_none_left(advice) -> None:
    last = page(advice, offset=10_000)
    assert last.matches == ()
    assert last.explanation == "none_left"
    assert not last.sample


@pytest.mark.parametrize("known", [{"radius_km": 0}, {"mode": "remote"}])
def test_remote_only_shows_remote_offers_and_says_so(advice, known) -> None:
    found = page(advice, **known)
    assert found.explanation == "remote"
    assert {match.offer.modality for match in found.matches} == {Modality.REMOTE}


def test_near_offers_lie_within_the_radius(advice) -> None:
    found = page(advice, radius_km=300)
    assert found.explanation == "near"
    near = [match for match in found.matches if match.distance_km is not None]
    assert near
    assert all(match.distance_km <= 300 and not match.beyond for match in near)


def test_farther_shows_what_lies_beyond_the_radius(advice) -> None:
    found = page(advice, mode="farther", radius_km=50)
    assert found.explanation == "farther"
    assert found.matches
    assert all(match.distance_km > 50 for match in found.matches)


def test_nothing_within_the_radius_shows_the_nearest_beyond_and_says_so(advice) -> None:
    found = page(advice, place_id="2A004", radius_km=5)
    assert found.explanation == "beyond"
    assert found.matches[0].beyond


@pytest.mark.parametrize("place_id", [None, "gone-since"])
def test_without_a_place_no_distance_is_claimed(advice, place_id) -> None:
    found = page(advice, place_id=place_id)
    assert found.explanation == "near_unplaced"
    assert all(match.distance_km is None for match in found.matches)


FITS = {
    "free": lambda offer: offer.cost == 0,
    "without_diploma": lambda offer: offer.entry_level is None or not offer.level_required,
    "alternance": lambda offer: offer.alternance,
    "mixed": lambda offer: offer.modality is Modality.MIXED,
    "on_site": lambda offer: offer.modality is Modality.ON_SITE,
    "soon": lambda offer: (
        offer.start_date is None or offer.start_date <= date.today() + timedelta(days=90)
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_leaves_only_what_it_names(advice, name: str) -> None:
    found = page(advice, radius_km=ANYWHERE_KM, filters=(name,))
    assert found.matches
    assert all(FITS[name](match.offer) for match in found.matches)
    assert found.filters == (name,)
    assert found.offered == ()


def test_only_filters_that_leave_something_are_offered(advice) -> None:
    offered = page(advice, radius_km=ANYWHERE_KM).offered
    assert offered
    for name in offered:
        assert page(advice, radius_km=ANYWHERE_KM, filters=(name,)).matches
    assert page(advice, mode="farther", radius_km=ANYWHERE_KM).offered == ()


def test_filters_that_leave_nothing_are_said_to_be_the_reason(advice) -> None:
    found = page(advice, mode="remote", filters=("on_site",))
    assert found.matches == ()
    assert found.explanation == "none_with_filters"


def test_a_neighbouring_role_is_named_only_when_nothing_is_near(advice) -> None:
    near = page(advice, radius_km=50)
    assert near.explanation == "near"
    assert near.neighbours == ()
    elsewhere = page(advice, radius_km=10, role_id="data-engineer")
    assert elsewhere.explanation in {"beyond", "remote_instead"}
    assert elsewhere.neighbours
    for role_id in elsewhere.neighbours:
        found = page(advice, radius_km=10, role_id=role_id)
        assert found.matches[0].distance_km <= 10
    assert page(advice, mode="remote", role_id="data-engineer").neighbours == ()


def test_when_every_offer_is_closed_to_the_person_the_page_says_so(tmp_path: Path) -> None:
    roles = load_roles(Settings().roles_dir)
    path = tmp_path / "catalogue.db"
    master = Offer(
        id="region:1",
        title="Mastère web",
        provider="Test",
        role_ids=("developpeur-web",),
        modality=Modality.REMOTE,
        entry_level=6,
        source="region",
    )
    import_offers(path, lambda report: [master], source="region", roles=roles)
    advice = Advice(catalogue=Catalogue(path), places=load_finder(), neighbours={})
    assert page(advice).explanation == "closed"


def test_an_area_is_searched_over_its_own_extent(advice) -> None:
    found = page(advice, place_id="D57", radius_km=10)
    assert found.matches[0].about
    assert not found.matches[0].beyond


def test_an_offer_is_found_by_its_id_until_it_is_gone(advice) -> None:
    offer_id = ids(page(advice))[0]
    assert advice.offer(offer_id).id == offer_id
    assert advice.offer("gone-since") is None


def test_without_a_catalogue_the_error_says_so(tmp_path: Path) -> None:
    advice = Advice(
        catalogue=Catalogue(tmp_path / "catalogue.db"), places=load_finder(), neighbours={}
    )
    with pytest.raises(CatalogueMissing):
        page(advice)
