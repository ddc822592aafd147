"""What the command line answers to bad input: one clear line, exit 1, nothing lost."""

from pathlib import Path

import pytest

from tests.stack import declic, environment, free_port

pytestmark = pytest.mark.stack


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


def refused(run) -> str:
    assert run.returncode == 1, run.stdout + run.stderr
    lines = [line for line in run.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, run.stderr
    assert "Traceback" not in run.stderr
    return lines[0]


def test_matching_before_it_is_trained_says_what_to_run(env) -> None:
    assert "declic prepare" in refused(declic("match", env=env, input="{}\n"))


def test_searching_without_a_catalogue_says_so(env) -> None:
    arguments = ("trainings", "search", "--role", "webdesigner", "--place", "Metz")
    assert "catalogue.db" in refused(declic(*arguments, env=env))


def test_an_unknown_place_and_a_homonym_are_questions(env) -> None:
    search = ("trainings", "search", "--role", "webdesigner", "--place")
    assert "no place of France" in refused(declic(*search, "Bruxelles", env=env))
    assert "Saint-Denis (93)" in refused(declic(*search, "Saint-Denis", env=env))


def test_a_file_that_is_no_catalogue_is_refused_and_the_old_one_kept(env, tmp_path) -> None:
    page = tmp_path / "page.csv"
    page.write_text("<html><body>503</body></html>", encoding="utf-8")
    assert "docs/catalogue.md" in refused(declic("trainings", "import", str(page), env=env))
    assert not (tmp_path / "catalogue.db").exists()


def test_a_short_password_is_refused(env) -> None:
    arguments = ("adviser", "add", "anne@exemple.fr", "--password-stdin")
    assert "12 characters" in refused(declic(*arguments, env=env, input="court\n"))


def test_serving_on_a_taken_port_names_it(env) -> None:
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        env["DECLIC_PORT"] = str(holder.getsockname()[1])
        line = refused(declic("serve", env=env))
    assert env["DECLIC_PORT"] in line
    assert "DECLIC_PORT" in line


def test_serving_before_preparing_says_what_to_run(env) -> None:
    env["DECLIC_PORT"] = str(free_port())
    assert "declic prepare" in refused(declic("serve", env=env))


def test_the_doctor_fails_when_a_turn_would_not_work(env) -> None:
    run = declic("doctor", env=env)
    assert run.returncode == 1
    assert "FAIL a turn" in run.stdout
    assert "ok   roles" in run.stdout
