"""The clock jumps, and people come back after a month."""

import pytest

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("shift", ["-1d", "+3d"])
def test_a_clock_that_jumps_between_two_turns_loses_no_answer(
    survivor, drilled, shift: str
) -> None:
    survivor.says("oui")
    survivor.says("au chômage")
    drilled.set_clock(shift)
    try:
        assert "Où habitez-vous" in survivor.says("bac")
        assert "Metz (57)" in survivor.says("Metz")
        texts = [m["text"] for m in survivor.history() if m["author"] == "person"]
        assert texts == ["oui", "au chômage", "bac", "Metz"]
    finally:
        drilled.set_clock("+0")
    assert "qu'avez-vous chez vous" in survivor.says("30 km")


def test_a_conversation_kept_with_consent_goes_on_after_thirty_days_and_a_restart(
    survivor, drilled
) -> None:
    survivor.says("oui")
    survivor.says("au chômage")
    drilled.set_clock("+30d")
    try:
        for name in ("web", "actions", "dialogue"):
            drilled.kill(name)
        drilled.wait_ready()
        survivor.messages = survivor.history()
        assert "plus haut diplôme" in survivor.read
        assert "Où habitez-vous" in survivor.clicks("Bac")
        person = survivor.says("mon résumé")
        assert "Voici votre résumé" in person
        facts = {fact["label"]: fact["value"] for fact in survivor.cards[0]["facts"]}
        assert (facts["Situation"], facts["Diplôme"]) == ("En recherche d'emploi", "Bac")
    finally:
        drilled.set_clock("+0")
