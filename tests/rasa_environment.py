"""Runs the Python of the Rasa environment."""

import os
import subprocess

from bot.dialogue import engine
from bot.settings import PROJECT, Settings


def rasa_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run to the end in the project's folder, with the settings that the engine reads."""
    settings = Settings()
    return subprocess.run(
        [str(engine.python()), *arguments],
        cwd=PROJECT,
        env={
            **os.environ,
            **engine.environment(settings),
            "DECLIC_TEST_MODEL": str(engine.model_path(settings)),
        },
        capture_output=True,
        text=True,
        check=False,
    )
