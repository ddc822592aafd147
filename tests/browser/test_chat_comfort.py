"""What makes the chat easy to use: its pace, changing an answer, coming back, the summary to keep,
speech, plain language.
"""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from tests.browser.conftest import Site
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

SPEECH = """
  window.spoken = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    speak: (words) => spoken.push([words.lang, words.text]),
    cancel: () => spoken.push("stop"),
  }});
  window.SpeechRecognition = class {
    start() { window.heard = this; }
    stop() { this.onend(); }
    abort() { this.onend(); }
  };
  window.sayWords = (text) => heard.onresult(
    { resultIndex: 0, results: [Object.assign([{ transcript: text }], { isFinal: true })] });
"""
CONTRASTS = """() => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b) };
  const root = document.querySelector("declic-chat").shadowRoot;
  const ground = light(getComputedStyle(document.body).backgroundColor);
  return [...root.querySelectorAll("textarea, .button, .message.person")]
    .filter(e => e.checkVisibility() && !e.matches(".change"))
    .map(e => { const edge = light(getComputedStyle(e).borderTopColor);
      return [e.className || e.tagName,
        (Math.max(edge, ground) + 0.05) / (Math.min(edge, ground) + 0.05)] });
}"""
SILENT = """
  delete window.speechSynthesis;
  delete window.SpeechRecognition; delete window.webkitSpeechRecognition;
"""


@pytest.fixture
def page(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Page]:
    options = {"reduced_motion": "reduce"} | getattr(request, "param", {})
    context = chromium.new_context(base_url=site.url, **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def begin_at_reading_pace(page: Page) -> None:
    """With the page's clock in the hands of the test: no timer fires by itself."""
    page.clock.install()
    begin_paused(page)


def begin_paused(page: Page) -> None:
    page.goto("/")
    page.clock.pause_at("2030-01-01")
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_role("log")).to_contain_text("Bonjour")
    page.clock.run_for(3000)
    expect(page.get_by_role("button", name="Oui")).to_be_visible()


MOVING = {"reduced_motion": "no-preference"}


@pytest.mark.parametrize("page", [MOVING], indirect=True)
def test_messages_arrive_one_after_the_other_with_a_sign_that_more_comes(page: Page) -> None:
    begin_at_reading_pace(page)
    say(page, "plusieurs")
    log = page.get_by_role("log")
    expect(log).to_contain_text("Un.")
    expect(page.locator(".typing")).to_have_text("Déclic écrit…")
    expect(log).not_to_contain_text("Deux.")
    page.clock.run_for(1900)
    expect(log).to_contain_text("Deux.")
    expect(log).not_to_contain_text("Trois.")
    expect(page.get_by_role("button", name="Quatre")).to_be_hidden()
    page.clock.run_for(1900)
    expect(page.get_by_role("button", name="Quatre")).to_be_visible()
    expect(page.locator(".typing")).to_have_text("")


@pytest.mark.parametrize("page", [MOVING], indirect=True)
@pytest.mark.parametrize("skip", ["key", "touch", "wheel"])
def test_nobody_has_to_wait_for_what_is_already_there(page: Page, skip: str) -> None:
    begin_at_reading_pace(page)
    say(page, "plusieurs")
    log = page.get_by_role("log")
    expect(log).to_contain_text("Un.")
    expect(log).not_to_contain_text("Deux.")
    if skip == "key":
        page.keyboard.press("Shift")
    elif skip == "touch":
        log.locator(".message").last.click()
    else:
        log.locator(".message").last.hover()
        page.mouse.wheel(0, 10)
    expect(page.get_by_role("button", name="Quatre")).to_be_visible()


def test_with_reduced_motion_everything_is_there_at_once(page: Page) -> None:
    page.clock.install()
    page.goto("/")
    page.clock.pause_at("2030-01-01")
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_role("button", name="Oui")).to_be_visible()
    say(page, "plusieurs")
    expect(page.get_by_role("button", name="Quatre")).to_be_visible()


def test_a_slow_answer_is_said_to_be_slow(page: Page, site: Site) -> None:
    page.clock.install()
    begin(page)
    site.pause_s = 2.0
    say(page, "une question")
    expect(page.locator(".typing")).to_have_text("Déclic écrit…")
    page.clock.run_for(8100)
    expect(page.locator(".typing")).to_contain_text("bien parti")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : une question")
    expect(page.locator(".typing")).to_have_text("")


