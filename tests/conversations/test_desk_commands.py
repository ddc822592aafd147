"""Commands of those who run the desk, through the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.conversations import ConversationStore
from bot.conversations.accounts import Accounts
from bot.conversations.desk_work import DeskWork
from bot.person import Profile

EMAIL, PASSWORD = "anne@exemple.fr", "une phrase assez longue\n"


@pytest.fixture
def declic(tmp_path: Path):
    def run(*arguments: str, input: str | None = None) -> Result:
        env = {"DECLIC_DATA_DIR": str(tmp_path), "DECLIC_PUBLIC_URL": "https://declic.exemple/"}
        return CliRunner().invoke(main, arguments, env=env, input=input)

    return run


def lines(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_organisations_and_accounts_are_made_listed_and_removed(declic) -> None:
    declic("adviser", "organisation", "Moselle", "--department", "57", "--department", "2a")
    added = declic("adviser", "add", EMAIL, "--password-stdin", "--role", "lead", input=PASSWORD)
    assert "can log in" in added.stdout
    declic(
        "adviser", "add", "op@exemple.fr", "--password-stdin", "--role", "operator", input=PASSWORD
    )
    assert lines(declic("adviser", "list")) == [
        {"organisation": "Moselle", "departments": ["2A", "57"]},
        {"email": EMAIL, "role": "lead", "organisation": "Moselle", "second_factor": False},
        {
            "email": "op@exemple.fr",
            "role": "operator",
            "organisation": None,
            "second_factor": False,
        },
    ]
    assert declic("adviser", "reset", EMAIL).exit_code == 0
    assert declic("adviser", "remove", EMAIL).exit_code == 0
    assert len(lines(declic("adviser", "list"))) == 2


def test_an_invitation_is_a_link_to_open(declic) -> None:
    link = declic("adviser", "invite", EMAIL).stdout.strip()
    assert link.startswith("https://declic.exemple/conseil/invitation/")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("organisation", "X"), "--nationwide"),
        (("organisation", "X", "--department", "57", "--nationwide"), "--nationwide"),
        (("organisation", "X", "--department", "99"), "99"),
        (("organisation", " ", "--nationwide"), "name"),
        (("invite", "anne"), "e-mail"),
        (("invite", EMAIL, "--organisation", "X"), "'X'"),
        (("remove", EMAIL), EMAIL),
        (("reset", EMAIL), EMAIL),
    ],
)
def test_bad_input_is_refused_in_one_line(declic, arguments, told) -> None:
    result = declic("adviser", *arguments)
    assert result.exit_code == 1
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert lines(declic("adviser", "list")) == []


def test_corrections_are_printed_as_cases_in_words_of_the_corpus(declic, tmp_path) -> None:
    declic("adviser", "add", EMAIL, "--password-stdin", input=PASSWORD)
    store = ConversationStore(f"sqlite:///{tmp_path / 'conversations.db'}")
    account = Accounts(store.engine).account(EMAIL)
    store.start("x")
    said = "Je répare des ordinateurs chez Schwarzkopfinger"
    store.save_profile("x", Profile(background=said))
    DeskWork(store.engine).correct_role(
        account, "x", role_id="technicien-support", label="T", reason="r", reusable=True
    )
    store.engine.dispose()
    [case] = lines(declic("adviser", "cases"))
    assert case["background"] == "Je répare des ordinateurs chez …"
    assert case["gold"] == ["technicien-support"]


def test_a_backup_is_restored(declic, tmp_path) -> None:
    declic("adviser", "organisation", "Moselle", "--department", "57")
    file = str(tmp_path / "backup.gz")
    [counts] = lines(declic("backup", file))
    assert counts["organisations"] == 1
    declic("adviser", "organisation", "Paris", "--department", "75")
    assert declic("restore", file, input="n\n").exit_code == 1
    assert len(lines(declic("adviser", "list"))) == 2
    [restored] = lines(declic("restore", "--yes", file))
    assert restored == counts
    assert len(lines(declic("adviser", "list"))) == 1
    broken = declic("restore", "--yes", str(tmp_path / "conversations.db"))
    assert broken.exit_code == 1
    assert "no whole backup" in broken.stderr
