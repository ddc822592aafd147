"""Rasa's own validation and dialogue tests, in the Rasa environment."""

from pathlib import Path

import pytest

from bot.dialogue import engine
from bot.settings import Settings
from tests.rasa_environment import rasa_python

pytestmark = pytest.mark.rasa


def test_rasa_finds_the_data_valid() -> None:
    run = rasa_python(
        *("-m", "engine", "data", "validate", "--fail-on-warnings"),
        *("--domain", "domain", "--data", "data/nlu", "data/dialogue"),
    )
    assert "No story structure conflicts found" in run.stdout + run.stderr
    assert "ERROR" not in run.stdout + run.stderr


def test_the_dialogue_tests_of_rasa_pass(tmp_path: Path) -> None:
    run = rasa_python(
        *("-m", "engine", "test", "core", "--e2e", "--no-plot", "--fail-on-prediction-errors"),
        *("--model", str(engine.model_path(Settings()))),
        *("--stories", "tests/dialogue/stories", "--out", str(tmp_path)),
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert (tmp_path / "story_report.json").exists()
