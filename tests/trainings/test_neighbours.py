"""data/trainings/neighbours.yml, and what happens when it is wrong."""

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.trainings import load_neighbours


def test_every_role_has_neighbours(roles) -> None:
    neighbours = load_neighbours(roles)
    assert neighbours.keys() == roles.keys()
    assert all(1 <= len(near) == len(set(near)) for near in neighbours.values())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("webdesigner: [astronaute]", "'astronaute' is no role"),
        ("astronaute: [webdesigner]", "'astronaute' is no role"),
        ("webdesigner: [webdesigner]", "its own neighbour"),
        ("webdesigner: 3", "int"),
        ("- webdesigner", "list"),
        ("", "NoneType"),
        ("webdesigner: [", "parsing"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(
    roles, tmp_path: Path, content: str, reason: str
) -> None:
    path = tmp_path / "neighbours.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"neighbours\.yml") as caught:
        load_neighbours(roles, path)
    assert reason in caught.value.detail
