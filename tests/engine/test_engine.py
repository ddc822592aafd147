"""The Rasa side runs in its own environment, so these tests start its Python."""

import pytest

from tests.rasa_environment import rasa_python

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize(("checks", "count"), [("rasa_side", 10), ("history_side", 12)])
def test_the_fixes_behave_as_stock_rasa_does(checks: str, count: int) -> None:
    run = rasa_python("-m", "unittest", "-v", f"tests.engine.{checks}")
    assert run.returncode == 0, run.stderr
    assert f"Ran {count} tests" in run.stderr


def test_the_engine_imports_nothing_of_the_application() -> None:
    code = (
        "import sys, engine.fixes;"
        "print([m for m in sys.modules if m.split('.')[0] in ('bot', 'actions')])"
    )
    run = rasa_python("-c", code)
    assert run.stdout.strip().splitlines()[-1] == "[]"
