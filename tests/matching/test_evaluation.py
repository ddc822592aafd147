import json
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.matching.evaluation import evaluate, load_cases
from bot.matching.lines import match_lines
from bot.settings import PROJECT

FILES = sorted((PROJECT / "data" / "evaluation").glob("*.jsonl"))
# Top-1 and top-3 when this was recorded; a fall below the interval of today's cases fails.
FLOORS = {
    "answer": (0.96, 0.98),
    "definition": (1.0, 1.0),
    "no_refusal": (1.0, 1.0),
    "pair": (1.0, 1.0),
    "portrait": (0.77, 0.96),
    "refusal": (1.0, 1.0),
    "story": (0.98, 1.0),
    "title": (0.98, 1.0),
}


@pytest.fixture(scope="module")
def report(matcher):
    return evaluate(load_cases(FILES), matcher=matcher)


@pytest.mark.parametrize("kind", FLOORS)
def test_no_kind_falls_below_what_was_recorded(report, kind: str) -> None:
    scores = report.kinds[kind]
    top1, top3 = FLOORS[kind]
    slack = 2 / scores.cases
    assert scores.top1 >= top1 - slack
    assert scores.top3 >= top3 - slack


def test_refused_roles_stay_out_of_the_first_three(report) -> None:
    assert report.kinds["all"].never_in_top3 == 0


def test_it_abstains_when_nothing_is_digital_and_hardly_ever_otherwise(report) -> None:
    assert report.kinds["out_of_scope"].abstained_out_of_scope >= 0.9
    assert report.kinds["all"].wrongly_abstained <= 0.03


def test_the_same_text_in_the_feminine_and_the_masculine_gives_the_same_roles(matcher) -> None:
    cases = [case for case in load_cases(FILES) if case.kind == "pair"]
    for masculine, feminine in zip(cases[::2], cases[1::2], strict=True):
        first_three = [
            {r.role_id for r in matcher.match(background=c.background, motivations="").roles[:3]}
            for c in (masculine, feminine)
        ]
        assert first_three[0] == first_three[1], feminine.background


def test_no_case_is_in_the_training_corpus(roles) -> None:
    from bot.matching.corpus import joined, load_corpus
    from bot.matching.training import CORPUS

    known = {sample.text for sample in load_corpus(roles, CORPUS)}
    longer = [c for c in load_cases(FILES) if c.kind in {"story", "definition", "refusal", "pair"}]
    assert not known & {joined(case.background, case.motivations) for case in longer}


def test_the_report_is_a_table_and_json(report) -> None:
    table = report.to_text().splitlines()
    assert table[0].split()[:2] == ["kind", "cases"]
    assert table[-1].startswith("all")
    assert json.loads(json.dumps(report.to_json()))["all"]["cases"] >= 250


def test_confusions_name_the_expected_role_and_the_one_put_first(matcher, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    said = "je répare les ordinateurs des voisins et je les rassure"
    expected = ["technicien-support", "redacteur-web", "redacteur-web"]
    lines = [
        json.dumps({"id": str(i), "kind": "k", "background": said, "gold": [role]})
        for i, role in enumerate(expected)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    report = evaluate(load_cases([path]), matcher=matcher)
    assert report.confusions == (("redacteur-web", "technicien-support", 2),)
    assert report.confusions_to_text() == "  2  redacteur-web taken for technicien-support"


@pytest.mark.parametrize("line", ["{", "[]", '"x"', '{"id":"a","gold":"webdesigner"}'])
def test_a_bad_case_is_named_by_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id":"ok","kind":"k","gold":[]}\n\n' + line, encoding="utf-8")
    with pytest.raises(DataError, match=r"cases\.jsonl:3"):
        load_cases([path])


def test_a_case_of_an_unknown_role_is_refused(matcher, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id":"a","kind":"k","background":"x","gold":["astronaute"]}')
    with pytest.raises(DataError, match="astronaute"):
        evaluate(load_cases([path]), matcher=matcher)


def test_lines_in_give_lines_out_in_the_same_order(matcher) -> None:
    people = [
        {"id": "a", "background": "je répare les ordinateurs", "motivations": None},
        {"id": "b"},
        {"id": 3, "motivations": "écrire des articles"},
    ]
    answers = list(match_lines(map(json.dumps, people), matcher=matcher))
    assert [answer["id"] for answer in answers] == ["a", "b", 3]
    assert answers[1]["abstained"] is True
    for answer in answers:
        assert len(answer["roles"]) >= 5
        assert set(answer["roles"][0]) == {"id", "score", "evidence"}
    evidence = answers[0]["roles"][0]["evidence"][0]
    assert evidence["quote"] == people[0]["background"][evidence["start"] : evidence["end"]]


def test_a_line_that_is_no_object_is_named_by_its_number(matcher) -> None:
    with pytest.raises(DataError, match="line 2"):
        list(match_lines(['{"id":"a"}', "nonsense"], matcher=matcher))
