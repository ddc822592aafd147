"""Which offers are digital, and for which role."""

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.roles import Role
from bot.settings import Settings
from bot.trainings.scope import PATH, Basis, Ranking, Scope, Subject, load_codes
from bot.trainings.titles import evaluate, load_titles


def never(text: str) -> Ranking:
    raise AssertionError(f"the text was read: {text}")


@pytest.fixture
def by_codes(roles: dict[str, Role]) -> Scope:
    """Fails when a text is ranked."""
    return Scope(roles, codes=load_codes(roles=roles), rank=never)


@pytest.mark.parametrize(
    ("codes", "expected", "basis"),
    [
        ({"given": ("webdesigner",), "rome": ("D1102",)}, ("webdesigner",), Basis.GIVEN),
        ({"rncp": ("37674",), "rome": ("D1102",)}, ("developpeur-web",), Basis.RNCP),
        ({"rome": ("M1855",)}, ("developpeur-web",), Basis.ROME),
        ({"rome": ("M1855", "K2111")}, ("developpeur-web",), Basis.ROME),
        ({"formacodes": ("46252",)}, ("community-manager",), Basis.FORMACODE),
        ({"formacodes": ("46359",)}, ("community-manager",), Basis.FORMACODE),
        ({"rncp": ("1",), "formacodes": ("31045",)}, ("analyste-cybersecurite",), Basis.FORMACODE),
        ({"rome": ("D1102",)}, (), Basis.ROME),
        ({"formacodes": ("21538",)}, (), Basis.FORMACODE),
    ],
)
def test_codes_decide_without_reading_the_text(
    by_codes: Scope, codes: dict[str, tuple[str, ...]], expected: tuple[str, ...], basis: Basis
) -> None:
    found = by_codes.of(Subject(title="Formation", **codes))
    assert (found.role_ids, found.basis) == (expected, basis)


def test_the_text_chooses_among_the_roles_of_a_code(roles: dict[str, Role]) -> None:
    def rank(text: str) -> Ranking:
        return Ranking(role_ids=("webdesigner", "developpeur-mobile", "developpeur-web"))

    scope = Scope(roles, codes=load_codes(roles=roles), rank=rank)
    assert scope.of(Subject(title="Parcours A", rome=("M1805",))).role_ids == (
        "developpeur-mobile",
    )
    named = Subject(title="Testeur logiciel", rome=("M1805",))
    assert scope.of(named).role_ids == ("testeur-logiciel",)


def test_without_anything_to_choose_by_all_the_roles_of_a_code_are_kept(
    scope: Scope, roles: dict[str, Role]
) -> None:
    found = scope.of(Subject(title="Parcours A", rome=("M1861",)))
    assert set(found.role_ids) == {r.id for r in roles.values() if "M1861" in r.rome}


def test_one_digital_code_among_many_leaves_the_decision_to_the_text(scope: Scope) -> None:
    codes = ("M1607", "M1602", "M1608", "M1855")
    secretary = scope.of(Subject(title="Secrétaire assistante bureautique", rome=codes))
    assert (secretary.role_ids, secretary.basis) == ((), Basis.TEXT)
    developer = scope.of(Subject(title="Développeur web", rome=codes))
    assert (developer.role_ids, developer.basis) == (("developpeur-web",), Basis.TEXT)


def test_codes_that_contradict_each_other_leave_the_decision_to_the_text(scope: Scope) -> None:
    codes = {"rome": ("M1501",), "formacodes": ("34093",)}
    assistant = scope.of(Subject(title="Assistant ressources humaines", **codes))
    assert (assistant.role_ids, assistant.basis) == ((), Basis.TEXT)
    marketing = scope.of(Subject(title="Chargé de marketing digital", **codes))
    assert (marketing.role_ids, marketing.basis) == (("charge-marketing-digital",), Basis.TEXT)


def test_a_digital_field_of_formacode_leaves_the_role_to_the_text(scope: Scope) -> None:
    found = scope.of(Subject(title="Développeur web", formacodes=("31099",)))
    assert (found.role_ids, found.basis) == (("developpeur-web",), Basis.TEXT)


def test_a_title_is_ranked_once(roles: dict[str, Role]) -> None:
    read: list[str] = []

    def rank(text: str) -> Ranking:
        read.append(text)
        return Ranking()

    scope = Scope(roles, codes=load_codes(roles=roles), rank=rank)
    for _ in range(3):
        scope.of(Subject(title="Parcours web"))
    assert read == ["Parcours web"]


def test_a_digital_word_without_a_role_needs_a_text_that_speaks_for_one(
    roles: dict[str, Role],
) -> None:
    def ranked(*, sure: bool) -> tuple[str, ...]:
        scope = Scope(
            roles,
            codes=load_codes(roles=roles),
            rank=lambda text: Ranking(role_ids=("webdesigner", "data-analyst"), sure=sure),
        )
        return scope.of(Subject(title="Parcours numérique")).role_ids

    assert ranked(sure=True) == ("webdesigner",)
    assert ranked(sure=False) == ()


def test_the_words_of_a_title_say_between_which_roles_the_text_chooses(
    roles: dict[str, Role],
) -> None:
    scope = Scope(
        roles,
        codes=load_codes(roles=roles),
        rank=lambda text: Ranking(role_ids=("webdesigner", "data-engineer", "data-analyst")),
    )
    assert scope.of(Subject(title="Parcours SQL")).role_ids == ("data-engineer",)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[developpeur-web]", "[astronaute]", "no role astronaute"),
        ("never:", "jamais:", "never: Field required"),
        ("rncp:", "rncp: [", "scope.yml"),
    ],
)
def test_a_mistake_in_the_codes_is_named(
    tmp_path: Path, roles: dict[str, Role], old: str, new: str, reason: str
) -> None:
    path = tmp_path / "scope.yml"
    path.write_text(PATH.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=reason) as raised:
        load_codes(path, roles=roles)
    assert "\n" not in raised.value.detail


def test_the_sample_is_large_varied_and_half_of_it_is_not_digital(roles: dict[str, Role]) -> None:
    titles = load_titles()
    digital = [title for title in titles if title.role_ids]
    assert len(titles) >= 240
    assert 0.4 <= len(digital) / len(titles) <= 0.6
    assert {role for title in digital for role in title.role_ids} == set(roles)
    assert len({title.title for title in titles}) == len(titles)


FLOORS = {"tune": (0.98, 0.97, 0.93), "held_out": (0.95, 0.8, 0.88)}
"""Precision, recall and right roles below which a change has made things worse."""


def test_titles_alone_tell_digital_offers_and_their_roles(roles: dict[str, Role]) -> None:
    from bot.importing import title_scope

    scope = title_scope(Settings(), roles=roles, say=lambda text: pytest.fail(text))
    for score in evaluate(load_titles(), scope=scope).scores:
        precision, recall, role_precision = FLOORS[score.part]
        assert score.precision >= precision, score
        assert score.recall >= recall, score
        assert score.role_precision >= role_precision, score
