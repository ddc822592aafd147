"""What a person typed: made safe to store, to show, and to hand to Rasa."""

import re
import unicodedata
from typing import Final

# Joiners and direction marks: emoji, Persian and Arabic need them.
_JOINERS: Final = "\u061c\u200c\u200d\u200e\u200f"
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs"})
_SURROUNDING: Final = re.compile(rf"^[\s{_JOINERS}]+|[\s{_JOINERS}]+$")
# The slash and its lookalikes. Rasa strips a text, then takes a leading slash as an intent.
_LEADING_SLASHES: Final = re.compile(rf"^[\s{_JOINERS}/\u2044\u2215\u29f8\uff0f]+")


def clean(text: str) -> str:
    """NFC, ``\\n`` line ends, without control characters, invisible formats and lone surrogates.

    Characters that this Python does not know yet are kept: next year's emoji are typed today.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        character
        for character in text
        if character in "\n\t"
        or character in _JOINERS
        or unicodedata.category(character) not in _DROPPED
    )
    return _SURROUNDING.sub("", "".join(kept))


def without_command(text: str) -> str:
    """The words of a cleaned text, which Rasa cannot take for an intent; may be empty."""
    return _LEADING_SLASHES.sub("", text)
