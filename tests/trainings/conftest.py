"""Roles, places and catalogues for the tests of trainings: real files, nothing shared."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.places import PlaceFinder, load_finder
from bot.roles import Role, load_roles
from bot.settings import Settings
from bot.trainings import Catalogue, ImportReport, import_offers
from bot.trainings.importers import open_catalogue
from bot.trainings.importers.csv_offers import CsvReader
from bot.trainings.model import Offer
from bot.trainings.scope import Scope, load_codes
from tests.trainings.offers import TODAY, locate


@pytest.fixture(scope="session")
def roles() -> dict[str, Role]:
    return load_roles(Settings().roles_dir)


Build = Callable[..., Catalogue]


@pytest.fixture
def build(tmp_path: Path, roles: dict[str, Role]) -> Build:
    """A catalogue of the offers given."""

    def make(*offers: Offer, source: str = "region") -> Catalogue:
        path = tmp_path / "catalogue.db"
        import_offers(path, lambda report: offers, source=source, roles=roles, allow_empty=True)
        return Catalogue(path)

    return make


Read = Callable[..., tuple[list[Offer], ImportReport]]


@pytest.fixture
def read(tmp_path: Path, roles: dict[str, Role]) -> Read:
    """What the CSV reader makes of a text or of bytes."""

    def reading(content: str | bytes) -> tuple[list[Offer], ImportReport]:
        path = tmp_path / "offres.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        reader = CsvReader(
            path=path,
            source="region",
            scope=Scope(roles, codes=load_codes(roles=roles)),
            locate=locate,
            today=TODAY,
        )
        report = ImportReport()
        return list(reader(report)), report

    return reading


@pytest.fixture(scope="session")
def scope(roles: dict[str, Role]) -> Scope:
    """Codes, and titles that name a role; no matching."""
    return Scope(roles, codes=load_codes(roles=roles))


@pytest.fixture(scope="session")
def finder() -> PlaceFinder:
    return load_finder()


ReadLheo = Callable[[str | bytes], tuple[list[Offer], ImportReport]]


@pytest.fixture
def read_lheo(tmp_path: Path, scope: Scope, finder: PlaceFinder) -> ReadLheo:
    """What is made of an LHEO document."""

    def reading(content: str | bytes) -> tuple[list[Offer], ImportReport]:
        path = tmp_path / "offres.xml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        reader = open_catalogue(path, source="region", scope=scope, finder=finder, today=TODAY)
        report = ImportReport()
        return list(reader(report)), report

    return reading
