"""The catalogue file: imports that are whole or nothing, readers that see them at once."""

import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import CatalogueMissing
from bot.roles import Role
from bot.trainings import Catalogue, ImportReport, Offer, TrainingQuery, import_offers
from bot.trainings.model import SAMPLE_SOURCE
from tests.trainings.conftest import Build
from tests.trainings.offers import TODAY, offer


def ids(catalogue: Catalogue) -> set[str]:
    query = TrainingQuery(role_id="developpeur-web", today=TODAY, limit=1000)
    return {match.offer.id for match in catalogue.search(query)}


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"catalogue.db.lock"}


def test_an_offer_comes_back_as_it_went_in(build: Build) -> None:
    given = offer("a", labels=("Numéric'Emploi",), funding=("cpf",), cost=12.5, alternance=True)
    assert build(given).offer("region:a") == given


def test_an_offer_that_is_not_there_is_none(build: Build) -> None:
    assert build(offer("a")).offer("region:b") is None


def test_importing_again_updates_adds_and_withdraws(build: Build) -> None:
    build(offer("a"), offer("b"))
    catalogue = build(offer("b", title="Nouveau titre"), offer("c"))
    assert ids(catalogue) == {"region:b", "region:c"}
    updated = catalogue.offer("region:b")
    assert updated is not None
    assert updated.title == "Nouveau titre"


def test_the_report_tells_what_was_added_updated_and_withdrawn(
    build: Build, tmp_path: Path, roles: dict[str, Role]
) -> None:
    build(offer("a"), offer("b"))
    report = import_offers(
        tmp_path / "catalogue.db",
        lambda report: [offer("b"), offer("c"), offer("d")],
        source="region",
        roles=roles,
    )
    counts = report.to_json()
    assert (counts["added"], counts["updated"], counts["withdrawn"]) == (2, 1, 1)


def test_a_catalogue_of_an_older_version_is_read_and_takes_new_offers(
    build: Build, tmp_path: Path
) -> None:
    build(offer("a"))
    with sqlite3.connect(tmp_path / "catalogue.db") as connection:
        for column in ("area", "date_precision", "level_stated"):
            connection.execute(f"ALTER TABLE offers DROP COLUMN {column}")
    connection.close()
    catalogue = Catalogue(tmp_path / "catalogue.db")
    assert catalogue.offer("region:a") == offer("a")
    new = offer("b", source="metropole", level_stated=False, area=True)
    catalogue = build(new, source="metropole")
    assert catalogue.offer("region:a") == offer("a")
    assert catalogue.offer("metropole:b") == new


def test_what_a_killed_import_leaves_behind_harms_no_later_one(
    build: Build, tmp_path: Path
) -> None:
    build(offer("a"))
    for name in ("catalogue.db.new", "catalogue.db.new-journal", "catalogue.db.new-wal"):
        (tmp_path / name).write_bytes(os.urandom(9000))
    assert ids(build(offer("b"))) == {"region:b"}
    assert files(tmp_path) == {"catalogue.db"}


def test_several_sources_live_side_by_side(build: Build) -> None:
    build(offer("a"))
    catalogue = build(offer("a", source="metropole"), source="metropole")
    assert ids(catalogue) == {"region:a", "metropole:a"}
    assert {name: source.offers for name, source in catalogue.sources().items()} == {
        "region": 1,
        "metropole": 1,
    }


def test_a_catalogue_without_an_index_is_missing_and_an_import_mends_it(
    build: Build, tmp_path: Path
) -> None:
    build(offer("a"))
    with sqlite3.connect(tmp_path / "catalogue.db") as connection:
        connection.execute("DROP TABLE search_build")
    connection.close()
    with pytest.raises(CatalogueMissing, match="search_build"):
        Catalogue(tmp_path / "catalogue.db").sources()
    assert build(offer("b")).offer("region:b") is not None


def test_withdrawn_offers_leave_every_index(build: Build, tmp_path: Path) -> None:
    build(offer("a", title="Rarissime", role_ids=("data-analyst",)))
    build(offer("b"))
    with sqlite3.connect(tmp_path / "catalogue.db") as connection:
        count = "SELECT count(*) FROM"
        assert connection.execute(f"{count} offer_roles").fetchone() == (1,)
        assert connection.execute("SELECT role_id FROM search_roles").fetchall() == [
            ("developpeur-web",)
        ]
        words = f"{count} search_words WHERE search_words MATCH 'rarissime'"
        assert connection.execute(words).fetchone() == (0,)
    connection.close()


