"""What is heard in a few words typed while trainings are on the table."""

import csv

import pytest

from bot.dialogue.wishes import FILTERS, next_search, read_wish
from bot.settings import PROJECT
from bot.trainings import SearchMode

CASES = PROJECT / "tests" / "dialogue" / "training_wishes.tsv"


def cases() -> list[tuple[str, set[str]]]:
    """Texts, and the values of data/answers/trainings.yml that they wish; none for no wish."""
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(text, set(wished.split())) for text, wished in rows]


def heard(text: str) -> set[str]:
    wish = read_wish(text)
    if wish is None:
        return set()
    mode = set() if wish.mode is None else {wish.mode.value}
    everything = {"everything"} if wish.everything else set()
    return {*wish.filters, *mode, *everything} or {"others"}


@pytest.mark.parametrize(("text", "wished"), cases())
def test_a_wish_is_heard_and_a_question_left_alone(text: str, wished: set[str]) -> None:
    assert heard(text) == wished


@pytest.mark.parametrize("text", ["🙂", "'; DROP TABLE offers; --", "é" * 4000, "\ud800"])
def test_hostile_texts_wish_nothing(text: str) -> None:
    assert read_wish(text) is None


def search(before: dict | None = None, text: str = "", role_id: str = "webdesigner") -> dict:
    wish = read_wish(text)
    assert wish is not None
    return next_search(before, role_id=role_id, wish=wish)


SHOWN = {
    "role": "webdesigner",
    "mode": "near",
    "offset": 4,
    "filters": [],
    "shown": ["a", "b"],
}


def test_others_go_on_and_a_new_wish_begins_at_the_first() -> None:
    assert search(SHOWN, "d'autres")["offset"] == 4
    assert search(SHOWN, "plus loin") == SHOWN | {"mode": "farther", "offset": 0}
    assert search(SHOWN | {"mode": "farther"}, "encore plus loin")["offset"] == 4
    assert search(SHOWN, "gratuit") == SHOWN | {"filters": ["free"], "offset": 0}


def test_filters_add_up_until_everything_is_asked_for() -> None:
    free = SHOWN | {"filters": ["free"]}
    both = search(free, "en alternance")
    assert both["filters"] == ["free", "alternance"]
    assert search(both, "d'autres")["filters"] == ["free", "alternance"]
    assert search(both, "toutes les formations") == SHOWN | {"offset": 0}


def test_on_site_and_remote_exclude_each_other() -> None:
    on_site = search(SHOWN, "sur place")
    assert on_site["filters"] == ["on_site"]
    assert search(on_site, "en partie à distance")["filters"] == ["mixed"]
    remote = search(on_site, "à distance")
    assert (remote["mode"], remote["filters"]) == ("remote", [])
    assert search(remote, "sur place")["mode"] == "near"


def test_another_role_or_a_search_of_an_older_version_begins_anew() -> None:
    assert search(SHOWN, "d'autres", role_id="data-analyst")["offset"] == 0
    assert search(None, "gratuit")["mode"] == SearchMode.NEAR
    older = {"role": "webdesigner", "mode": "near", "offset": 4}
    assert search(older, "d'autres")["filters"] == []


def test_every_filter_has_its_words() -> None:
    wished = set().union(*(wishes for _, wishes in cases()))
    assert set(FILTERS) <= wished
