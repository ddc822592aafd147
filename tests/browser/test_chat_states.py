"""Every state of the chat page in Chromium, the rare ones too, over a scripted dialogue."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HOSTILE, Site
from tests.browser.steps import (
    assert_sound,
    begin,
    choose,
    field,
    focused,
    group,
    open_options,
    say,
)

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SMALL_DARK = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
FORCED = {"viewport": {"width": 640, "height": 800}, "forced_colors": "active"}


@pytest.fixture
def page(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Page]:
    options = {"reduced_motion": "reduce"} | getattr(request, "param", DESK)
    context = chromium.new_context(base_url=site.url, **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(f"dialog {dialog.message}"))
    yield page
    context.close()
    assert problems == []


@pytest.mark.parametrize("page", [DESK, PHONE, SMALL_DARK, FORCED], indirect=True)
def test_no_state_of_the_page_breaks_a_rule_of_accessibility(page: Page, site: Site) -> None:
    page.goto("/")
    assert_sound(page)
    begin(page)
    assert_sound(page)
    choose(page, "Oui")
    expect(page.get_by_text("Question 2 sur 7")).to_be_visible()
    assert_sound(page)
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_visible()
    assert_sound(page)
    field(page).fill("a" * 250)
    expect(page.get_by_text("50 caractères de trop")).to_be_visible()
    assert_sound(page)
    site.works = False
    say(page, "sans réponse")
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    assert_sound(page)
    site.works = True
    say(page, "effacer mes données")
    choose(page, "Oui, tout effacer")
    expect(page.get_by_role("button", name="Commencer une nouvelle conversation")).to_be_visible()
    assert_sound(page)


@pytest.mark.parametrize("page", [DESK, SMALL_DARK], indirect=True)
def test_text_twice_as_large_loses_nothing(page: Page) -> None:
    begin(page)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    expect(page.locator(".declic")).to_have_css("font-size", "32px")
    choose(page, "Oui")
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_visible()
    assert_sound(page)
    open_options(page)
    for name in ("Garder cette formation", "Envoyer", "Effacer mes données"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]


@pytest.mark.parametrize("page", [DESK, PHONE], indirect=True)
def test_everything_that_is_pressed_is_large_enough_for_a_thumb(page: Page) -> None:
    begin(page)
    choose(page, "Oui")
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_visible()
    open_options(page)
    small = page.evaluate(
        """[...document.querySelectorAll("footer a"),
            ...document.querySelector("declic-chat").shadowRoot
              .querySelectorAll("button, textarea, .menu a")]
           .filter(e => e.checkVisibility())
           .map(e => [e.textContent, e.getBoundingClientRect().height])
           .filter(([, height]) => height < 44)"""
    )
    assert small == []


def test_hostile_texts_are_shown_as_texts(page: Page) -> None:
    begin(page)
    say(page, "pièges")
    card = page.locator(".card")
    expect(card.get_by_role("heading")).to_have_text(HOSTILE)
    expect(card.locator("blockquote")).to_have_text(HOSTILE)
    assert page.locator(".chat img, .chat script, a[href^=javascript]").count() == 0
    say(page, HOSTILE)
    expect(page.locator(".message.person").last).to_contain_text(HOSTILE)
    assert page.locator(".chat img, .chat script").count() == 0
    assert_sound(page)


def test_the_keyboard_goes_from_question_to_choices_and_back(page: Page, site: Site) -> None:
    page.goto("/")
    page.get_by_role("button", name="Commencer").focus()
    page.keyboard.press("Enter")
    expect(group(page)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("log")).to_contain_text("qu'avez-vous fait")
    assert site.received[-1] == "/Non"
    expect(field(page)).to_be_focused()
    page.keyboard.type("cartes")
    page.keyboard.press("Shift+Enter")
    assert field(page).input_value() == "cartes\n"
    page.keyboard.press("Enter")
    expect(page.locator(".card.training")).to_be_visible()
    expect(field(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert focused(page).startswith("Garder cette formation")


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_no_keyboard_jumps_up_after_a_choice(page: Page) -> None:
    begin(page)
    expect(field(page)).not_to_be_focused()
    choose(page, "Non")
    expect(page.get_by_role("log")).to_contain_text("qu'avez-vous fait")
    expect(page.locator(".message.bot").last).to_be_focused()


def test_new_messages_are_announced_and_the_person_is_told_who_speaks(page: Page) -> None:
    begin(page)
    say(page, "bonjour")
    log = page.get_by_role("log", name="Messages")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_match_aria_snapshot(
        """
        - log "Messages":
          - text: "Déclic :"
          - paragraph: Bonjour, je suis Déclic.
          - text: "Déclic :"
          - paragraph: Puis-je garder un résumé ?
          - text: "Vous :"
          - paragraph: bonjour
          - text: "Déclic :"
          - paragraph: "J'ai lu : bonjour"
        """
    )


def test_what_was_typed_is_shown_at_once_and_a_sign_says_that_an_answer_comes(
    page: Page, site: Site
) -> None:
    begin(page)
    site.pause_s = 1.0
    say(page, "une question")
    expect(page.locator(".message.person")).to_contain_text("une question", timeout=500)
    expect(page.get_by_role("status")).to_have_text("Déclic écrit…")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : une question")
    expect(page.get_by_role("status")).to_have_text("")


def test_who_writes_faster_than_the_answers_come_is_read_in_order(page: Page, site: Site) -> None:
    begin(page)
    site.pause_s = 0.5
    say(page, "un")
    say(page, "deux")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : deux")
    assert site.received[-2:] == ["un", "deux"]
    assert field(page).input_value() == ""


def test_a_retry_reaches_the_dialogue_once(page: Page, site: Site) -> None:
    begin(page)
    site.works = False
    say(page, "mes mots")
    retry = page.get_by_role("button", name="Réessayer")
    expect(page.get_by_role("alert")).to_contain_text("Votre message n'est pas perdu")
    expect(retry).to_be_in_viewport()
    retry.click()
    expect(retry).to_be_focused()
    site.works = True
    retry.click()
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : mes mots")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : mes mots")
    assert page.locator(".message.person", has_text="mes mots").count() == 1


def test_an_answer_lost_on_the_way_is_fetched_and_not_asked_for_twice(
    page: Page, site: Site
) -> None:
    begin(page)

    def lose(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/messages", lose)
    say(page, "Metz")
    retry = page.get_by_role("button", name="Réessayer")
    expect(retry).to_be_visible()
    page.unroute("**/messages")
    retry.click()
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : Metz")
    assert site.received.count("Metz") == 1


def test_without_a_connection_the_person_is_told_and_nothing_is_lost(page: Page) -> None:
    begin(page)
    page.context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("hors ligne")
    say(page, "dans le train")
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : dans le train")


def test_a_message_too_long_stays_in_the_field_until_it_is_shortened(
    page: Page, site: Site
) -> None:
    begin(page)
    field(page).fill("a" * 190)
    expect(page.get_by_text("Encore 10 caractères.")).to_be_visible()
    say(page, "é👍" * 101)
    expect(page.get_by_role("alert")).to_contain_text("2 caractères de trop")
    assert field(page).input_value() == "é👍" * 101
    say(page, "é👍" * 100)
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : é👍")
    assert site.received[-1] == "é👍" * 100


def test_a_start_that_fails_can_be_tried_again_and_later_faults_are_seen(
    page: Page, site: Site
) -> None:
    site.works = False
    page.goto("/")
    start = page.get_by_role("button", name="Commencer")
    start.click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_sound(page)
    site.works = True
    start.click()
    expect(page.get_by_role("button", name="Oui")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()
    site.works = False
    say(page, "encore")
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_reload_shows_the_choices_of_the_last_question_only(page: Page) -> None:
    begin(page)
    choose(page, "Oui")
    expect(page.get_by_role("button", name="Bac+2")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Bac+2")).to_be_visible()
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_visible()
    page.reload()
    expect(page.locator(".card.training")).to_be_visible()
    expect(page.get_by_text("Question 7 sur 7")).to_be_visible()
    expect(group(page)).to_be_hidden()


def test_a_reload_that_fails_offers_to_try_again(page: Page) -> None:
    begin(page)
    page.route("**/api/**", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/api/**")
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_role("log")).to_contain_text("Bonjour, je suis Déclic.")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_browser_that_refuses_storage_can_talk_all_the_same(page: Page) -> None:
    page.add_init_script(
        """Object.defineProperty(window, "sessionStorage",
           { get() { throw new DOMException("refused", "SecurityError"); } })"""
    )
    begin(page)
    say(page, "bonjour")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : bonjour")


def test_right_to_left_words_stand_on_their_side(page: Page) -> None:
    begin(page)
    say(page, "مرحبا")
    paragraph = page.locator(".message.person p").last
    assert paragraph.evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_the_printed_page_holds_the_words_and_no_controls(page: Page) -> None:
    begin(page)
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_visible()
    open_options(page)
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("Voici des pistes.")).to_be_visible()
    for name in ("Envoyer", "Imprimer", "Garder cette formation"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
