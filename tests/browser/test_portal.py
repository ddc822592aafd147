"""The element on portals of other origins, strict ones too, in Chromium."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.settings import Settings
from tests.browser.conftest import HOSTILE, Site, serve
from tests.browser.steps import assert_sound, say

pytestmark = pytest.mark.browser

HEAD = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Portail</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)
TALL = "<main><h1>Portail</h1>" + "<p>Une ligne du portail.</p>" * 60 + "</main>"
DARK = {"color_scheme": "dark"}
FORCED = {"forced_colors": "active"}
CONTRAST = {"contrast": "more"}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NARROW = {"viewport": {"width": 320, "height": 256}}  # a desk at 400 %


@dataclass
class Portal:
    """A site of another origin; ``pages`` and ``policy`` (its CSP) are what it serves."""

    url: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    policy: str = ""

    def show(self, declic: Site, element: str, *, style: str = "", path: str = "/") -> None:
        """A page with the two lines that a webmaster copies."""
        script = f'<script src="{declic.url}/widget.js" async></script>'
        self.pages[path] = (
            f"{HEAD}<style>{style}</style>{script}</head><body>{TALL}{element}</body>"
        )


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = portal.pages.get(self.path.partition("?")[0])
            self.send_response(200 if page else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if portal.policy:
                self.send_header("Content-Security-Policy", portal.policy)
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, *arguments: object) -> None:
            """The tests need no log of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    portal.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield portal
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(tmp_path: Path, portal: Portal) -> Iterator[Site]:
    """Déclic, which allows the portal."""
    site = Site()
    stop = serve(site, Settings(data_dir=tmp_path, allowed_origins=(portal.url,)))
    yield site
    stop()


@pytest.fixture
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    options = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}}
    context = chromium.new_context(**(options | getattr(request, "param", {})))
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.problems = []
    page.asked = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("dialog", lambda dialog: page.problems.append(f"dialog {dialog.message}"))
    page.on("console", lambda said: said.type == "error" and page.problems.append(said.text))
    page.on("request", lambda asked: page.asked.append(asked.url))
    yield page
    context.close()
    assert page.problems == []


def launcher(page: Page):
    return page.locator(".launcher")


def launch(page: Page, url: str) -> None:
    page.goto(url)
    launcher(page).click()
    expect(page.get_by_role("button", name="Oui")).to_be_visible()


def holder(page: Page) -> str:
    """Class of what has the keyboard in the element."""
    return page.evaluate("document.activeElement.shadowRoot?.activeElement?.className ?? 'portal'")


@pytest.mark.parametrize("page", [{}, DARK, FORCED, CONTRAST, PHONE, NARROW], indirect=True)
def test_no_state_of_the_window_breaks_a_rule_of_accessibility(page, portal, site) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    page.goto(portal.url)
    expect(launcher(page)).to_be_visible()
    assert_sound(page)
    launcher(page).click()
    expect(page.get_by_role("button", name="Oui")).to_be_visible()
    assert_sound(page)
    page.get_by_role("button", name="Oui").click()
    expect(page.get_by_text("Question 2 sur 7")).to_be_attached()
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_attached()
    assert_sound(page)
    page.get_by_role("button", name="Options").click()
    assert_sound(page)
    page.get_by_role("button", name="Options").click()
    site.works = False
    say(page, "sans réponse")
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    assert_sound(page)
    page.problems.clear()  # the answer 503, as the console of the browser tells it


def test_before_it_is_opened_nothing_is_asked_for_or_stored_but_the_script(
    page, portal, site
) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    page.goto(portal.url)
    expect(launcher(page)).to_be_visible()
    page.wait_for_timeout(300)
    assert [url for url in page.asked if not url.startswith(portal.url)] == [
        f"{site.url}/widget.js"
    ]
    stored = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(stored) == [0, 0, ""]


def test_once_it_is_opened_only_the_token_is_stored_and_only_declic_is_asked(
    page, portal, site
) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    launch(page, portal.url)
    say(page, "bonjour")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : bonjour")
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    kept = page.evaluate("Object.entries(sessionStorage).map(([k, v]) => [k, JSON.parse(v)])")
    assert [(key, sorted(value)) for key, value in kept] == [("declic", ["id", "token"])]
    assert {url for url in page.asked if not url.startswith((site.url, portal.url))} == set()
    assert page.context.cookies() == []


