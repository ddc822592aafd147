from pathlib import Path

import pytest
import yaml

from bot.conversations import load_labels
from bot.errors import DataError
from bot.settings import PROJECT

TEXTS = yaml.safe_load((PROJECT / "data" / "texts" / "labels.yml").read_text(encoding="utf-8"))


def test_every_answer_has_a_french_name() -> None:
    labels = load_labels()
    assert labels.status("out_of_school") == "Sortie ou sorti de l'école"
    assert labels.level(4) == "Bac"
    assert labels.radius(0) == "À distance seulement"
    assert labels.radius(30) == "Environ 30 km"
    assert labels.radius(1000) == "Peut aller loin ou déménager"
    assert labels.vehicle(False) == "Sans permis ou sans voiture"


def test_what_was_not_answered_has_an_empty_name() -> None:
    labels = load_labels()
    answers = [labels.status(None), labels.level(None), labels.radius(None), labels.vehicle(None)]
    assert answers == ["", "", "", ""]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ("", "status"),
        ("- a list", "status"),
        (yaml.safe_dump(TEXTS | {"level": {4: "Bac"}}), "level: give '1'"),
        (yaml.safe_dump(TEXTS | {"equipment": None}), "equipment: give 'computer_and_internet'"),
        (yaml.safe_dump(TEXTS | {"unknown": ""}), "unknown"),
        ("status: [", "cannot be read"),
    ],
)
def test_a_missing_name_is_told_with_its_place(tmp_path: Path, texts: str, told: str) -> None:
    path = tmp_path / "labels.yml"
    path.write_text(texts, encoding="utf-8")
    with pytest.raises(DataError, match=told) as failure:
        load_labels(path)
    assert "labels.yml" in failure.value.detail


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_labels(tmp_path / "labels.yml")
