"""What Rasa reads holds together; Rasa's own validation runs in tests/dialogue/test_rasa.py."""

from pathlib import Path
from typing import Any

import yaml

from actions.app import ACTIONS
from bot.settings import PROJECT


def merged(folder: Path, key: str) -> list[Any]:
    found: list[Any] = []
    for path in sorted(folder.glob("*.yml")):
        found += yaml.safe_load(path.read_text(encoding="utf-8")).get(key) or []
    return found


def intents() -> set[str]:
    return {
        i if isinstance(i, str) else next(iter(i)) for i in merged(PROJECT / "domain", "intents")
    }


def rules() -> list[dict[str, Any]]:
    return merged(PROJECT / "data" / "dialogue", "rules")


def test_every_intent_has_a_rule_so_that_none_meets_silence() -> None:
    answered: set[str] = set()
    for rule in rules():
        for step in rule["steps"]:
            alternatives = step.get("or", [step])
            answered |= {a["intent"] for a in alternatives if "intent" in a}
    assert intents() - answered == set()


def test_every_action_of_the_domain_exists_and_the_reverse() -> None:
    declared = set(merged(PROJECT / "domain", "actions"))
    existing = {action(None).name() for action in ACTIONS}
    assert declared == existing


def test_every_response_that_an_action_utters_exists() -> None:
    responses: set[str] = set()
    for path in (PROJECT / "domain").glob("*.yml"):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        responses |= set(data.get("responses") or {})
    source = "".join(p.read_text(encoding="utf-8") for p in (PROJECT / "actions").glob("*.py"))
    uttered = {name for name in source.split('"') if name.startswith("utter_") and "{" not in name}
    assert uttered - responses == set()
    for intent in intents():
        if intent.startswith("faq_"):
            assert f"utter_{intent}" in responses


def test_buttons_of_the_domain_carry_payloads_that_survive_interpolation() -> None:
    for path in (PROJECT / "domain").glob("*.yml"):
        for variants in (yaml.safe_load(path.read_text()).get("responses") or {}).values():
            for variant in variants:
                for button in variant.get("buttons", []):
                    payload = button["payload"]
                    assert payload.startswith("/")
                    # Rasa's interpolation turns doubled braces into single ones.
                    assert "{" not in payload.replace("{{", "").replace("}}", ""), payload
