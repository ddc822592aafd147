from tests.actions.conftest import FAVOURITES, followup, said

PROPOSALS = [{"role": role, "score": 0.5, "quotes": []} for role in FAVOURITES[:3]]
AT_ROLES = {
    "consent": "none",
    "status": "job_seeker",
    "level": 4,
    "place": "57463",
    "place_name": "Metz (57)",
    "radius": 30,
    "equipment": "computer_and_internet",
    "background": "je répare des ordinateurs, je suis vendeuse",
    "motivations": "aider",
    "stage": "roles",
    "proposals": PROPOSALS,
}


def roles_in(responses: list) -> list[str]:
    return [card["role_id"] for r in responses for card in (r.get("custom") or {}).get("cards", [])]


def test_two_named_or_counted_roles_are_put_side_by_side(rasa) -> None:
    rasa.slots |= AT_ROLES
    for text in ("compare le premier et le troisième", "technicien support ou webdesigner ?"):
        _, responses = rasa.run("action_compare_roles", text, intent="compare_roles")
        (card,) = responses[0]["custom"]["cards"]
        assert card["kind"] == "comparison"
        values = [fact["value"] for fact in card["facts"]]
        assert all(len(value.splitlines()) == 2 for value in values)
        assert "support" in values[0]
        assert "Webdesigner" in values[0]


def test_which_two_to_compare_is_asked_with_each_pair_as_a_choice(rasa) -> None:
    rasa.slots |= AT_ROLES
    _, responses = rasa.run("action_compare_roles", "compare", intent="compare_roles")
    assert said(responses) == ["utter_compare_which"]
    assert len(responses[0]["buttons"]) == 3
    _, responses = rasa.run(
        "action_compare_roles", "/compare_roles", role=FAVOURITES[0], other=FAVOURITES[2]
    )
    assert said(responses) == ["utter_comparison"]


def test_a_role_set_aside_without_a_reason_is_asked_about_once_its_place_is_taken(rasa) -> None:
    rasa.slots |= AT_ROLES
    _, responses = rasa.run("action_reject_role", "/reject_role", role=FAVOURITES[0])
    assert said(responses) == [
        "utter_role_rejected",
        "utter_roles_after_change",
        "utter_why_rejected",
    ]
    assert FAVOURITES[0] not in roles_in(responses)
    assert FAVOURITES[3] in roles_in(responses)
    assert len(responses[2]["buttons"]) >= 8
    assert "Nouveau : " in responses[1]["change"]
    assert rasa.slots["pending"] == "reason"


def test_a_reason_counts_in_the_next_ranking_and_is_said(rasa) -> None:
    rasa.slots |= AT_ROLES | {"pending": "reason"}
    _, responses = rasa.run("action_give_reason", "/give_reason", value="people")
    assert said(responses) == ["utter_reason_counts", "utter_roles_after_change"]
    assert roles_in(responses)[:2] == ["webdesigner", "data-analyst"]
    assert rasa.slots["dislikes"] == ["people"]
    assert rasa.slots["pending"] is None
    _, responses = rasa.run("action_propose_roles")
    assert roles_in(responses)[0] == "webdesigner"


def test_a_reason_in_the_same_sentence_counts_at_once(rasa) -> None:
    rasa.slots |= AT_ROLES
    text = "pas le premier, trop de contact avec les clients"
    _, responses = rasa.run("action_reject_role", text, intent="reject_role")
    assert "utter_why_rejected" not in said(responses)
    assert "utter_reason_counts" in said(responses)
    assert rasa.slots["dislikes"] == ["people"]


def test_a_reason_that_no_list_foresees_reaches_the_matching_in_the_persons_words(rasa) -> None:
    rasa.slots |= AT_ROLES | {"pending": "reason"}
    events, _ = rasa.run("action_understand", "ça me rappelle mon ex", intent="free_answer")
    assert followup(events) == "action_give_reason"
    rasa.run("action_give_reason", "ça me rappelle mon ex", intent="free_answer")
    assert rasa.slots["motivations"].startswith("aider\n")
    assert "ça me rappelle mon ex" in rasa.slots["motivations"]


def test_an_invented_reason_changes_nothing(rasa) -> None:
    rasa.slots |= AT_ROLES | {"pending": "reason"}
    _, responses = rasa.run("action_give_reason", "/give_reason", value="<script>")
    assert said(responses) == ["utter_continue"]
    assert rasa.slots.get("dislikes") is None
