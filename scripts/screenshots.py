"""Takes the pictures of docs/ anew from the real processes: ``python -m scripts.screenshots``."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.settings import PROJECT
from tests.conftest import QUIET
from tests.stack import running_stack

DOCS = PROJECT / "docs"
WIDTHS = {360: 740, 1280: 800}
STORY = (
    ("au chômage", "plus haut diplôme"),
    ("bac", "Où habitez-vous"),
    ("Metz", "vous déplacer"),
    ("30 km", "qu'avez-vous chez vous"),
    ("ordi et internet", "fait jusqu'ici"),
    ("Vendeuse, je répare les ordinateurs de mes voisins", "qu'aimeriez-vous"),
    ("Dépanner les gens et leur expliquer", "voici des métiers"),
)


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder)) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        for width, height in WIDTHS.items():
            portal(browser, stack.url, width, height)
        page = opened(browser, stack.url, 360, 740)
        page.get_by_role("button", name="Commencer").click()
        talk(page)
        page.screenshot(path=DOCS / "conversation.png")
        browser.close()


def portal(browser: Browser, url: str, width: int, height: int) -> None:
    page = opened(browser, f"{url}/demo", width, height)
    expect(page.locator(".launcher")).to_be_visible()
    page.screenshot(path=DOCS / f"portail-{width}.png")
    page.locator(".launcher").click()
    talk(page)
    page.screenshot(path=DOCS / f"portail-ouvert-{width}.png")


def opened(browser: Browser, url: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(url)
    return page


def talk(page: Page) -> None:
    page.get_by_role("button", name="Non, ne rien garder").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("Quelle est votre situation")
    for said, answered in STORY:
        page.get_by_label("Votre message").fill(said)
        page.keyboard.press("Enter")
        expect(log).to_contain_text(answered, timeout=20_000)


main()
