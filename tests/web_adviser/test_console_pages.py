from dataclasses import replace

import pytest

from bot.conversations import ConversationStore, Privacy


def test_times_are_those_of_french_clocks(adviser, kept) -> None:
    page = adviser.get(f"/conseil/conversations/{kept}").text
    assert "15/07/2026 à 00:30" in page
    assert 'datetime="2026-07-14T22:30:00+00:00"' in page


def test_a_training_comes_with_what_its_card_said(adviser, kept) -> None:
    page = adviser.get(f"/conseil/conversations/{kept}").text
    for text in ("400 heures", "Exemple inventé", 'href="https://formations.example/t"'):
        assert text in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_an_address_that_is_no_web_page_is_no_link(adviser, store, kept, url) -> None:
    shown = store.messages(kept)[2]
    card = shown.payload["cards"][0] | {"link": {"label": "Voir", "url": url}}
    store.add_messages(kept, [replace(shown, id="late", payload={"cards": [card]})])
    assert url not in adviser.get(f"/conseil/conversations/{kept}").text


def test_what_only_a_card_said_is_in_the_transcript(adviser, kept) -> None:
    page = adviser.get(f"/conseil/conversations/{kept}").text
    assert "Animer une communauté en ligne" in page.split('id="echanges"')[1]


def test_pages_of_a_search_keep_the_search(adviser, store: ConversationStore) -> None:
    for number in range(26):
        store.start(f"n{number:03}")
    store.ask_for_human("n000")
    first = adviser.get("/conseil").text
    assert "26 conversations gardées" in first
    assert first.index("N00-0") < first.index("N02-5")
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    second = adviser.get("/conseil?q=n0&page=2").text
    assert 'href="/conseil?q=n0&amp;page=1" rel="prev"' in second
    assert "Page 2 sur 2" in second
    assert second.count('role="rowheader"') == 1


def test_a_search_that_finds_nothing_says_so(adviser, kept) -> None:
    assert "0 conversation gardée" in adviser.get("/conseil?q=zyzzyva").text
    assert "<table" not in adviser.get("/conseil?q=zyzzyva").text


def test_an_erased_conversation_is_gone_from_the_console(adviser, store, settings, kept) -> None:
    Privacy(store, settings=settings).erase(kept)
    assert adviser.get(f"/conseil/conversations/{kept}").status_code == 404
    assert "ABC-DEF" not in adviser.get("/conseil").text


def test_a_message_without_words_or_cards_is_left_out(adviser, store, kept) -> None:
    count = adviser.get(f"/conseil/conversations/{kept}").text.count('class="message ')
    silent = replace(store.messages(kept)[0], id="silent", text="")
    store.add_messages(kept, [silent])
    page = adviser.get(f"/conseil/conversations/{kept}").text
    assert page.count('class="message ') == count
