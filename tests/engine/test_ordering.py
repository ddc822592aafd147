import pytest

from tests.rasa_environment import rasa_python

pytestmark = pytest.mark.rasa


def test_no_answer_is_lost_when_the_clock_is_set_back() -> None:
    run = rasa_python("-m", "unittest", "-v", "tests.engine.ordering_side")
    assert run.returncode == 0, run.stderr
    assert "Ran 3 tests" in run.stderr
