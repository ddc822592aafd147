"""The Rasa side runs in its own environment, so these tests start its Python."""

import pytest

from tests.rasa_environment import rasa_python

pytestmark = pytest.mark.rasa


def test_the_fixes_behave_as_stock_rasa_does() -> None:
    run = rasa_python("-m", "unittest", "-v", "tests.engine.rasa_side")
    assert run.returncode == 0, run.stderr
    assert "Ran 10 tests" in run.stderr


def test_the_engine_imports_nothing_of_the_application() -> None:
    code = (
        "import sys, engine.fixes;"
        "print([m for m in sys.modules if m.split('.')[0] in ('bot', 'actions')])"
    )
    run = rasa_python("-c", code)
    assert run.stdout.strip().splitlines()[-1] == "[]"