def test_an_answer_that_the_server_calls_late_is_fetched_without_a_word(
    page: Page, site: Site
) -> None:
    begin(page)
    refusals = iter(range(2))

    def late(route: Route) -> None:
        if next(refusals, None) is None:
            route.continue_()
            return
        body = '{"status": 503, "code": "late", "detail": "Encore un instant."}'
        headers = {"Content-Type": "application/problem+json", "Retry-After": "1"}
        route.fulfill(status=503, headers=headers, body=body)

    page.route("**/messages", late)
    say(page, "une question")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : une question")
    expect(page.get_by_role("alert")).to_be_hidden()
    assert site.received.count("une question") == 1


def test_an_answer_that_comes_twice_is_shown_once(page: Page) -> None:
    begin(page)
    answer = {
        "messages": [
            {
                "id": "same",
                "author": "bot",
                "text": "Une seule fois.",
                "choices": [],
                "cards": [],
                "at": "2030-01-01T00:00:00+00:00",
            }
        ]
    }
    page.route("**/messages", lambda route: route.fulfill(json=answer))
    say(page, "un")
    expect(page.get_by_text("Une seule fois.")).to_be_visible()
    say(page, "deux")
    expect(page.locator(".message.person")).to_have_count(2)
    expect(page.locator(".typing")).to_have_text("")
    expect(page.get_by_text("Une seule fois.")).to_have_count(1)


def test_an_answer_that_never_comes_ends_in_a_way_to_try_again(page: Page) -> None:
    page.clock.install()
    begin(page)
    page.route("**/messages", lambda route: None)
    say(page, "une question")
    expect(page.locator(".typing")).to_have_text("Déclic écrit…")
    page.clock.run_for(46_000)
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()


@pytest.mark.parametrize("page", [{"viewport": {"width": 800, "height": 500}}], indirect=True)
def test_who_scrolls_back_to_read_is_left_there(page: Page, site: Site) -> None:
    begin(page)
    say(page, "long")
    expect(page.get_by_role("log")).to_contain_text("La fin.")
    site.pause_s = 1.0
    say(page, "long")
    page.mouse.move(400, 200)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    expect(page.locator(".message.bot")).to_have_count(6)
    assert page.evaluate("scrollY") == before


@pytest.mark.parametrize("page", [{"viewport": {"width": 800, "height": 500}}], indirect=True)
def test_a_long_answer_is_shown_from_what_it_answers(page: Page) -> None:
    begin(page)
    say(page, "long")
    expect(page.get_by_role("log")).to_contain_text("La fin.")
    expect(page.locator(".message.person").last).to_be_in_viewport()


def test_each_answer_can_be_changed_from_its_own_message(page: Page, site: Site) -> None:
    begin(page)
    choose(page, "Oui")
    expect(page.get_by_text("Question 2 sur 7")).to_be_visible()
    expect(page.get_by_role("button", name="Changer ma réponse : Oui")).to_have_count(0)
    choose(page, "Bac")
    change = page.get_by_role("button", name="Changer ma réponse : Bac")
    expect(change).to_be_visible()
    assert_sound(page)
    say(page, "une autre question")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : une autre question")
    expect(page.get_by_role("button", name=re.compile("Changer ma réponse"))).to_have_count(1)
    change.click()
    expect(page.get_by_text("Question 2 sur 7")).to_be_visible()
    assert site.received[-1] == '/change_answer{"slot": "level"}'
    expect(group(page)).to_be_focused()
    page.reload()
    expect(change).to_be_visible()


def test_the_last_answer_can_be_changed_once_roles_are_shown(page: Page) -> None:
    begin(page)
    choose(page, "Oui")
    say(page, "cartes")
    expect(page.get_by_role("button", name="Changer ma réponse : cartes")).to_be_visible()


