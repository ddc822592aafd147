import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.typed import clean, without_command


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  bonjour \n", "bonjour"),
        ("ligne 1\r\nligne 2\rligne 3", "ligne 1\nligne 2\nligne 3"),
        ("e\u0301cole", "école"),
        ("bon\x00jour\x1b[0m\x07", "bonjour[0m"),
        ("infor\u00adma\u200btique\ufeff", "informatique"),
        ("un \ud800 seul", "un  seul"),
        ("👩🏽‍💻 et 🏳️‍🌈", "👩🏽‍💻 et 🏳️‍🌈"),
        ("\U0001fae8", "\U0001fae8"),  # an emoji of Unicode 15, unknown to Python 3.11
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("مرحبا\u200f 5", "مرحبا\u200f 5"),
        ("\u200f\u200d \u200b", ""),
    ],
)
def test_words_are_kept_and_the_rest_is_dropped(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(st.text(alphabet=st.characters(), max_size=40))
def test_a_cleaned_text_can_be_sent_stored_and_cleaned_again(text: str) -> None:
    once = clean(text)
    once.encode()
    assert clean(once) == once
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in once)


@given(st.text(alphabet="/／∕⁄ \n\t\u200b\u200d\u200f{}@aé", max_size=20))
def test_no_typed_text_can_look_like_an_intent_to_rasa(text: str) -> None:
    words = without_command(clean(text))
    assert not words.strip().startswith("/")
    assert not unicodedata.normalize("NFKC", words).strip().startswith("/")


def test_a_slash_inside_a_text_stays() -> None:
    assert without_command("bac+2/3 et/ou licence") == "bac+2/3 et/ou licence"
