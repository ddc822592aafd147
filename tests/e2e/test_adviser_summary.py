"""What an adviser reads of a real conversation: each line with the message it comes from."""

import pytest

from bot.conversations import ConversationStore, load_labels
from bot.conversations.summary import load_summary_texts, summarise
from tests.stack import Stack

pytestmark = pytest.mark.stack


def test_each_line_of_the_summary_points_to_what_the_person_said(stack: Stack, person) -> None:
    person.clicks("Oui, garder un résumé")
    person.clicks("Je cherche un emploi")
    person.says("j'ai eu mon bac pro en 2012")
    person.says("metz")
    person.says("c'est payé une formation ?")
    person.says("en bus, 20 bornes max, pas le permis")
    person.clicks("Un ordinateur et internet")
    person.says("caissière dix ans, je répare les pc de mes voisins, j'ai peur d'être trop vieille")
    person.says("j'aime dépanner les gens quand leur ordinateur ne marche plus")
    person.clicks("Parler à une personne")

    store = ConversationStore(stack.settings.conversations_url)
    messages = store.messages(person.id)
    record = store.conversation(person.id)
    summary = summarise(record, messages=messages, labels=load_labels(), texts=load_summary_texts())
    said = {message.id: message.text for message in messages}
    sources = {
        line.key: said.get(line.source) for section in summary.sections for line in section.lines
    }
    expected = {
        "status": "Je cherche un emploi",
        "level": "j'ai eu mon bac pro en 2012",
        "place": "metz",
        "radius": "en bus, 20 bornes max, pas le permis",
        "vehicle": "en bus, 20 bornes max, pas le permis",
        "equipment": "Un ordinateur et internet",
    }
    assert {key: sources[key] for key in expected} == expected
    assert sources["background"].startswith("caissière")
    assert sources["motivations"].startswith("j'aime dépanner")
    [question] = summary.section("questions").lines
    assert question.text == "c'est payé une formation ?"
    [request] = summary.section("request").lines
    assert said[request.source] == "Parler à une personne"
    assert any("peur" in doubt.text for doubt in summary.section("doubts").lines)
    people = {message.id for message in messages if message.author == "person"}
    roles = summary.section("roles").lines
    assert len(roles) == 3
    for role in roles:
        assert role.source in said
        assert all(quote.source in people for quote in role.quotes)
    assert not summary.line("status").inferred
    assert summary.line("level").inferred
    assert record.territory == "57"
    store.engine.dispose()
