"""People who do anything at any moment: never silence, never a dead end, never a loop."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.e2e.conftest import Person
from tests.stack import Stack

pytestmark = pytest.mark.stack

SAID = st.sampled_from(
    [
        *("au chômage", "bac", "Metz", "30 km", "ordinateur et internet", "57000", "oui", "non"),
        *("je ne sais pas", "gloubi boulga", "???", "c'est payant ?", "pourquoi cette question ?"),
        *("en fait j'ai un bts", "non plutôt Nancy", "changer ma réponse", "changer ma ville"),
        *("j'ai oublié de dire que j'adore la photo", "le premier", "compare les deux premiers"),
        *("pas le premier, trop de code", "un autre métier", "mon résumé", "recommencer"),
        *("parler à quelqu'un", "effacer mes données", "merci", "tu es un robot ?", "plus loin"),
        "je répare les ordinateurs de mes voisins et j'aime expliquer",
        "j'ai tenu une boulangerie pendant dix ans avec ma sœur",
    ]
)
MOVES = st.lists(
    st.one_of(
        SAID.map(lambda text: ("says", text)), st.integers(0, 9).map(lambda n: ("clicks", n))
    ),
    min_size=12,
    max_size=25,
)
LOST = ("gloubi boulga", "???", "je ne sais pas")


def step(person: Person, move: tuple[str, str | int]) -> str:
    kind, what = move
    offered = [
        choice
        for source in (*person.messages, *person.cards)
        for choice in source.get("choices", [])
        if choice["label"] != "Oui, tout effacer"
    ]
    if kind == "clicks" and offered:
        return person.follows(offered[int(what) % len(offered)]["id"])
    return person.says(str(what) if kind == "says" else "je ne sais pas")


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=MOVES)
def test_every_walk_can_go_on_and_never_hears_the_same_three_times(
    stack: Stack, moves: list
) -> None:
    with httpx.Client(base_url=stack.url, timeout=60) as http:
        person = Person(http)
        heard: list[str] = []
        for number, move in enumerate(moves):
            if move == ("says", "oui") and "vraiment tout effacer" in person.read:
                continue
            heard.append(step(person, move))
            assert person.choices or person.cards or person.messages[-1]["question"], heard[-1]
            last = heard[-3:]
            repeated = len(last) == 3 and len(set(last)) == 1
            assert not repeated or len({str(m) for m in moves[number - 2 : number + 1]}) == 1, last


@pytest.mark.parametrize("words", LOST)
def test_whoever_is_never_understood_hears_nothing_three_times_in_a_row(person, words) -> None:
    heard = [person.says(words) for _ in range(30)]
    assert all(len(set(heard[i : i + 3])) > 1 for i in range(len(heard) - 2))
    assert any("Parler à une personne" in answer or "personne" in answer for answer in heard)
