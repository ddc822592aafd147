"""Whole conversations of different people, through the real three processes."""

import pytest

from tests.stack import Stack

pytestmark = pytest.mark.stack


def test_a_dropout_of_17_in_metz_without_a_diploma(person) -> None:
    assert "assistant automatique" in person.transcript[0]
    assert "rien n'est gardé" in person.transcript[0]
    assert person.choices == ["Oui, garder un résumé", "Non, ne rien garder"]
    assert "je garde un résumé" in person.says("ouais vas y")
    assert "plus haut diplôme" in person.says("jai arreté le lycée en janvier")
    assert "Où habitez-vous" in person.says("rien du tout j'ai meme pas le brevet")
    answer = person.says("metz")
    assert "Metz (57), c'est noté" in answer
    assert "vous déplacer" in answer
    assert "qu'avez-vous chez vous" in person.says("en bus max 20 bornes jai pas le permis")
    assert "fait jusqu'ici" in person.says("un vieux pc portable et la box")
    assert "qu'aimeriez-vous" in person.says(
        "jrepare les tel et les pc de mes potes, jai monté ma tour tout seul, le reste du temps je "
        "traine et je fais des petits boulots au marché"
    )
    answer = person.says("jaime depanner les gens quand leur ordi marche plus, pas rester en cours")
    assert "des pistes, pas un verdict" in answer
    titles = [card["title"] for card in person.cards]
    assert len(titles) == 3
    assert "Technicienne / Technicien support informatique" in titles
    support = next(c for c in person.cards if c["role_id"] == "technicien-support")
    said = (
        "jrepare les tel et les pc de mes potes jaime depanner les gens quand leur ordi marche plus"
    )
    assert any(word in said for quote in support["quotes"] for word in quote.split())
    assert person.fact(support, "Avec moins ou sans diplôme")

    answer = person.clicks("Voir les formations", support["title"])
    assert "Formations pour ce métier" in answer
    assert "exemples inventés" in answer
    offers = [card for card in person.cards if card["kind"] == "training"]
    assert offers
    for offer in offers:
        assert "fictif" in offer["subtitle"]
    assert any(person.fact(offer, "Diplôme demandé") == "Aucun" for offer in offers)

    kept = offers[0]
    assert kept["title"] in person.clicks("Garder cette formation", kept["title"])
    answer = person.clicks("Voir mon résumé")
    summary = person.cards[0]
    assert person.fact(summary, "Lieu") == "Metz (57)"
    assert kept["title"] in person.fact(summary, "Formation retenue")
    assert "conseillère ou un conseiller" in answer
    answer = person.clicks("Parler à une personne")
    assert "votre résumé est signalé" in answer


def test_an_accountant_of_47_in_a_village_of_meuse_without_a_car(person) -> None:
    person.clicks("Oui, garder un résumé")
    person.says("Je suis comptable en CDI, mais je souhaite changer de voie.")
    answer = person.says("J'ai un BTS comptabilité")
    assert "Où habitez-vous" in answer
    answer = person.says("un village à côté de Commercy")
    assert "Commercy (55)" in answer
    answer = person.says("je n'ai pas le permis")
    assert "tout près de chez vous, et à distance" in answer
    person.says("J'ai un ordinateur et la fibre depuis cet été")
    person.says(
        "Vingt-deux ans de comptabilité dans une coopérative. On me demande toujours de faire "
        "parler les tableaux : d'où vient l'écart, pourquoi ce mois-ci."
    )
    person.says("J'aime trouver l'explication derrière les chiffres. Je ne veux plus de clôtures.")
    titles = [card["role_id"] for card in person.cards]
    assert "data-analyst" in titles
    analyst = next(c for c in person.cards if c["role_id"] == "data-analyst")
    assert analyst["quotes"]
    assert "vous avez écrit : « " in person.clicks("Pourquoi ce métier ?", analyst["title"])
    person.clicks("Voir les formations")
    offers = [card for card in person.cards if card["kind"] == "training"]
    assert offers
    person.clicks("À distance seulement")
    remote = [card for card in person.cards if card["kind"] == "training"]
    assert remote
    assert all("distance" in person.fact(card, "Où").lower() for card in remote)


def test_a_job_seeker_narrows_the_trainings_and_keeps_the_second(person) -> None:
    person.clicks("Oui, garder un résumé")
    person.says("je suis au chômage")
    person.says("le bac")
    person.says("Metz")
    person.clicks("60 km environ")
    person.clicks("Un ordinateur et internet")
    person.says("j'ai fait le site du club de foot et un peu de html tout seul le soir")
    person.says("j'aimerais créer des sites web, voir le résultat à l'écran")
    person.says("développeur web")

    def costs() -> set[str]:
        return {person.fact(c, "Coût") for c in person.cards if c["kind"] == "training"}

    first = [card["title"] for card in person.cards]
    assert "Gratuites" in person.choices
    assert "Seulement : gratuites." in person.says("gratuit")
    assert costs() == {"Gratuit"}
    assert "gratuites, en alternance" in person.says("en alternance")
    assert "Toutes les formations" in person.choices
    assert "contrat" in person.says("c'est quoi l'alternance ?")
    assert "Seulement" not in person.says("toutes les formations")
    assert [card["title"] for card in person.cards] == first
    assert "J'ai cherché plus loin" in person.says("plus loin")
    person.says("près de chez moi")
    assert [card["title"] for card in person.cards] == first
    second = person.cards[1]["title"]
    assert second in person.says("je prends la deuxième formation")
    person.clicks("Voir mon résumé")
    assert second in person.fact(person.cards[0], "Formation retenue")


