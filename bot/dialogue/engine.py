"""The Rasa environment as seen from here: its Python, its trained model, its command line."""

import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bot.errors import DeclicError
from bot.settings import PROJECT, Settings

ENVIRONMENT: Final = PROJECT / ".venv-dialogue"
_SOURCES: Final = ("config.yml", "domain", "data/nlu", "data/dialogue", "requirements/dialogue.txt")


class EngineMissing(DeclicError):
    """The Rasa environment has not been made, or the model has not been trained."""

    code = "engine"


class TrainingFailed(DeclicError):
    """Rasa refused the training data, or failed to train."""

    code = "training"


def python() -> Path:
    """Python of the Rasa environment; EngineMissing when it has not been made."""
    path = ENVIRONMENT / "bin" / "python"
    if not path.exists():
        raise EngineMissing("the Rasa environment is missing; run `make setup`")
    return path


def model_path(settings: Settings) -> Path:
    """Where the model trained from the present sources is, or will be."""
    return settings.dialogue_models_dir / f"{_digest()[:16]}.tar.gz"


def environment(settings: Settings) -> dict[str, str]:
    """Environment variables that engine/ and endpoints.yml read."""
    return {
        "DECLIC_ACTIONS_PORT": str(settings.actions_port),
        "DECLIC_TRACKER_DB": str(settings.tracker_path.resolve()),
        "RASA_TELEMETRY_ENABLED": "false",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "PYTHONWARNINGS": "ignore",
    }


def run_command(settings: Settings) -> list[str]:
    """Command line of the dialogue process: loopback only, without Rasa's HTTP API."""
    model = model_path(settings)
    if not model.exists():
        raise EngineMissing("the dialogue model is not trained; run `declic prepare`")
    return [
        *_engine("run", "--quiet"),
        *("--model", str(model)),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
        *("--interface", "127.0.0.1", "--port", str(settings.dialogue_port)),
    ]


def train(settings: Settings, *, say: Callable[[str], None]) -> Path:
    """Train the dialogue model unless the one of the present sources exists; returns its path."""
    model = model_path(settings)
    if model.exists():
        return model
    say("training the dialogue model (about a minute)")
    settings.dialogue_models_dir.mkdir(parents=True, exist_ok=True)
    command = [
        *_engine("train"),
        *("--config", "config.yml", "--domain", "domain", "--data", "data/nlu", "data/dialogue"),
        *("--out", str(settings.dialogue_models_dir), "--fixed-model-name", model.name),
    ]
    run = subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0 or not model.exists():
        log = settings.dialogue_models_dir / "training.log"
        log.write_text(run.stdout + run.stderr, encoding="utf-8")
        raise TrainingFailed(f"Rasa could not train the dialogue model; see {log}")
    for old in settings.dialogue_models_dir.glob("*.tar.gz"):
        if old != model:
            old.unlink()
    return model


def prepare_tracker(settings: Settings) -> None:
    """Make the tracker's database once, in WAL mode, where a turn waits for no other process."""
    settings.tracker_path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(settings.tracker_path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _engine(*arguments: str) -> list[str]:
    return [str(python()), "-m", "engine", *arguments]


def _digest() -> str:
    sha = hashlib.sha256()
    for path in _source_files():
        sha.update(str(path.relative_to(PROJECT)).encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()


def _source_files() -> Iterator[Path]:
    for name in _SOURCES:
        source = PROJECT / name
        yield from [source] if source.is_file() else sorted(source.rglob("*.yml"))
