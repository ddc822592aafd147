from pathlib import Path
from typing import Any

import pytest

from bot.roles import Role, load_roles
from bot.settings import PROJECT


@pytest.fixture(scope="session")
def jobs_dir() -> Path:
    return PROJECT / "data" / "jobs"


@pytest.fixture(scope="session")
def roles(jobs_dir: Path) -> dict[str, Role]:
    """The first catalogue, as the project ships it."""
    return load_roles(jobs_dir)


@pytest.fixture
def sheet() -> dict[str, Any]:
    """A complete sheet of a role that the first catalogue does not have."""
    return {
        "id": "pilote-drone",
        "label": {"feminine": "Pilote de drone", "masculine": "Pilote de drone"},
        "rome": ["N2102"],
        "family": "donnees",
        "summary": "Vous filmez et mesurez depuis le ciel.",
        "what": ["Vous volez.", "Vous filmez.", "Vous mesurez."],
        "day": " ".join(["vol"] * 60),
        "tasks": ["Préparer", "Voler", "Filmer", "Mesurer", "Ranger"],
        "tools": ["Drone", "Caméra", "Carte", "Radio"],
        "qualities": ["Le calme", "La précision", "La prudence", "La vue"],
        "dislikes": ["La pluie", "Le vent", "La route"],
        "aliases": [f"Télépilote {number}" for number in range(8)],
        "entry": {"level": 4, "text": "Un brevet.", "without_diploma": "Le même brevet."},
        "telework": {"level": "none", "text": "Dehors."},
        "salary": {"low": 1500, "high": 1900, "unit": "€", "source": "exemple", "year": 2025},
        "prospects": {"demand": "low", "text": "Peu de postes."},
        "examples": {
            "background": [f"J'ai volé {number} fois." for number in range(10)],
            "motivations": [f"Voler {number} fois encore." for number in range(10)],
        },
    }