def test_a_code_continues_the_conversation_on_another_device(
    page: Page, chromium: Browser, site: Site
) -> None:
    begin(page)
    say(page, "bonjour")
    open_options(page)
    choose(page, "Continuer plus tard")
    expect(page.get_by_role("heading", name="Continuer plus tard")).to_be_focused()
    expect(page.get_by_text("s'effacent 24 heures après")).to_be_visible()
    assert_sound(page)
    code = page.locator(".code").inner_text()
    other = chromium.new_context(base_url=site.url, reduced_motion="reduce").new_page()
    other.goto("/")
    other.get_by_text("J'ai déjà un code").click()
    other.get_by_label("Code de reprise").fill("ABC-DEF-2345-6789")
    other.get_by_role("button", name="Reprendre", exact=True).click()
    expect(other.get_by_role("alert")).to_contain_text("ne marche pas")
    assert_sound(other)
    other.get_by_label("Code de reprise").fill(code.lower())
    other.keyboard.press("Enter")
    expect(other.get_by_role("log")).to_contain_text("J'ai lu : bonjour")
    say(other, "me revoilà")
    expect(other.get_by_role("log")).to_contain_text("J'ai lu : me revoilà")
    other.context.close()
    page.get_by_text("J'ai déjà un code").locator("visible=true").click()
    expect(page.get_by_label("Code de reprise").locator("visible=true")).to_have_count(1)
    assert_sound(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Continuer plus tard")).to_be_hidden()
    assert focused(page) == "Options"


def test_a_link_continues_the_conversation_and_leaves_the_address_bar(
    page: Page, chromium: Browser, site: Site
) -> None:
    begin(page)
    say(page, "bonjour")
    open_options(page)
    choose(page, "Continuer plus tard")
    link = page.locator(".sheet dd a").get_attribute("href")
    other = chromium.new_context(base_url=site.url, reduced_motion="reduce").new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(link)
    expect(other).to_have_url(f"{site.url}/")
    assert not [url for url in asked if "/api/" in url]
    other.get_by_role("button", name="Reprendre ma conversation").click()
    expect(other.get_by_role("log")).to_contain_text("J'ai lu : bonjour")
    other.context.close()
    other = chromium.new_context(base_url=site.url, reduced_motion="reduce").new_page()
    other.goto("/#reprise=faux")
    other.get_by_role("button", name="Reprendre ma conversation").click()
    expect(other.get_by_role("alert")).to_contain_text("ne marche pas")
    other.get_by_role("button", name="Commencer").click()
    expect(other.get_by_role("button", name="Oui")).to_be_visible()
    other.context.close()


def test_the_link_can_be_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begin(page)
    open_options(page)
    choose(page, "Continuer plus tard")
    choose(page, "Copier le lien")
    expect(page.get_by_text("Le lien est copié.")).to_be_visible()
    link = page.locator(".sheet dd a").get_attribute("href")
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_the_summary_is_a_clean_page_and_a_pdf(page: Page) -> None:
    begin(page)
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_visible()
    open_options(page)
    choose(page, "Mon résumé")
    expect(page.get_by_role("heading", name="Votre résumé")).to_be_focused()
    assert_sound(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Version à imprimer").click()
    sheet = opened.value
    expect(sheet.get_by_role("heading", name="Mon résumé Déclic")).to_be_visible()
    expect(sheet.get_by_role("main")).to_contain_text("Metz (57)")
    assert_sound(sheet)
    expect(sheet.get_by_role("button", name="Imprimer")).to_be_visible()
    sheet.emulate_media(media="print")
    expect(sheet.get_by_role("button", name="Imprimer")).to_be_hidden()
    expect(sheet.get_by_text("je répare les ordinateurs")).to_be_visible()
    pdf = page.get_by_role("link", name="Télécharger en PDF").get_attribute("href")
    document = PdfReader(io.BytesIO(page.request.get(pdf).body()))
    assert "Metz (57)" in document.pages[0].extract_text()


def test_a_summary_before_any_answer_says_what_to_do(page: Page, site: Site) -> None:
    begin(page)
    site.works = False
    open_options(page)
    choose(page, "Mon résumé")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Version à imprimer").click()
    expect(opened.value.get_by_text("Je n'arrive pas à répondre")).to_be_visible()
    assert_sound(opened.value)


def test_nothing_is_read_aloud_until_the_person_switches_it_on(page: Page) -> None:
    page.add_init_script(SPEECH)
    begin(page)
    assert page.evaluate("spoken") == []
    open_options(page)
    page.get_by_role("button", name="Lire à voix haute").click()
    say(page, "bonjour")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : bonjour")
    assert page.evaluate("spoken.at(-1)") == ["fr-FR", "J'ai lu : bonjour"]
    page.get_by_role("button", name="Lire à voix haute").click()
    assert page.evaluate("spoken.at(-1)") == "stop"


def test_dictation_writes_in_the_field_and_says_where_the_voice_goes(page: Page) -> None:
    page.add_init_script(SPEECH)
    begin(page)
    expect(page.get_by_role("button", name="Dicter", exact=True)).to_be_hidden()
    open_options(page)
    page.get_by_role("button", name="Dicter mes messages").click()
    expect(page.get_by_role("alert")).to_contain_text("peut envoyer votre voix")
    choose(page, "Dicter")
    assert_sound(page)
    page.evaluate("sayWords('je répare des ordinateurs')")
    page.evaluate("sayWords('et des vélos')")
    expect(field(page)).to_have_value("je répare des ordinateurs et des vélos")
    choose(page, "Arrêter la dictée")
    expect(page.get_by_role("button", name="Dicter", exact=True)).to_be_visible()
    choose(page, "Dicter")
    page.evaluate("heard.onerror({ error: 'not-allowed' }); heard.onend()")
    expect(page.get_by_role("alert")).to_contain_text("La dictée n'a pas marché")


def test_a_browser_without_speech_offers_none(page: Page) -> None:
    page.add_init_script(SILENT)
    begin(page)
    open_options(page)
    expect(page.get_by_role("button", name="Langage clair")).to_be_visible()
    expect(page.get_by_role("button", name="Lire à voix haute")).to_have_count(0)
    expect(page.get_by_role("button", name="Dicter mes messages")).to_have_count(0)


def test_plain_language_shows_shorter_texts_and_switches_back(page: Page) -> None:
    begin(page)
    say(page, "long")
    expect(page.get_by_role("log")).to_contain_text("La fin.")
    open_options(page)
    switch = page.get_by_role("button", name="Langage clair")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Fin.", exact=True)).to_be_visible()
    expect(page.get_by_text("La fin.")).to_have_count(0)
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    switch.click()
    expect(page.get_by_text("La fin.")).to_be_visible()


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_wider_spacing_of_text_loses_nothing(page: Page) -> None:
    begin(page)
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
          sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
            word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
          document.querySelector("declic-chat").shadowRoot.adoptedStyleSheets.push(sheet); }"""
    )
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_visible()
    open_options(page)
    assert_sound(page)
    cut = page.evaluate(
        """() => [...document.querySelector("declic-chat").shadowRoot.querySelectorAll("*")]
          .filter(e => e.checkVisibility() && !e.matches(".unseen, .unseen *, textarea, svg *")
            && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible")
          .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert cut == []


@pytest.mark.parametrize("page", [{}, {"color_scheme": "dark"}], indirect=True)
def test_edges_of_what_is_used_stand_out_from_what_is_around(page: Page) -> None:
    begin(page)
    ratios = page.evaluate(CONTRASTS)
    assert len(ratios) >= 4
    assert {name: ratio for name, ratio in ratios if ratio < 3} == {}


def test_announcements_are_those_that_a_screen_reader_is_given(page: Page) -> None:
    begin(page)
    say(page, "bonjour")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : bonjour")
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in tree}
    lives = {}
    for node in tree:
        known = (
            {known["name"]: known["value"].get("value") for known in node["properties"]}
            if ("properties" in node)
            else {}
        )
        if "live" in known and node["role"]["value"] in {"log", "status", "alert"}:
            lives[node["role"]["value"]] = (known["live"], known.get("relevant"), node)
    assert lives["log"][:2] == ("polite", "additions")
    assert lives["log"][2]["name"]["value"] == "Messages"
    assert lives["status"][0] == "polite"

    def words(node: dict) -> str:
        children = [by_id[child] for child in node.get("childIds", []) if child in by_id]
        own = node["name"]["value"] if node["role"]["value"] == "StaticText" else ""
        return " ".join(filter(None, [own, *map(words, children)]))

    assert words(lives["log"][2]).endswith("Vous : bonjour Déclic : J'ai lu : bonjour")


def test_a_new_conversation_begins_in_the_same_place_after_an_erasure(page: Page) -> None:
    begin(page)
    say(page, "effacer mes données")
    choose(page, "Oui, tout effacer")
    choose(page, "Commencer une nouvelle conversation")
    start = page.get_by_role("button", name="Commencer")
    expect(start).to_be_focused()
    assert page.evaluate("sessionStorage.length") == 0
    start.click()
    expect(page.get_by_role("button", name="Oui")).to_be_visible()
