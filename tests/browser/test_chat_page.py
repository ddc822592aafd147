"""The chat page and the console in a real Chromium, over the real three processes."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.conversations import ConversationStore
from bot.conversations.advisers import add_adviser

pytestmark = [pytest.mark.browser, pytest.mark.stack]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture
def page(chromium, stack):
    context = chromium.new_context(
        base_url=stack.url, viewport={"width": 360, "height": 740}, reduced_motion="reduce"
    )
    # axe is injected by the test; the page's own policy would refuse it.
    page = context.new_page()
    page.requests = []
    page.problems = []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    assert page.problems == []
    context.close()


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []


def assert_no_sideways_scroll(page: Page) -> None:
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(wide) is False


def begin(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_role("button", name="Oui, garder un résumé")).to_be_visible()


def say(page: Page, text: str, answer: str) -> None:
    page.get_by_label("Votre message").fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text(answer)


def to_roles(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Oui, garder un résumé").click()
    expect(page.get_by_role("log")).to_contain_text("Quelle est votre situation")
    say(page, "au chômage", "plus haut diplôme")
    say(page, "bac", "Où habitez-vous")
    say(page, "Metz", "vous déplacer")
    say(page, "30 km", "qu'avez-vous chez vous")
    say(page, "ordi et internet", "fait jusqu'ici")
    say(page, "Vendeuse, je répare les ordinateurs de mes voisins", "qu'aimeriez-vous")
    say(page, "Dépanner les gens et leur expliquer", "voici des métiers")


def test_nothing_is_asked_or_stored_before_the_person_begins(page: Page) -> None:
    page.goto("/")
    page.wait_for_timeout(300)
    assert not [url for url in page.requests if "/api/" in url]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_no_request_leaves_for_anywhere_else(page: Page, stack) -> None:
    begin(page)
    assert all(url.startswith((stack.url, "data:")) for url in page.requests)


def test_a_whole_conversation_on_a_phone(page: Page, stack) -> None:
    to_roles(page)
    assert_no_sideways_scroll(page)
    card = page.locator(".card.role").first
    expect(card.locator("blockquote").first).to_be_visible()
    card.get_by_role("button", name=re.compile("Voir les formations")).click()
    expect(page.locator(".card.training").first).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("exemples inventés")
    expect(page.locator(".card.training").first).to_contain_text("Exemple inventé")
    assert_no_sideways_scroll(page)
    page.locator(".card.training").first.get_by_role(
        "button", name=re.compile("Garder cette formation")
    ).click()
    expect(page.get_by_role("log")).to_contain_text("C'est noté : «")
    page.get_by_role("button", name="Voir mon résumé").click()
    expect(page.locator(".card.summary")).to_contain_text("Metz (57)")
    assert_no_sideways_scroll(page)


def test_the_page_has_no_accessibility_fault_at_any_step(page: Page) -> None:
    page.goto("/")
    assert_accessible(page)
    to_roles(page)
    assert_accessible(page)
    page.locator(".card.role").first.get_by_role(
        "button", name=re.compile("Voir les formations")
    ).click()
    expect(page.locator(".card.training").first).to_be_visible()
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    for path in ("/donnees-personnelles", "/accessibilite"):
        page.goto(path)
        assert_accessible(page)


def test_the_conversation_is_possible_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Commencer").focus()
    page.keyboard.press("Enter")
    choices = page.get_by_role("group", name="Réponses proposées")
    expect(choices).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    in_chat = "document.querySelector('declic-chat').shadowRoot.activeElement.textContent"
    assert page.evaluate(in_chat) == "Non, ne rien garder"
    page.keyboard.press("Space")
    expect(page.get_by_role("log")).to_contain_text("je ne garde rien")
    expect(choices).to_be_focused()
    for _ in range(choices.get_by_role("button").count() + 1):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Votre message")).to_be_focused()
    page.keyboard.type("au chômage")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("plus haut diplôme")
    expect(page.get_by_label("Votre message")).to_be_focused()


def test_plain_language_and_changing_an_answer_work_with_the_real_dialogue(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Langage clair").click()
    expect(page.get_by_role("log")).to_contain_text("Je suis un programme, pas une personne.")
    expect(page.get_by_role("log")).to_contain_text("les garde 180 jours")
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Non, ne rien garder").click()
    expect(page.get_by_role("log")).to_contain_text("Quelle est votre situation")
    say(page, "au chômage", "plus haut diplôme")
    say(page, "c'est payant ?", "gratuit")
    change = page.get_by_role("button", name=re.compile("Changer ma réponse : "))
    expect(change).to_have_count(1)
    change.click()
    page.get_by_role("button", name="Je travaille et je veux changer").click()
    expect(page.get_by_role("button", name="Bac", exact=True)).to_be_visible()


def test_the_summary_of_a_conversation_that_is_not_kept_can_be_printed(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Non, ne rien garder").click()
    expect(page.get_by_role("log")).to_contain_text("Quelle est votre situation")
    say(page, "au chômage", "plus haut diplôme")
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Mon résumé").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Version à imprimer").click()
    expect(opened.value.get_by_role("main")).to_contain_text("En recherche d'emploi")
    assert_accessible(opened.value)
    say(page, "bac", "Où habitez-vous")


def test_a_reload_brings_the_conversation_back(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Non, ne rien garder").click()
    expect(page.get_by_role("log")).to_contain_text("Quelle est votre situation")
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("Quelle est votre situation")
    expect(page.get_by_role("button", name="Je cherche un emploi")).to_be_visible()
    say(page, "au chômage", "plus haut diplôme")


def test_markup_that_a_person_types_stays_text(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Non, ne rien garder").click()
    expect(page.get_by_role("log")).to_contain_text("Quelle est votre situation")
    say(page, "<img src=x onerror=alert(1)><b>gras</b>", "Je n'ai pas compris")
    assert page.locator(".message img, .message b").count() == 0
    expect(page.locator(".message.person").last).to_contain_text("<img src=x onerror=alert(1)>")


def test_a_message_that_does_not_get_through_is_kept_and_can_be_sent_again(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Non, ne rien garder").click()
    expect(page.get_by_role("log")).to_contain_text("Quelle est votre situation")
    page.route("**/messages", lambda route: route.abort())
    page.get_by_label("Votre message").fill("au chômage")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    expect(page.locator(".message.person").last).to_contain_text("au chômage")
    page.unroute("**/messages")
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_role("log")).to_contain_text("plus haut diplôme")
    assert page.locator(".message.person", has_text="au chômage").count() == 1


def test_erasing_ends_the_conversation_and_empties_the_browser(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Effacer mes données").click()
    page.get_by_role("button", name="Oui, tout effacer").click()
    expect(page.get_by_role("button", name="Commencer une nouvelle conversation")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_an_adviser_reads_the_summary_that_the_person_agreed_to(page: Page, stack) -> None:
    store = ConversationStore(stack.settings.conversations_url)
    add_adviser(store, email="anne@exemple.fr", password="une phrase assez longue")
    store.engine.dispose()
    to_roles(page)
    page.goto("/conseil")
    assert_accessible(page)
    page.get_by_label("Adresse électronique").fill("anne@exemple.fr")
    page.get_by_label("Mot de passe").fill("une phrase assez longue")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Avec ses mots")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Dépanner les gens et leur expliquer")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
