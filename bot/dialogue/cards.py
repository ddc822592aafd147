"""Cards that the chat shows for roles, trainings and the summary, from data/texts/cards.yml.

A card is ``{"kind", "title", "subtitle"?, "text"?, "quotes"?, "facts"?: [{"label", "value"}],
"note"?, "link"?: {"label", "url"}, "choices"?: [{"title", "payload"}]}`` plus the ids that tell
which role or training it is. Everything but ids and payloads is French, ready to be shown.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.conversations import Labels
from bot.dialogue.advice import TrainingPage
from bot.dialogue.interview import UNKNOWN
from bot.person import Status
from bot.roles import Role
from bot.trainings import Guides, Modality, Offer, Precision, TrainingMatch

Card = dict[str, Any]


class Cards:
    """Makes the cards; one instance serves every conversation."""

    def __init__(
        self,
        texts: Mapping[str, Any],
        *,
        roles: Mapping[str, Role],
        labels: Labels,
        guides: Guides,
    ) -> None:
        self._texts = texts
        self._roles = roles
        self._labels = labels
        self._guides = guides

    def role(self, role_id: str, *, quotes: Sequence[str], level: int | None) -> Card:
        """A proposed role with the person's words that speak for it.

        A person whose ``level`` is below the usual one, or not known, reads how to enter without.
        """
        role, texts = self._roles[role_id], self._texts["role"]
        facts = {
            "level": self._labels.level(role.entry.level),
            "demand": texts["demand"][role.prospects.demand.value],
            "without_diploma": role.entry.without_diploma
            if (level or 0) < role.entry.level
            else "",
        }
        return {
            "kind": "role",
            "role_id": role.id,
            "title": role.label.both,
            "text": role.summary,
            "quotes": list(quotes),
            "facts": _facts(texts["facts"], facts),
            "choices": [
                {"title": title, "payload": _payload(intent, role=role.id)}
                for intent, title in texts["choices"].items()
            ],
        }

    def role_sheet(self, role: Role) -> Card:
        """All that one may want to know of a role."""
        texts = self._texts["role_sheet"]
        facts = {
            "demand": self._texts["role"]["demand"][role.prospects.demand.value],
            "salary": texts["salary"].format(**self._salary(role)),
            "telework": role.telework.text,
            "tasks": "\n".join(role.tasks),
            "tools": ", ".join(role.tools),
            "qualities": ", ".join(role.qualities),
            "dislikes": "\n".join(role.dislikes),
            "entry": f"{role.entry.text} {role.entry.without_diploma}",
            "prospects": role.prospects.text,
        }
        return {
            "kind": "role_sheet",
            "role_id": role.id,
            "title": role.label.both,
            "subtitle": texts["day"],
            "text": role.day,
            "facts": _facts(texts["facts"], facts),
        }

    def training(self, match: TrainingMatch, *, status: Status | None, today: date) -> Card:
        """An offer, with why it is shown, what it asks for and who may pay."""
        texts, offer = self._texts["training"], match.offer
        funding = self._guides.funding_for(offer, status)
        facts = {
            "place": self._place(match),
            "dates": self._dates(offer),
            "hours": texts["hours"].format(hours=offer.hours) if offer.hours else "",
            "level": self._entry_level(offer),
            "cost": self._cost(offer),
            "funding": funding.sentence if funding else "",
            "labels": ", ".join(label.name for label in self._guides.labels_on(offer, today)),
            "why": "\n".join(match.reasons),
        }
        card: Card = {
            "kind": "training",
            "training_id": offer.id,
            "title": offer.title,
            "subtitle": offer.provider,
            "facts": _facts(texts["facts"], facts),
            "note": texts["sample"] if offer.sample else self._freshness(offer),
            "choices": [
                {
                    "title": texts["choose"],
                    "payload": _payload("choose_training", training=offer.id),
                }
            ],
        }
        if offer.url:
            card["link"] = {"label": texts["link"], "url": offer.url}
        return card

    def comparison(self, first: Role, second: Role) -> Card:
        """Two roles side by side, fact by fact."""
        texts, sheet = self._texts["comparison"], self._texts["role_sheet"]
        demand = self._texts["role"]["demand"]
        both: dict[str, Callable[[Role], str]] = {
            "day": lambda role: role.summary,
            "level": lambda role: self._labels.level(role.entry.level),
            "without_diploma": lambda role: role.entry.without_diploma,
            "salary": lambda role: sheet["salary"].format(**self._salary(role)),
            "telework": lambda role: texts["telework"][role.telework.level.value],
            "demand": lambda role: demand[role.prospects.demand.value],
            "dislikes": lambda role: role.dislikes[0],
        }
        facts = {
            name: "\n".join(
                texts["line"].format(role=role.label.both, value=value(role))
                for role in (first, second)
            )
            for name, value in both.items()
        }
        return {
            "kind": "comparison",
            "title": texts["title"].format(first=first.label.both, second=second.label.both),
            "facts": _facts(texts["facts"], facts),
            "choices": [
                {
                    "title": texts["choose"].format(role=role.label.both),
                    "payload": _payload("choose_role", role=role.id),
                }
                for role in (first, second)
            ],
        }

    def pair(self, first: Role, second: Role) -> str:
        """The name of a choice that compares two roles."""
        names = {"first": first.label.both, "second": second.label.both}
        return str(self._texts["compare_pair"]).format(**names)

    def summary(self, slots: Mapping[str, Any], *, training: Offer | None) -> Card:
        """What the person said and chose, as she will show it to an adviser."""
        texts = self._texts["summary"]
        facts = {name: value or texts["unknown"] for name, value in self._answers(slots).items()}
        proposed = [p["role"] for p in slots.get("proposals") or []]
        facts["roles"] = self._role_names(proposed)
        facts["chosen_role"] = self._role_names([slots.get("chosen_role")])
        facts["rejected_roles"] = self._role_names(slots.get("rejected_roles") or [])
        facts["chosen_training"] = f"{training.title}, {training.provider}" if training else ""
        return {"kind": "summary", "title": texts["title"], "facts": _facts(texts["facts"], facts)}

    def answer(self, question: str, slots: Mapping[str, Any]) -> str:
        """What the slots answer to a question, in French; "Non précisé" for nothing."""
        return self._answers(slots).get(question) or str(self._texts["summary"]["unknown"])

    def question(self, question: str) -> str:
        """The short name of a question: "Diplôme"."""
        return str(self._texts["summary"]["facts"][question])

    def ranking_change(self, before: Sequence[str], after: Sequence[str]) -> str:
        """Which roles came and which went, in French; says so when none did."""
        texts = self._texts["ranking"]
        said = [
            texts[name].format(roles=", ".join(self._roles[role].label.both for role in roles))
            for name, roles in (
                ("entered", [role for role in after if role not in before]),
                ("left", [role for role in before if role not in after]),
            )
            if roles
        ]
        return " ".join(said) or str(texts["same"])

    def ways_out(self, question: str) -> list[dict[str, str]]:
        """Choices for a question that nobody understands: leave it, or talk to a human."""
        value = "none" if question == "consent" else UNKNOWN
        titles = self._texts["ways_out"]
        return [
            {"title": titles["skip"], "payload": _payload("answer", slot=question, value=value)},
            {"title": titles["human"], "payload": "/talk_to_human"},
        ]

    def refusal(self, text: str) -> str:
        """A reason in the person's words as a refusal, for the matching and the summary."""
        return str(self._texts["refusal"]).format(reason=text)

    def quoted(self, quotes: Sequence[str]) -> str:
        """The person's words between French quotation marks: "« … » et « … »"."""
        return str(self._texts["and"]).join(self._texts["quote"].format(quote=q) for q in quotes)

    def explanation(self, page: TrainingPage) -> str:
        """How the trainings of a page were found, and what there is besides."""
        texts = self._texts["trainings"]
        said = [texts[page.explanation]]
        if page.filters:
            names = ", ".join(texts["filters"][name] for name in page.filters)
            said.append(texts["only"].format(filters=names))
        if page.neighbours:
            said.append(texts["neighbours"])
        return " ".join(said)

    def training_choices(self, page: TrainingPage) -> list[dict[str, str]]:
        """Choices that narrow or leave the search of a page."""
        texts = self._texts["trainings"]
        titles = texts["choices"]
        choices = [
            {
                "title": titles["neighbour"].format(role=self._roles[role].label.both),
                "payload": _payload("choose_role", role=role),
            }
            for role in page.neighbours
        ]
        for name in page.offered:
            title = texts["filters"][name]
            payload = _payload("other_trainings", value=name)
            choices.append({"title": title[0].upper() + title[1:], "payload": payload})
        if page.filters:
            choices.append({"title": titles["everything"], "payload": "/show_trainings"})
        return choices

    def choices_among(self, offers: Iterable[Offer]) -> list[dict[str, str]]:
        """One choice an offer, to keep it."""
        return [
            {"title": offer.title, "payload": _payload("choose_training", training=offer.id)}
            for offer in offers
        ]

    def _answers(self, slots: Mapping[str, Any]) -> dict[str, str | None]:
        known = {key: None if value == UNKNOWN else value for key, value in slots.items()}
        return {
            "status": self._labels.status(known.get("status")),
            "level": self._labels.level(known.get("level")),
            "place": known.get("place_name"),
            "radius": self._labels.radius(known.get("radius")),
            "equipment": self._labels.equipment(known.get("equipment")),
            "background": known.get("background"),
            "motivations": known.get("motivations"),
        }

    def _salary(self, role: Role) -> dict[str, object]:
        return asdict(role.salary)

    def _role_names(self, role_ids: Iterable[str | None]) -> str:
        known = [role_id for role_id in role_ids if role_id is not None and role_id in self._roles]
        return "\n".join(self._roles[role_id].label.both for role_id in known)

    def _place(self, match: TrainingMatch) -> str:
        texts, offer = self._texts["training"]["place"], match.offer
        if offer.modality is Modality.REMOTE:
            return str(texts["remote"])
        if offer.area:
            return str(texts["area"].format(place=offer.place_name))
        mixed = "mixed" if offer.modality is Modality.MIXED else ""
        if match.distance_km is None or round(match.distance_km) == 0:
            return str(texts[mixed or "on_site"].format(place=offer.place_name))
        key = "mixed_distance" if mixed else "distance"
        km = str(round(match.distance_km))
        if match.about:
            km = self._texts["training"]["about"].format(km=km)
        return str(texts[key].format(place=offer.place_name, km=km))

    def _dates(self, offer: Offer) -> str:
        texts, precision = self._texts["training"]["dates"], offer.date_precision
        if offer.start_date is None:
            return str(texts["unknown" if precision is Precision.UNKNOWN else "any"])
        if precision is not Precision.DAY:
            return str(texts["about"].format(start=self._day(offer.start_date, precision)))
        start = self._day(offer.start_date)
        if offer.end_date is None:
            return str(texts["from"].format(start=start))
        return str(texts["from_to"].format(start=start, end=self._day(offer.end_date)))

    def _entry_level(self, offer: Offer) -> str:
        texts = self._texts["training"]
        if offer.entry_level is None:
            return str(texts["no_level" if offer.level_stated else "level_unstated"])
        level = self._labels.level(offer.entry_level)
        return level if offer.level_required else str(texts["level_advised"].format(level=level))

    def _cost(self, offer: Offer) -> str:
        texts = self._texts["training"]
        if offer.cost is None:
            return str(texts["cost_unknown"])
        return str(texts["cost"].format(cost=f"{offer.cost:.0f}") if offer.cost else texts["free"])

    def _freshness(self, offer: Offer) -> str:
        texts = self._texts["training"]
        return str(texts["updated"].format(source=offer.source, date=self._day(offer.updated_at)))

    def _day(self, day: date, precision: Precision = Precision.DAY) -> str:
        if precision is Precision.YEAR:
            return str(day.year)
        number = self._texts["first_day"] if day.day == 1 else day.day
        month = self._texts["months"][day.month - 1]
        if precision is Precision.MONTH:
            return f"{month} {day.year}"
        return str(self._texts["day"].format(day=number, month=month, year=day.year))


def load_cards(path: Path, *, roles: Mapping[str, Role], labels: Labels, guides: Guides) -> Cards:
    """Read data/texts/cards.yml."""
    texts = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Cards(texts, roles=roles, labels=labels, guides=guides)


def _payload(intent: str, **entities: str) -> str:
    return f"/{intent}{json.dumps(entities)}"


def _facts(labels: Mapping[str, str], values: Mapping[str, str | None]) -> list[dict[str, str]]:
    """The facts that have a value, in the order of their labels."""
    found = [(label, values[name]) for name, label in labels.items()]
    return [{"label": label, "value": value} for label, value in found if value]
