"""The console in Chromium: accessibility rules, narrow screens, keyboard, print, no outsider."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.conversations import AccountRole
from bot.conversations.accounts import Accounts
from bot.conversations.advisers import add_adviser
from tests.web_adviser.conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations", "incomplete"],
}


PHONE, DESK = (360, "light"), (1280, "light")


@pytest.fixture
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scheme = getattr(request, "param", DESK)
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.set_default_timeout(10_000)
    page = context.new_page()
    yield page
    context.close()


def look(page: Page, name: str) -> list[dict[str, Any]]:
    """What axe finds wrong on the page; a screenshot goes to ``SCREENSHOTS`` when that is set."""
    if folder := os.environ.get("SCREENSHOTS"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        path = Path(folder) / f"{name}-{width}{'-dark' if dark else ''}.png"
        page.screenshot(path=path, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        {"rule": violation["id"], "nodes": [node["html"] for node in violation["nodes"]]}
        for violation in found
    ]


@pytest.mark.parametrize("page", [PHONE, DESK, (320, "dark"), (1280, "dark")], indirect=True)
def test_every_page_of_the_console_keeps_the_accessibility_rules(page, console, kept) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{console.url}/conseil")
    assert look(page, "connexion") == []
    page.get_by_label("Mot de passe").fill("faux")
    page.get_by_label("Adresse électronique").fill("x@exemple.fr")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert look(page, "refus") == []
    console.log_in(page)
    assert look(page, "liste") == []
    page.get_by_role("link", name="ABC-DEF").click()
    page.get_by_role("heading", name="Échanges").wait_for()
    assert look(page, "conversation") == []
    for mend in page.locator("details").all():
        mend.locator("summary").first.click()
    assert look(page, "corrections") == []
    page.goto(f"{console.url}/conseil/conversations/inconnue")
    assert look(page, "absente") == []
    page.goto(f"{console.url}/conseil/compte")
    assert look(page, "compte") == []
    page.goto(f"{console.url}/conseil?statut=to_contact")
    assert look(page, "filtres") == []
    page.goto(f"{console.url}/conseil/journal")
    assert look(page, "refusee") == []
    assert {url for url in asked if not url.startswith(console.url)} == set()


@pytest.mark.parametrize("page", [PHONE, (1280, "dark")], indirect=True)
def test_pages_of_leads_and_guests_keep_them_too(page, console, kept, store) -> None:
    accounts = Accounts(store.engine)
    now = datetime.now(UTC)
    token = accounts.invite("x@exemple.fr", role="lead", organisation_id=None, now=now)
    for name, path in (("invitation", token), ("invitation-finie", "x")):
        page.goto(f"{console.url}/conseil/invitation/{path}")
        assert look(page, name) == []
    add_adviser(store, email=EMAIL, password=PASSWORD, role=AccountRole.LEAD)
    console.log_in(page)
    page.goto(f"{console.url}/conseil/conversations/{kept}")
    page.get_by_role("button", name="Je la suis").click()
    page.get_by_label("Nouvelle étiquette").fill("CPF")
    page.keyboard.press("Enter")
    page.get_by_label("Nouvelle note, que vos collègues liront").fill("Rappeler jeudi")
    page.get_by_role("button", name="Ajouter la note").click()
    page.get_by_text("Rappeler jeudi").wait_for()
    assert look(page, "suivie") == []
    page.goto(f"{console.url}/conseil/journal")
    assert look(page, "journal") == []


def test_a_role_is_corrected_with_the_keyboard_alone(page, console, kept) -> None:
    console.log_in(page)
    page.goto(f"{console.url}/conseil/conversations/{kept}")
    page.get_by_text("Plutôt un autre métier que Community manager").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Technicien")
    page.keyboard.press("Tab")
    page.keyboard.type("Elle dépanne tout le monde")
    page.keyboard.press("Enter")
    page.get_by_text("Elle dépanne tout le monde").wait_for()
    assert page.url.endswith("#metiers")


def test_the_link_of_a_line_leads_to_the_message(page, console, kept) -> None:
    console.log_in(page)
    page.goto(f"{console.url}/conseil/conversations/{kept}")
    page.get_by_role("link", name="Voir le message : Parcours").click()
    message = page.locator("#m-1")
    assert message.evaluate("node => node === document.querySelector(':target')")
    assert "vendeuse" in message.inner_text()


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_the_list_stays_a_table_for_screen_readers_on_a_phone(page, console, kept) -> None:
    console.log_in(page)
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="ABC-DEF"))
    assert row.get_by_role("cell").count() == 5
    assert page.get_by_role("columnheader").count() == 6


def test_the_console_works_with_the_keyboard_alone(page, console, kept) -> None:
    console.log_in(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "ABC-DEF":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Conversation ABC-DEF").wait_for()


def test_the_printed_page_shows_the_summary_without_the_commands(page, console, kept) -> None:
    console.log_in(page)
    page.goto(f"{console.url}/conseil/conversations/{kept}")
    page.emulate_media(media="print")
    look(page, "imprimee")
    assert not page.get_by_role("button", name="Se déconnecter").is_visible()
    assert not page.get_by_role("button", name="Ajouter la note").is_visible()
    assert page.get_by_role("heading", name="Métiers proposés").is_visible()
