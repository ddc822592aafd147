"""``declic trainings search``: what it answers, and what it refuses in one line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import Settings
from bot.trainings import sample


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample catalogue."""
    folder = tmp_path_factory.mktemp("search")
    sample.prepare(Settings(data_dir=folder), say=lambda text: None)
    return folder


def search(data_dir: Path, *arguments: str, role: str = "developpeur-web") -> Result:
    return CliRunner().invoke(
        main,
        ["trainings", "search", "--role", role, *arguments],
        env={"DECLIC_DATA_DIR": str(data_dir)},
    )


def found(data_dir: Path, *arguments: str) -> list[dict]:
    result = search(data_dir, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("place", ["Metz", "57000", "Lyon 3e", "Moselle", "autour de metz", "2A"])
def test_a_place_is_said_in_many_ways(data_dir: Path, place: str) -> None:
    assert found(data_dir, "--place", place, "--radius", "300")


def test_filters_leave_only_what_they_say(data_dir: Path) -> None:
    everywhere = ("--place", "Metz", "--radius", "1000", "--limit", "100")
    everything = found(data_dir, *everywhere)
    for option, keeps in {
        "--free": lambda one: one["cost"] == 0,
        "--mixed": lambda one: one["modality"] == "mixed",
        "--remote": lambda one: one["modality"] == "remote",
    }.items():
        left = found(data_dir, *everywhere, option)
        assert left
        assert len(left) < len(everything)
        assert all(map(keeps, left))
    later = found(data_dir, *everywhere, "--offset", "3")
    assert [one["id"] for one in later] == [one["id"] for one in everything[3:]]


@pytest.mark.parametrize("radius", ["0", "1e300", "inf"])
def test_a_radius_of_nothing_or_of_no_limit_is_one(data_dir: Path, radius: str) -> None:
    modalities = {one["modality"] for one in found(data_dir, "--place", "Metz", "--radius", radius)}
    assert modalities == {"remote"} if radius == "0" else "on_site" in modalities


REFUSED = [
    (("--place", "Metz", "--radius", "-5"), "--radius"),
    (("--place", "Metz", "--radius", "nan"), "--radius"),
    (("--place", "Metz", "--radius", "x"), "--radius"),
    (("--place", "Metz", "--status", "rich"), "--status"),
    (("--place", "Metz", "--limit", "0"), "--limit"),
    (("--place", "Metz", "--starts-before", "demain"), "--starts-before"),
    (("--place", "Saint-Martin"), "add the département"),
    (("--place", ""), "no place"),
    (("--place", "x" * 10_000), "no place"),
    (("--place", "' OR 1=1; DROP TABLE offers; --"), "no place"),
]


@pytest.mark.parametrize(("arguments", "reason"), REFUSED)
def test_what_makes_no_sense_is_refused_in_one_line(
    data_dir: Path, arguments: tuple[str, ...], reason: str
) -> None:
    result = search(data_dir, *arguments)
    assert result.exit_code in (1, 2)
    assert reason in result.stderr
    assert len(result.stderr.splitlines()[-1]) < 200


def test_an_unknown_role_is_refused(data_dir: Path) -> None:
    result = search(data_dir, "--place", "Metz", role="astronaute")
    assert result.exit_code == 1
    assert "data/jobs" in result.stderr


@pytest.mark.parametrize("text", ['"', "title:web", "a NEAR b", "' OR 1=1", "*", "é" * 10_000])
def test_syntax_in_the_words_is_only_words(data_dir: Path, text: str) -> None:
    assert isinstance(found(data_dir, "--place", "Metz", "--text", text), list)