def test_a_mother_returning_to_work_in_lille(person) -> None:
    person.clicks("Non, ne rien garder")
    person.says("je recherche du travail, j'ai élevé mes trois enfants")
    person.says("un bac pro vente")
    assert "Lille (59)" in person.says("J'habite Lille")
    person.clicks("10 km environ")
    person.clicks("Un ordinateur et internet")
    answer = person.says("et c'est payant ces formations ?")
    assert "vérifier avec une conseillère ou un conseiller" in answer
    assert "fait jusqu'ici" in answer
    person.says(
        "Vendeuse en prêt-à-porter avant les enfants. Depuis, je tiens la page Facebook de "
        "l'association de parents : photos, annonces, réponses à tout le monde."
    )
    person.says("Faire vivre un groupe, répondre aux gens, trouver les mots. Des horaires de jour.")
    ids = [card["role_id"] for card in person.cards]
    assert "community-manager" in ids
    assert "je n'ai pas" not in person.read.lower()
    assert "Comme rien n'est gardé" in person.clicks("Parler à une personne")


def test_a_soldier_in_nantes(person) -> None:
    person.says("oui")
    person.says("militaire, je quitte l'armée en juin")
    person.says("niveau 4")
    assert "Nantes (44)" in person.says("44000")
    person.says("30 bornes")
    person.says("pc et internet")
    person.says(
        "Transmissions dans l'armée de terre : monter les antennes, surveiller les réseaux, "
        "repérer ce qui n'est pas normal et rendre compte."
    )
    person.says("Protéger, enquêter, trouver la faille avant l'adversaire.")
    ids = [card["role_id"] for card in person.cards]
    assert "analyste-cybersecurite" in ids
    first = [card["role_id"] for card in person.cards]
    person.clicks("Pas pour moi", person.cards[0]["title"])
    assert first[0] not in [card["role_id"] for card in person.cards]
    person.clicks("Un autre métier")
    assert not set(first) & {card["role_id"] for card in person.cards if card["kind"] == "role"}


def test_someone_who_says_i_do_not_know_to_everything(person) -> None:
    answers = [person.says("je ne sais pas") for _ in range(16)]
    assert any("Dans cette liste, qu'est-ce qui vous" in answer for answer in answers)
    assert max(answers.count(answer) for answer in answers) <= 6
    if "Dépanner les gens et leurs appareils" not in person.choices:
        person.clicks("Revoir les métiers")
    person.clicks("Dépanner les gens et leurs appareils")
    assert "technicien-support" in [card["role_id"] for card in person.cards]


def test_someone_whose_project_is_a_bakery(person) -> None:
    person.clicks("Non, ne rien garder")
    person.says("en recherche d'emploi")
    person.says("CAP boulanger")
    person.says("Épinal")
    person.says("20 km")
    person.says("juste mon téléphone")
    person.says("J'ai fait mon apprentissage en boulangerie, je pétris depuis mes seize ans.")
    answer = person.says("Ouvrir ma propre boulangerie au village, faire du bon pain au levain.")
    assert "je ne vois pas de projet dans le numérique" in answer
    assert "Parler à une personne" in person.choices
    assert not person.cards


def test_answers_may_be_changed_and_what_follows_is_computed_again(person) -> None:
    person.clicks("Non, ne rien garder")
    for text in ("au chômage", "bac", "Nancy", "30 km", "ordinateur et internet"):
        person.says(text)
    person.says("Je dessine depuis toujours, affiches, logos pour les copains.")
    person.says("Que ce soit beau, travailler les couleurs et les images.")
    assert "webdesigner" in [card["role_id"] for card in person.cards]
    assert "Quelle réponse voulez-vous changer" in person.says("changer ma réponse")
    person.clicks("Mes envies")
    answer = person.says("Finalement je préfère dépanner les ordinateurs des gens, réparer.")
    assert "tenu compte de votre changement" in answer
    assert "technicien-support" in [card["role_id"] for card in person.cards]


def test_starting_over_forgets_the_answers(person) -> None:
    person.clicks("Non, ne rien garder")
    person.says("au chômage")
    person.says("bac")
    answer = person.says("recommencer")
    assert "Vos réponses précédentes sont oubliées" in answer
    assert "Quelle est votre situation" in answer


def test_distress_gets_a_human_answer_before_anything_else(person) -> None:
    person.clicks("Non, ne rien garder")
    answer = person.says("de toute façon j'ai plus envie de vivre")
    assert "3114" in answer
    assert "112" in answer
    assert "Quelle est votre situation" not in answer
    assert "Quelle est votre situation" in person.clicks("Continuer quand je veux")


def test_erasing_asks_first_then_erases_and_ends(person, stack: Stack) -> None:
    person.clicks("Oui, garder un résumé")
    person.says("au chômage")
    assert "vraiment tout effacer" in person.says("effacer mes données")
    assert "rien n'est effacé" in person.clicks("Non, continuer")
    person.says("effacer mes données")
    assert "tout est effacé" in person.says("oui")
    response = person._http.get(f"/api/conversations/{person.id}", headers=person._headers)
    assert response.status_code == 410
