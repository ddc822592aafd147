import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.matching import Matcher

REPAIR = "je répare les ordinateurs de mes voisins"


def top(matcher: Matcher, background: str = "", motivations: str = "", size: int = 3) -> list[str]:
    match = matcher.match(background=background, motivations=motivations)
    return [role.role_id for role in match.roles[:size]]


def test_every_role_is_ranked_once_and_scores_fall(matcher: Matcher) -> None:
    match = matcher.match(background=REPAIR, motivations="")
    ids = [role.role_id for role in match.roles]
    assert sorted(ids) == sorted(matcher.role_ids)
    scores = [role.score for role in match.roles]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 1
    assert ids[0] == "technicien-support"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(background=st.text(max_size=300), motivations=st.text(max_size=300))
def test_quotes_are_exact_whatever_the_text(matcher, background: str, motivations: str) -> None:
    fields = {"background": background, "motivations": motivations}
    match = matcher.match(**fields)
    for role in match.roles:
        for part in role.evidence:
            assert fields[part.field][part.start : part.end] == part.quote
            assert part.quote.strip() == part.quote != ""


@pytest.mark.parametrize(
    "background",
    [
        "👩🏽‍💻 Je répare les ordinateurs 💻 de mes voisins, et j'aime ça.",
        "e\u0301lectricien de métier\nje dépanne « tout le monde »  …  même la nuit !",
    ],
)
def test_quotes_are_exact_around_emoji_and_combining_accents(matcher, background: str) -> None:
    match = matcher.match(background=background, motivations="")
    quoted = [part for role in match.roles for part in role.evidence]
    assert quoted
    for part in quoted:
        assert background[part.start : part.end] == part.quote


def test_the_first_role_is_explained_by_the_words_that_speak_for_it(matcher: Matcher) -> None:
    match = matcher.match(
        background="J'ai 41 ans et trois enfants. Je répare les ordinateurs de mes voisins.",
        motivations="Habiter près de la mer.",
    )
    assert match.roles[0].evidence[0].quote == "Je répare les ordinateurs de mes voisins"


def test_an_excluded_role_is_left_out(matcher: Matcher) -> None:
    match = matcher.match(
        background=REPAIR, motivations="", excluded=["technicien-support", "unknown"]
    )
    assert "technicien-support" not in [role.role_id for role in match.roles]
    assert len(match.roles) == len(matcher.role_ids) - 1


def test_a_refused_role_is_not_among_the_first_three(matcher: Matcher) -> None:
    code = {"developpeur-web", "developpeur-mobile", "developpeur-logiciel", "developpeur-cloud"}
    for text in ("surtout pas de code", "j'aime le numérique mais sans programmer"):
        assert not code & set(top(matcher, REPAIR, text))


def test_not_knowing_yet_is_no_refusal(matcher: Matcher) -> None:
    ids = top(
        matcher, motivations="Je ne sais pas coder mais j'adorerais apprendre à faire des sites"
    )
    assert ids[0] == "developpeur-web"


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "…", "123", "\n"])
def test_words_that_say_nothing_make_it_abstain(matcher: Matcher, text: str) -> None:
    assert matcher.match(background=text, motivations="").abstained
    assert matcher.match(background="", motivations=text).abstained


def test_one_field_is_enough(matcher: Matcher) -> None:
    assert top(matcher, background=REPAIR)[0] == top(matcher, motivations=REPAIR)[0]


def test_the_wish_counts_for_more_than_the_past(matcher: Matcher) -> None:
    drawing, repairing = "je dessine des affiches", "je répare des ordinateurs"
    assert top(matcher, background=repairing, motivations=drawing)[0] == "webdesigner"
    assert top(matcher, background=drawing, motivations=repairing)[0] == "technicien-support"


def test_ten_thousand_words_are_read_and_explained(matcher: Matcher) -> None:
    text = (REPAIR + ", j'aime rendre service. ") * 1500
    match = matcher.match(background=text, motivations="")
    assert match.roles[0].role_id == "technicien-support"


@pytest.mark.parametrize(
    "text",
    ["I repair computers for my neighbours", "أصلح أجهزة الكمبيوتر لجيراني", "reparo ordenadores"],
)
def test_another_language_is_still_ranked(matcher: Matcher, text: str) -> None:
    assert len(matcher.match(background=text, motivations="").roles) == len(matcher.role_ids)


def test_many_people_at_once_get_what_each_would_get_alone(matcher: Matcher) -> None:
    people = [(REPAIR, ""), ("", "écrire des articles"), ("CAP coiffure", "ouvrir mon salon")]
    together = matcher.match_many(people)
    for (background, motivations), match in zip(people, together, strict=True):
        alone = matcher.match(background=background, motivations=motivations)
        assert [r.role_id for r in match.roles[:5]] == [r.role_id for r in alone.roles[:5]]
        assert match.abstained == alone.abstained


def test_threads_do_not_disturb_each_other(matcher: Matcher) -> None:
    expected = top(matcher, REPAIR)
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(top(matcher, REPAIR))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 6


def test_a_quote_starts_with_its_own_word_and_is_no_age(matcher: Matcher) -> None:
    match = matcher.match(
        background="J'ai 41 ans, et je répare les ordinateurs de mes voisins", motivations=""
    )
    quotes = [part.quote for role in match.roles for part in role.evidence]
    assert quotes[0] == "je répare les ordinateurs de mes voisins"
    assert "J'ai 41 ans" not in quotes


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Coder, non merci ; chercher les bugs des autres, oui.", "developpeur-web"),
        ("Les réseaux sociaux, très peu pour moi. Écrire, oui.", "community-manager"),
        ("La pub me dégoûte. J'aimerais aider les personnes âgées.", "charge-marketing-digital"),
    ],
)
def test_a_refusal_that_looks_back_is_heard(matcher: Matcher, text: str, refused: str) -> None:
    assert refused not in top(matcher, motivations=text)
