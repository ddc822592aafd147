"""What a person takes along: her summary as the parts of a document, for print and PDF alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from bot.settings import PROJECT
from bot.web.pdf import Entry, Part, make_pdf

_TEXTS: Final = PROJECT / "data" / "texts" / "takeaway.yml"

Card = Mapping[str, Any]
"""As in ``bot.dialogue.cards``."""


@dataclass(frozen=True, kw_only=True)
class Takeaway:
    """Texts ready to be shown; ``file`` is a name for the PDF."""

    title: str
    intro: str
    parts: tuple[Part, ...]
    footer: str
    file: str

    def pdf(self) -> bytes:
        return make_pdf(title=self.title, intro=self.intro, parts=self.parts, footer=self.footer)


class Takeaways:
    """Makes them, with the texts of data/texts/takeaway.yml."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def of(self, summary: Card, *, shown: Sequence[Card], today: date) -> Takeaway:
        """From the card of the summary, and the cards of roles and trainings that were shown: the
        last one for each, in the order in which they came.
        """
        roles = _last("role_id", (card for card in shown if card["kind"] == "role"))
        trainings = _last("training_id", shown)
        parts = {
            "answers": [_fact(fact) for fact in summary.get("facts", ())],
            "roles": [self._entry(card, card.get("text", "")) for card in roles],
            "trainings": [self._entry(card, card.get("subtitle", "")) for card in trainings],
        }
        return Takeaway(
            title=self._texts["title"],
            intro=self._texts["intro"].format(date=today.strftime("%d/%m/%Y")),
            parts=tuple(
                Part(title=self._texts[name], entries=tuple(entries))
                for name, entries in parts.items()
                if entries
            ),
            footer=self._texts["footer"],
            file=self._texts["file"],
        )

    def _entry(self, card: Card, text: str) -> Entry:
        notes = [self._texts["fact"].format(**fact) for fact in card.get("facts", ())]
        link = card.get("link") or {}
        return Entry(
            name=card["title"],
            text=text,
            quotes=tuple(
                self._texts["quote"].format(quote=quote) for quote in card.get("quotes", ())
            ),
            notes=tuple(note for note in (*notes, card.get("note"), link.get("url")) if note),
        )


def load_takeaways(path: Path = _TEXTS) -> Takeaways:
    """Read the texts."""
    return Takeaways(yaml.safe_load(path.read_text(encoding="utf-8")))


def _fact(fact: Mapping[str, str]) -> Entry:
    return Entry(name=fact["label"], text=fact["value"])


def _last(key: str, cards: Iterable[Card]) -> list[Card]:
    return list({card[key]: card for card in cards if key in card}.values())
