"""Has every action say "tu" to whoever says "tu"."""

from typing import Any

from rasa_sdk.events import SlotSet

from bot.dialogue.tone import Tone

_SLOT = "familiar"


def in_tone(answer: dict[str, Any], call: dict[str, Any], tone: Tone) -> dict[str, Any]:
    """The answer of an action on the wire, in the tone of the person.

    Rasa fills a response in from the domain; a text given with it replaces the domain's, and
    leaves its choices as they are.
    """
    tracker = call.get("tracker") or {}
    slots, typed = tracker.get("slots") or {}, tracker.get("latest_message") or {}
    text = typed.get("text") or ""
    said = None if text.startswith("/") else tone.is_familiar(text)
    familiar = slots.get(_SLOT) if said is None else said
    if said is not None and said != slots.get(_SLOT):
        answer["events"].append(SlotSet(_SLOT, said))
    if familiar:
        set_now = {e["name"]: e["value"] for e in answer["events"] if e["event"] == "slot"}
        for response in answer["responses"]:
            values = {**slots, **set_now, **response}
            wording = tone.familiar(response.get("response") or "", values)
            if wording is not None:
                response["text"] = wording
    return answer