def test_it_works_under_a_strict_policy_with_trusted_types(page, portal, site) -> None:
    portal.policy = (
        f"default-src 'none'; script-src {site.url}; connect-src {site.url}; style-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    script = f'<script src="{site.url}/widget.js" async></script>'
    portal.pages["/"] = f"{HEAD}{script}</head><body>{TALL}<declic-chat></declic-chat></body>"
    launch(page, portal.url)
    say(page, "cartes")
    expect(page.locator(".card.training")).to_be_visible()
    expect(launcher(page)).to_have_css("position", "fixed")
    expect(page.locator(".window")).to_have_css("width", "400px")


def test_an_older_browser_gets_its_style_under_the_nonce_of_the_script(page, portal, site) -> None:
    nonce = "bm9uY2U"
    portal.policy = f"script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src {site.url}"
    script = f'<script src="{site.url}/widget.js" nonce="{nonce}" async></script>'
    older = f'<script nonce="{nonce}">delete Document.prototype.adoptedStyleSheets</script>'
    page_ = f"{HEAD}{older}{script}</head><body>{TALL}<declic-chat></declic-chat></body>"
    portal.pages["/"] = page_
    launch(page, portal.url)
    expect(launcher(page)).to_have_css("position", "fixed")


def test_a_site_that_is_not_allowed_gets_no_answer(page, portal, site, tmp_path) -> None:
    refusing = Site()
    stop = serve(refusing, Settings(data_dir=tmp_path / "b", allowed_origins=("https://a.fr",)))
    portal.show(refusing, "<declic-chat></declic-chat>")
    page.goto(portal.url)
    launcher(page).click()
    expect(page.get_by_role("alert")).to_contain_text("ne répond pas")
    assert refusing.received == []
    assert page.evaluate("sessionStorage.length") == 0
    stop()
    page.problems.clear()  # the browser tells in its console that it was refused


def test_styles_of_the_portal_do_not_come_in_and_none_go_out(page, portal, site) -> None:
    loud = (
        "* { color: red !important; letter-spacing: 9px; font: 40px serif; direction: rtl }"
        "button { background: lime !important; text-transform: uppercase }"
        "html { font-size: 50% } h2 { display: none }"
    )
    portal.show(site, "<declic-chat></declic-chat>")
    page.goto(portal.url)
    before = page.evaluate("getComputedStyle(document.querySelector('h1')).cssText")
    style = """element => { const of = getComputedStyle(element);
        return [of.color, of.letterSpacing, of.fontSize, of.direction, of.textTransform,
                of.backgroundColor, of.display] }"""
    plain = launcher(page).evaluate(style)
    launcher(page).click()
    heading = page.locator(".head h2").evaluate(style)
    portal.show(site, "<declic-chat></declic-chat>", style=loud)
    page.reload()
    assert launcher(page).evaluate(style) == plain
    launcher(page).click()
    assert page.locator(".head h2").evaluate(style) == heading
    portal.show(site, "")
    page.reload()
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).cssText") == before


def test_the_portal_chooses_label_corner_colours_and_first_words(page, portal, site) -> None:
    portal.show(
        site,
        '<declic-chat open corner="left" label="Demander" opening="Bienvenue en Val-de-Sauve.">'
        "</declic-chat>",
        style="declic-chat { --declic-brand: rgb(58, 61, 152); --declic-gap: 40px }",
    )
    page.goto(portal.url)
    expect(page.get_by_text("Bienvenue en Val-de-Sauve.")).to_be_visible()
    assert page.locator(".window").bounding_box()["x"] == 40
    assert holder(page) == "portal"
    assert [url for url in page.asked if "/api/" in url] == []
    page.get_by_role("button", name="Fermer Déclic").click()
    expect(launcher(page)).to_have_text("Demander")
    expect(launcher(page)).to_have_css("background-color", "rgb(58, 61, 152)")
    assert launcher(page).bounding_box()["x"] == 40
    page.evaluate("document.querySelector('declic-chat').setAttribute('label', 'Autre nom')")
    expect(launcher(page)).to_have_text("Autre nom")
    page.evaluate("document.querySelector('declic-chat').setAttribute('open', '')")
    expect(page.get_by_role("dialog", name="Déclic")).to_be_visible()


