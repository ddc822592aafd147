"""What the tests do on the chat, and what they demand of every state of it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def assert_sound(page: Page) -> None:
    """Nothing that axe finds wrong, nothing that overflows sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), "scrolls sideways"


def begin(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_role("button", name="Oui")).to_be_visible()


def say(page: Page, text: str) -> None:
    page.get_by_label("Votre message").fill(text)
    page.keyboard.press("Enter")


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def open_options(page: Page) -> None:
    page.get_by_role("button", name="Options").click()


def focused(page: Page) -> str:
    """Text of what has the keyboard, inside the element too."""
    return page.evaluate(
        "(document.activeElement.shadowRoot || document).activeElement.textContent"
    )


def field(page: Page) -> Locator:
    return page.get_by_label("Votre message")


def group(page: Page) -> Locator:
    return page.get_by_role("group", name="Réponses proposées")
