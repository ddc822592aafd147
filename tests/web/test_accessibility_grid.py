"""docs/accessibilite.md says what it says it says."""

import re
from collections import Counter

from bot.settings import PROJECT

CRITERIA = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
"""How many criteria each of the 13 themes of RGAA 4.1 has."""
STATES = ("conforme", "non conforme", "non applicable", "à vérifier")
PAGE = (PROJECT / "docs" / "accessibilite.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+)\.(\d+) ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)


def test_every_criterion_has_one_line_with_a_state_and_how_it_was_seen() -> None:
    expected = [(t, c) for t, n in enumerate(CRITERIA, 1) for c in range(1, n + 1)]
    assert [(int(theme), int(number)) for theme, number, *_ in ROWS] == expected
    assert all(state in STATES and how.strip() for *_, state, how in ROWS)


def test_the_totals_are_those_of_the_lines() -> None:
    totals = re.search(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert totals
    counted = Counter(state for *_, state, _ in ROWS)
    assert [int(total) for total in totals.groups()] == [counted[state] for state in STATES]