def test_what_the_portal_writes_in_attributes_stays_text(page, portal, site) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    page.goto(portal.url)
    page.evaluate(
        """text => { const chat = document.createElement("declic-chat");
             for (const name of ["label", "opening", "corner"]) chat.setAttribute(name, text);
             document.body.append(chat); }""",
        HOSTILE,
    )
    expect(launcher(page).last).to_have_text(HOSTILE)
    launcher(page).last.focus()
    assert page.locator("declic-chat img, declic-chat script").count() == 0


def test_hostile_texts_of_the_conversation_stay_texts(page, portal, site) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    launch(page, portal.url)
    say(page, "pièges")
    expect(page.locator(".card h3")).to_have_text(HOSTILE)
    assert page.locator(".window img, .window script, a[href^=javascript]").count() == 0


def test_escape_closes_the_window_and_the_focus_goes_back_to_the_button(page, portal, site) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    page.goto(portal.url)
    launcher(page).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Réponses proposées")).to_be_focused()
    page.get_by_role("button", name="Options").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Effacer mes données")).to_be_hidden()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher(page)).to_be_focused()
    expect(launcher(page)).to_have_text("Reprendre ma conversation")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert site.received.count("/start") == 1


def test_a_whole_conversation_with_the_keyboard_alone(page, portal, site) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    page.goto(portal.url)
    expect(launcher(page)).to_be_visible()
    page.keyboard.press("Tab")
    assert holder(page) == "launcher"
    page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Réponses proposées")
    expect(group).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Question 2 sur 7")).to_be_visible()
    expect(group).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("log")).to_contain_text("Où habitez-vous")
    expect(page.get_by_label("Votre message")).to_be_focused()
    page.keyboard.type("cartes")
    page.keyboard.press("Enter")
    expect(page.locator(".card.training")).to_be_attached()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : /choose_training")


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_the_window_covers_the_portal_which_cannot_be_reached_behind(
    page, portal, site
) -> None:
    portal.show(site, '<a href="#">Lien du portail</a><declic-chat></declic-chat>')
    launch(page, portal.url)
    box = page.locator(".window").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
    page.get_by_role("button", name="Options").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Effacer mes données")).to_be_hidden()
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") in {"DECLIC-CHAT", "BODY"}
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher(page)).to_be_focused()


def test_keys_typed_in_the_chat_are_no_shortcuts_of_the_portal(page, portal, site) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    launch(page, portal.url)
    page.evaluate("window.keys = 0; document.addEventListener('keydown', () => window.keys++)")
    page.get_by_label("Votre message").press_sequentially("/s")
    assert page.evaluate("window.keys") == 0


def test_another_page_of_the_portal_goes_on_with_the_conversation(page, portal, site) -> None:
    portal.show(site, "<declic-chat></declic-chat>")
    portal.show(site, "<declic-chat></declic-chat>", path="/autre")
    launch(page, portal.url)
    say(page, "bonjour")
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : bonjour")
    page.asked.clear()
    page.goto(f"{portal.url}/autre")
    expect(launcher(page)).to_have_text("Reprendre ma conversation")
    assert [url for url in page.asked if "/api/" in url] == []
    launcher(page).click()
    expect(page.get_by_role("log")).to_contain_text("J'ai lu : bonjour")
    assert site.received.count("/start") == 1


def test_nothing_on_the_portal_moves_when_it_loads_opens_and_answers(page, portal, site) -> None:
    page.add_init_script(
        """window.shift = 0;
           new PerformanceObserver(list => { for (const e of list.getEntries()) shift += e.value })
             .observe({ type: "layout-shift", buffered: true })"""
    )
    portal.show(site, "<declic-chat></declic-chat>")
    launch(page, portal.url)
    page.wait_for_timeout(700)  # beyond the half second in which a click excuses a shift
    assert page.evaluate("window.shift") == 0


def test_the_demonstration_page_shows_the_chat_on_a_made_up_portal(page, site) -> None:
    page.goto(f"{site.url}/demo")
    expect(page.get_by_text("n'existent pas")).to_be_visible()
    assert_sound(page)
    launch(page, f"{site.url}/demo")
    assert_sound(page)
