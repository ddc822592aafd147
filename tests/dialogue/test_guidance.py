from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from bot.dialogue.guidance import (
    Guidance,
    Guide,
    Interest,
    Outcome,
    Reason,
    load_interests,
    load_reasons,
)
from bot.errors import DataError
from bot.matching import Evidence, Match, RoleMatch
from bot.roles import load_roles
from bot.settings import PROJECT, Settings

ROLES = load_roles(Settings().roles_dir)
RANKED = ("data-analyst", "webdesigner", "testeur-logiciel", "technicien-support")
DRAWING = Interest(
    id="draw", label="Dessiner", says="J'aime dessiner.", roles=("ux-designer", "webdesigner")
)
STORY = "vendeuse pendant dix ans dans une boutique de tissus"


class RecordingMatcher:
    """Ranks alike whatever is said, quotes the whole motivations, and keeps what it was given."""

    def __init__(self, *, ranked: Sequence[str] = RANKED, abstains: bool = False) -> None:
        self._ranked = ranked
        self._abstains = abstains
        self.motivations: str | None = None

    def match(self, *, background: str, motivations: str, excluded: Collection[str] = ()) -> Match:
        self.motivations = motivations
        evidence = Evidence(field="motivations", start=0, end=len(motivations), quote=motivations)
        roles = tuple(
            RoleMatch(role_id=role, score=1 / (rank + 2), evidence=(evidence,))
            for rank, role in enumerate(self._ranked)
            if role not in excluded
        )
        return Match(roles=roles, abstained=self._abstains)


def guide(matcher: RecordingMatcher, **said: object) -> Guidance:
    guide = Guide(roles=ROLES, matcher=matcher, interests=(DRAWING,))
    return guide.guide(**({"background": "", "motivations": ""} | said))  # type: ignore[arg-type]


def roles_of(guidance: Guidance) -> list[str]:
    return [proposal.role_id for proposal in guidance.proposals]


def test_the_three_best_roles_are_proposed_with_the_persons_words() -> None:
    guidance = guide(RecordingMatcher(), background=STORY, motivations="aider")
    assert guidance.outcome is Outcome.ROLES
    assert roles_of(guidance) == list(RANKED[:3])
    assert guidance.proposals[0].quotes == ("aider",)


def test_nothing_said_is_asked_about_without_matching() -> None:
    matcher = RecordingMatcher()
    assert guide(matcher, background="  ").outcome is Outcome.CLARIFY
    assert matcher.motivations is None


def test_an_abstention_asks_after_few_words_and_says_so_after_many() -> None:
    matcher = RecordingMatcher(abstains=True)
    assert guide(matcher, motivations="le pain").outcome is Outcome.CLARIFY
    assert guide(matcher, background=STORY).outcome is Outcome.OUT_OF_SCOPE


def test_excluded_roles_are_never_proposed_and_can_run_out() -> None:
    guidance = guide(RecordingMatcher(), background=STORY, excluded=RANKED[:2])
    assert roles_of(guidance) == list(RANKED[2:])
    guidance = guide(RecordingMatcher(), background=STORY, excluded=RANKED)
    assert guidance.outcome is Outcome.EXHAUSTED
    assert guidance.proposals == ()


def test_an_interest_speaks_after_the_persons_words_and_is_not_quoted_as_hers() -> None:
    matcher = RecordingMatcher()
    guidance = guide(matcher, motivations="être au calme", interest="draw")
    assert matcher.motivations == "être au calme\nJ'aime dessiner."
    assert guidance.proposals[0].quotes == ()


def test_an_interest_alone_puts_its_roles_first_when_the_matching_abstains() -> None:
    guidance = guide(RecordingMatcher(abstains=True), interest="draw")
    assert roles_of(guidance) == ["webdesigner", "data-analyst", "testeur-logiciel"]


def test_an_unknown_interest_counts_as_none() -> None:
    assert guide(RecordingMatcher(), interest="invented").outcome is Outcome.CLARIFY


def test_the_interests_of_the_project_have_ids_of_their_own_and_roles() -> None:
    interests = load_interests(PROJECT / "data" / "interests.yml", roles=ROLES)
    assert len({interest.id for interest in interests}) == len(interests)
    assert all(interest.roles for interest in interests)


def test_an_interest_that_names_no_role_is_an_error_that_says_where(tmp_path: Path) -> None:
    path = tmp_path / "interests.yml"
    path.write_text("- {id: fly, label: Voler, says: Je vole., roles: [pilote]}", "utf-8")
    with pytest.raises(DataError, match=r"interests\.yml: fly: roles: 'pilote'"):
        load_interests(path, roles=ROLES)


FIGURES = Reason(
    id="figures", label="Chiffres", says="les chiffres", words=("maths",), roles=("data-analyst",)
)


def test_a_reason_puts_its_roles_after_all_others_and_leaves_the_rest_in_order() -> None:
    guide = Guide(roles=ROLES, matcher=RecordingMatcher(), interests=(), reasons=(FIGURES,))
    said = {"background": STORY, "motivations": "aider"}
    assert roles_of(guide.guide(**said, reasons=["figures"])) == list(RANKED[1:])
    assert roles_of(guide.guide(**said, reasons=["invented"])) == list(RANKED[:3])


def test_a_reason_is_told_in_whole_words() -> None:
    assert FIGURES.is_told_in("Trop de MATHS !")
    assert not FIGURES.is_told_in("les mathsématiques")


def test_each_reason_of_the_project_is_recognised_in_its_own_label() -> None:
    reasons = load_reasons(PROJECT / "data" / "reasons.yml", roles=ROLES)
    assert len({reason.id for reason in reasons}) == len(reasons) >= 8
    assert [reason.id for reason in reasons if not reason.is_told_in(reason.label)] == []
