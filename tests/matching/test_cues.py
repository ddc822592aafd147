import pytest

from bot.matching.cues import Cues


def found(phrase: str, text: str) -> bool:
    return bool(Cues({phrase: {"role": 1.0}}, role_ids=["role"]).found(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("dessin*", "Dessinatrice en bâtiment"),
        ("vendeur", "une ancienne VENDEUSE"),
        ("réparer ordis", "réparer mes vieux ordis"),
        ("données", "donnee"),
        ("=données", "des DONNÉES"),
        ("=post", "un post"),
        ("cœur de", "coeur de métier"),
        ("c++", "du C++ embarqué"),
    ],
)
def test_a_phrase_is_found_however_it_is_written(phrase: str, text: str) -> None:
    assert found(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("=posts", "deux postes à pourvoir"),
        ("=données", "on m'a donné ma chance"),
        ("=marché", "ça marche enfin"),
        ("mot", "ma motivation et ma moto"),
        ("réparer ordis", "réparer la voiture et les ordis"),
    ],
)
def test_another_word_is_not_taken_for_it(phrase: str, text: str) -> None:
    assert not found(phrase, text)


def test_letters_of_every_script_are_read_without_harm() -> None:
    cues = Cues({"post": {"role": 1.0}}, role_ids=["role"])
    assert cues.found("ﷺ ß ŉ ½ ﬁn É́ 工 post ـ") == ("post",)
