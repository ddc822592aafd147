from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.roles import Role, find_roles


@pytest.mark.parametrize(
    ("text", "role_id"),
    [
        ("webdesigneuse svp", "webdesigner"),
        ("le métier de technicien support", "technicien-support"),
        ("dev web", "developpeur-web"),
        ("community manageur", "community-manager"),
        ("comunity manager", "community-manager"),
        ("jveux etre developper web", "developpeur-web"),
        ("develloppeur", "developpeur-web"),
        ("developeuse mobil", "developpeur-mobile"),
        ("DÉVELOPPEUSE D’APPLICATIONS MOBILES", "developpeur-mobile"),
        ("technicien·ne support informatique", "technicien-support"),
        ("administrateur(trice) réseau", "administrateur-systemes-reseaux"),
        ("admin systeme et reseau stp", "administrateur-systemes-reseaux"),
        ("tecnicien fibre", "technicien-reseaux-telecoms"),
        ("plutot la cyber sécurité", "analyste-cybersecurite"),
        ("data analiste", "data-analyst"),
        ("c'est quoi testeuse ?", "testeur-logiciel"),
        ("référant numérique", "referent-numerique"),
        ("gestionaire e commerce", "gestionnaire-e-commerce"),
        ("web-designer", "webdesigner"),
        ("dévelopeur en inteligence artificielle", "developpeur-ia"),
        ("cheffe de projet digitale", "chef-de-projet-digital"),
        ("et ux designeur, ça paye ?", "ux-designer"),
        ("Développeuse / Développeur d'applications mobiles", "developpeur-mobile"),
    ],
)
def test_a_typed_name_is_recognised(roles: dict[str, Role], text: str, role_id: str) -> None:
    assert find_roles(text, roles) == (role_id,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "😂😂",
        "مرحبا",
        "je ne sais pas",
        "57000 Metz",
        "je veux développer mon commerce",
        "j'aimerais tester",
        "développer des applications",
        "tester des jeux vidéo",
        "technicien du son",
        "technicien de laboratoire",
        "administrateur de biens",
        "conseiller en assurance",
        "analyste financier",
        "chef de projet bâtiment",
        "chef de cuisine",
        "manager une équipe",
        "le graphisme",
        "les réseaux",
        "ma mère est aide-soignante et mon père conduit un camion",
        "je cherche un métier sans diplôme près de chez moi, avec des horaires de bureau",
    ],
)
def test_ordinary_words_name_no_role(roles: dict[str, Role], text: str) -> None:
    assert find_roles(text, roles) == ()


def test_several_names_come_in_the_order_of_the_text(roles: dict[str, Role]) -> None:
    text = "pas webdesigner, plutôt développeuse web ou technicienne support"
    assert find_roles(text, roles) == ("webdesigner", "developpeur-web", "technicien-support")


def test_a_role_named_twice_comes_once(roles: dict[str, Role]) -> None:
    assert find_roles("dev web, oui, développeuse web", roles) == ("developpeur-web",)


def test_a_long_name_hides_the_short_one_inside_it(roles: dict[str, Role]) -> None:
    assert find_roles("développeur", roles) == ("developpeur-web",)
    assert find_roles("développeur java", roles) == ("developpeur-logiciel",)


def test_the_work_grows_as_the_message_does_and_no_faster(
    roles: dict[str, Role], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def distance(word: str, right: str, *, score_cutoff: int) -> int:
        compared.append(word)
        return OSA.distance(word, right, score_cutoff=score_cutoff)

    monkeypatch.setattr("bot.roles.naming.OSA", SimpleNamespace(distance=distance))
    sentence = "je voudrais un metier de developeur webs ou technicien "
    find_roles(sentence * 18, roles)
    short = len(compared)
    find_roles(sentence * 72, roles)
    assert 0 < short <= len(compared) - short <= 4.5 * short


@given(text=st.text(max_size=200))
def test_no_text_breaks_the_search(roles: dict[str, Role], text: str) -> None:
    assert set(find_roles(text, roles)) <= roles.keys()