def test_the_examples_leave_with_the_first_real_offers(build: Build) -> None:
    build(offer("x", source=SAMPLE_SOURCE), source=SAMPLE_SOURCE)
    assert ids(build(source="vide")) == {"exemples:x"}
    assert ids(build(offer("a"))) == {"region:a"}


def test_an_import_that_fails_leaves_the_old_file_byte_for_byte(
    build: Build, tmp_path: Path, roles: dict[str, Role]
) -> None:
    catalogue = build(offer("a"))
    before = (tmp_path / "catalogue.db").read_bytes()

    def broken(report: ImportReport) -> Iterator[Offer]:
        yield offer("b")
        raise ValueError("cut off")

    with pytest.raises(ValueError, match="cut off"):
        import_offers(tmp_path / "catalogue.db", broken, source="region", roles=roles)
    assert (tmp_path / "catalogue.db").read_bytes() == before
    assert files(tmp_path) == {"catalogue.db"}
    assert ids(catalogue) == {"region:a"}


def _endless(path: Path, roles: dict[str, Role]) -> None:
    def offers(report: ImportReport) -> Iterator[Offer]:
        number = 0
        while True:
            number += 1
            yield offer(str(number))

    import_offers(path, offers, source="region", roles=roles)


def test_an_import_that_is_killed_leaves_the_old_file_and_hinders_no_other(
    build: Build, tmp_path: Path, roles: dict[str, Role]
) -> None:
    catalogue = build(offer("a"))
    path = tmp_path / "catalogue.db"
    before = path.read_bytes()
    importer = multiprocessing.get_context("spawn").Process(target=_endless, args=(path, roles))
    importer.start()
    deadline = time.monotonic() + 30
    beside = tmp_path / "catalogue.db.new"
    while not beside.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert beside.exists()
    assert importer.pid is not None
    os.kill(importer.pid, signal.SIGKILL)
    importer.join()
    importer.close()
    assert path.read_bytes() == before
    assert ids(catalogue) == {"region:a"}
    assert ids(build(offer("b"))) == {"region:b"}
    assert files(tmp_path) == {"catalogue.db"}


def test_two_imports_at_once_lose_nothing(tmp_path: Path, roles: dict[str, Role]) -> None:
    path = tmp_path / "catalogue.db"

    def one(source: str) -> None:
        import_offers(path, lambda report: [offer("a", source=source)], source=source, roles=roles)

    names = [f"source{n}" for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, names))
    assert set(Catalogue(path).sources()) == set(names)


def test_readers_in_several_threads_see_a_new_file_at_once(build: Build) -> None:
    catalogue = build(offer("a"))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: ids(catalogue), range(40))) == [{"region:a"}] * 40
        build(offer("b"))
        assert list(pool.map(lambda _: ids(catalogue), range(40))) == [{"region:b"}] * 40


def test_a_catalogue_that_is_absent_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogueMissing):
        ids(Catalogue(tmp_path / "catalogue.db"))
    assert files(tmp_path) == set()


@pytest.mark.parametrize("content", [b"", b"<html>", b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_corrupt_catalogue_says_so_and_is_never_written_over(
    tmp_path: Path, roles: dict[str, Role], content: bytes
) -> None:
    path = tmp_path / "catalogue.db"
    path.write_bytes(content)
    with pytest.raises(CatalogueMissing):
        ids(Catalogue(path))
    if content:
        with pytest.raises(CatalogueMissing, match="move it away"):
            import_offers(path, lambda report: [offer("a")], source="region", roles=roles)
        assert path.read_bytes() == content


def test_a_catalogue_put_back_in_place_of_a_corrupt_one_is_read_again(
    build: Build, tmp_path: Path
) -> None:
    catalogue, path = build(offer("a")), tmp_path / "catalogue.db"
    assert ids(catalogue) == {"region:a"}
    away = path.rename(tmp_path / "away.db")
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(CatalogueMissing):
        catalogue.sources()
    away.replace(path)
    assert ids(catalogue) == {"region:a"}


def test_a_file_that_was_absent_is_found_once_it_is_there(
    tmp_path: Path, roles: dict[str, Role]
) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.db")
    with pytest.raises(CatalogueMissing):
        catalogue.sources()
    import_offers(tmp_path / "catalogue.db", lambda r: [offer("a")], source="region", roles=roles)
    assert ids(catalogue) == {"region:a"}


def test_the_reading_connection_cannot_write(build: Build) -> None:
    catalogue = build(offer("a"))
    with pytest.raises(CatalogueMissing, match="readonly"), catalogue._connection() as connection:
        connection.execute("DELETE FROM offers")
