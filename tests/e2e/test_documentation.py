"""Every command in the documentation is run as it stands there."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.settings import PROJECT, Settings
from tests.stack import Stack

pytestmark = pytest.mark.stack

PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{p.name}" for p in PROJECT.glob("docs/*.md")),
]
INPUT = {"adviser add": "une phrase assez longue\n" * 2}
# Commands that run for ever; tests/stack.py and the set-up of the tests run them.
SERVERS = {"serve", "web", "actions", "dialogue", "prepare"}


def documented() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = (PROJECT / page).read_text(encoding="utf-8")
        for line in text.splitlines():
            line = line.strip()
            if ".venv/bin/declic " in line and not line.startswith(("`", "|", "-", "#")):
                found.append((page, re.sub(r"\s+#.*", "", line)))
    return found


def subcommand(line: str) -> str:
    words = re.search(r"\.venv/bin/declic ((?:[a-z]+ ?)+)", line)
    assert words, line
    group = main.commands.get(words[1].split()[0])
    size = 2 if isinstance(group, click.Group) else 1
    return " ".join(words[1].split()[:size])


def commands(group: click.Group, before: str = "") -> set[str]:
    names: set[str] = set()
    for name, command in group.commands.items():
        full = f"{before} {name}".strip()
        names |= commands(command, full) if isinstance(command, click.Group) else {full}
    return names


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader of the documentation stands, with files named as there."""
    folder = tmp_path_factory.mktemp("reader")
    for name in ("data", ".venv"):
        (folder / name).symlink_to(PROJECT / name)
    sample = (PROJECT / "data" / "trainings" / "exemples.csv").read_text(encoding="utf-8")
    for name in ("offres.csv", "FICHIER.csv"):
        (folder / name).write_text(sample, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("page", "line"), documented())
def test_a_documented_command_works(stack: Stack, folder: Path, page: str, line: str) -> None:
    settings = stack.settings
    env = {
        **os.environ,
        "DECLIC_PORT": str(settings.port),
        "DECLIC_DATA_DIR": str(settings.data_dir),
        "DECLIC_DIALOGUE_PORT": str(settings.dialogue_port),
        "DECLIC_ACTIONS_PORT": str(settings.actions_port),
    }
    if "trainings import" in line:
        # Not into the catalogue that the other tests converse with.
        env["DECLIC_DATA_DIR"] = str(folder / "var")
        (folder / "var").mkdir(exist_ok=True)
        shutil.copy(settings.catalogue_path, folder / "var" / "catalogue.db")
    run = subprocess.run(
        line,
        shell=True,
        cwd=folder,
        env=env,
        input=INPUT.get(subcommand(line)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"{page}: {line}\n{run.stdout}{run.stderr}"
    assert run.stdout.strip()


def test_every_command_is_documented() -> None:
    known = commands(main)
    shown = {subcommand(line) for _, line in documented()}
    text = "".join((PROJECT / page).read_text(encoding="utf-8") for page in PAGES)
    undocumented = {name for name in known - shown - SERVERS if f"declic {name}" not in text}
    assert undocumented == set()


def test_the_make_targets_of_the_documentation_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        text = (PROJECT / page).read_text(encoding="utf-8")
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), (page, target)


def test_the_readme_stays_short_and_its_links_lead_somewhere() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    for path in re.findall(r"`((?:docs|data|bot)/[^` *]*)`", text):
        assert (PROJECT / path).exists(), path
    for image in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text):
        assert (PROJECT / image).exists(), image


def test_help_names_every_setting() -> None:
    run = subprocess.run(
        [str(PROJECT / ".venv" / "bin" / "declic"), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in Settings.model_fields:
        assert f"DECLIC_{name.upper()}" in run.stdout
