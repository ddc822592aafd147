"""Roles near a role: data/trainings/neighbours.yml, for when nothing is near the person."""

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Final

import yaml

from bot.errors import DataError
from bot.trainings.guides import FOLDER

PATH: Final = FOLDER / "neighbours.yml"

Neighbours = Mapping[str, tuple[str, ...]]
"""For a role's id, those of its neighbours, the nearest first."""


def load_neighbours(roles: Container[str], path: Path = PATH) -> Neighbours:
    """The file; ``DataError`` names what is no role, or no list of roles."""
    try:
        lines = yaml.safe_load(path.read_text(encoding="utf-8"))
        neighbours = {str(role): tuple(map(str, near)) for role, near in lines.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise DataError(f"{path}: {' '.join(str(error).split())}") from error
    for role, near in neighbours.items():
        for name in (role, *near):
            if name not in roles:
                raise DataError(f"{path}: {role}: {name!r} is no role")
        if role in near:
            raise DataError(f"{path}: {role}: is its own neighbour")
    return neighbours
