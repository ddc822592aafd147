"""Each mistake in a sheet is one line that names the file, the key and the mend."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import DataError
from bot.roles import Family, TeleworkLevel, load_role, load_roles

Sheet = dict[str, Any]


def write(folder: Path, sheet: Sheet, *, name: str | None = None) -> Path:
    path = folder / f"{name or sheet['id']}.yml"
    path.write_text(yaml.safe_dump(sheet, allow_unicode=True), encoding="utf-8")
    return path


def refusal(load: Callable[[Path], object], path: Path) -> str:
    """The line that the author of the sheet reads, less the folder."""
    with pytest.raises(DataError) as caught:
        load(path)
    assert "\n" not in caught.value.detail
    return caught.value.detail.removeprefix(f"{path.parent}/")


def set_at(sheet: Sheet, key: str, value: object) -> None:
    *parents, last = key.split(".")
    for parent in parents:
        sheet = sheet[parent]
    sheet[last] = value


def test_a_sheet_becomes_a_role(tmp_path: Path, sheet: Sheet) -> None:
    role = load_role(write(tmp_path, sheet))
    assert role.id == "pilote-drone"
    assert role.family is Family.DATA
    assert role.telework.level is TeleworkLevel.NONE
    assert role.tools == ("Drone", "Caméra", "Carte", "Radio")


def test_adding_a_role_is_adding_a_file(tmp_path: Path, jobs_dir: Path, sheet: Sheet) -> None:
    for path in jobs_dir.glob("*.yml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write(tmp_path, sheet)
    assert load_roles(tmp_path).keys() == {*load_roles(jobs_dir), "pilote-drone"}


@pytest.mark.parametrize(
    ("key", "value", "mend"),
    [
        ("entry.level", 12, "entry.level: must be between 1 and 8, got 12"),
        ("entry.level", "4", "entry.level: must be a whole number without quotes, got '4'"),
        ("entry.level", True, "entry.level: must be a whole number without quotes, got True"),
        ("entry", None, "entry: must be keys with their values, got None"),
        ("summary", "  ", "summary: must not be empty"),
        ("summary", "x" * 141, "summary: must hold 1 to 140 characters, got 141"),
        ("day", "Vous volez.", "day: must hold 60 to 120 words, got 2"),
        ("tasks", [], "tasks: must hold 5 to 9 entries, got 0"),
        ("tools", list("abcdefghijk"), "tools: must hold 4 to 10 entries, got 11"),
        ("tools", "Drone", "tools: must be a list, one entry a line after a hyphen, got 'Drone'"),
        ("tools", ["a", "b", "c", 4], "tools.4: must be a text, in quotes if need be, got 4"),
        ("dislikes", ["a", "b", "a"], "dislikes: must not hold 'a' twice"),
        ("rome", [], "rome: must hold 1 to 9 entries, got 0"),
        (
            "rome",
            ["M1855", "Z18"],
            "rome.2: must be a letter from A to N and four digits, such as M1855, got 'Z18'",
        ),
        (
            "family",
            "cuisine",
            "family: must be one of 'developpement', 'infrastructure', 'cybersecurite', 'donnees', "
            "'design', 'communication', 'commerce', 'pilotage' or 'mediation', got 'cuisine'",
        ),
        (
            "telework.level",
            "total",
            "telework.level: must be one of 'none', 'partial' or 'full', got 'total'",
        ),
        (
            "examples.motivations",
            ["a", "b", "c", "d"],
            "examples.motivations: must hold at least 5 entries, got 4",
        ),
        ("salary.high", 1000, "salary: low must not exceed high, got 1500 and 1000"),
        (
            "examples.background",
            ["a", "b", "c", "d", "e"],
            "examples: must hold at least 20 sentences in all, got 15",
        ),
        ("colour", "bleu", "colour: is not a key of a role sheet: correct its spelling or remove"),
        (
            "label.neutral",
            "x",
            "label.neutral: is not a key of a role sheet: correct its spelling or remove it",
        ),
        ("id", "Pilote Drone", "id: must be lower-case words joined by hyphens"),
        ("id", "pilote-avion", "id: must be pilote-drone, as the file name says, got pilote-avion"),
    ],
)
def test_a_wrong_value_gets_the_key_and_the_mend(
    tmp_path: Path, sheet: Sheet, key: str, value: object, mend: str
) -> None:
    set_at(sheet, key, value)
    path = write(tmp_path, sheet, name="pilote-drone")
    assert refusal(load_role, path).startswith(f"pilote-drone.yml: {mend}")


def test_a_missing_key_is_named(tmp_path: Path, sheet: Sheet) -> None:
    del sheet["salary"]["source"]
    path = write(tmp_path, sheet)
    assert refusal(load_role, path) == "pilote-drone.yml: salary.source: is missing: add it"


def test_the_first_mistake_is_told_in_full_and_the_others_are_named(
    tmp_path: Path, sheet: Sheet
) -> None:
    sheet["entry"]["level"] = 0
    sheet["tasks"] = ["Voler"]
    del sheet["prospects"]
    assert refusal(load_role, write(tmp_path, sheet)) == (
        "pilote-drone.yml: tasks: must hold 5 to 9 entries, got 1 "
        "(and 2 more: entry.level, prospects)"
    )


def test_broken_yaml_gets_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("id: x\nlabel: {feminine: A\nrome: [", encoding="utf-8")
    assert refusal(load_role, path).startswith("x.yml: line 3: ")


def test_a_key_written_twice_gets_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("id: x\nsummary: a\nid: y\n", encoding="utf-8")
    assert refusal(load_role, path) == ("x.yml: line 3: key id is written twice: keep one")


def test_control_characters_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("id: x\x00y", encoding="utf-8")
    assert refusal(load_role, path).startswith("x.yml: unacceptable character")


def test_a_file_that_is_not_utf8_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes("id: développeur".encode("latin-1"))
    assert refusal(load_role, path) == ("x.yml: byte 5 is not UTF-8: save the file again as UTF-8")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "juste du texte"])
def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(text, encoding="utf-8")
    assert refusal(load_role, path).startswith("x.yml: must be keys with their values, got ")


def test_an_absent_file_is_said_in_one_line(tmp_path: Path) -> None:
    assert refusal(load_role, tmp_path / "x.yml").startswith("x.yml: cannot be read: ")


def test_an_empty_folder_says_how_to_add_a_role(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no role: add one ROLE_ID\.yml"):
        load_roles(tmp_path)


def test_a_sheet_with_another_suffix_is_never_silently_ignored(
    tmp_path: Path, sheet: Sheet
) -> None:
    write(tmp_path, sheet).rename(tmp_path / "pilote-drone.yaml")
    with pytest.raises(DataError, match=r"pilote-drone\.yaml: is not read: rename it to"):
        load_roles(tmp_path)


def test_two_roles_cannot_share_a_name(tmp_path: Path, jobs_dir: Path, sheet: Sheet) -> None:
    support = jobs_dir / "technicien-support.yml"
    (tmp_path / support.name).write_bytes(support.read_bytes())
    sheet["aliases"][0] = "HELP DESK"
    sheet["aliases"][1] = "Techniciens helpdesk"
    write(tmp_path, sheet)
    with pytest.raises(DataError) as caught:
        load_roles(tmp_path)
    assert caught.value.detail == (
        f"{tmp_path}/technicien-support.yml: aliases: 'Technicienne helpdesk' "
        "is also in pilote-drone.yml: keep it in one of the two"
    )


def test_two_roles_cannot_share_an_example(tmp_path: Path, jobs_dir: Path, sheet: Sheet) -> None:
    support = jobs_dir / "technicien-support.yml"
    (tmp_path / support.name).write_bytes(support.read_bytes())
    sheet["examples"]["motivations"][0] = "Réparer des ordinateurs"
    write(tmp_path, sheet)
    with pytest.raises(DataError, match=r"technicien-support\.yml: examples: 'réparer des ord"):
        load_roles(tmp_path)
