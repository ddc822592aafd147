"""Texts of offers, as their senders write them, made plain."""

import html
import re
from typing import Final

_HIDDEN: Final = re.compile(r"<(script|style)\b.{0,4000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|em|font|i|mark|small|span|strong|sub|sup|u)(?:\s[^<>]{0,1000})?>",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>|<!--.{0,4000}?-->", re.DOTALL)
_ESCAPES: Final = 3
"""Texts are met that were escaped twice on their way."""
_LONGEST_RAW: Final = 20_000


def plain(text: str, longest: int | None = None) -> str:
    """The text without HTML and entities, one space between words.

    With ``longest``, cut at the end of a word and closed by an ellipsis.
    """
    text = text[:_LONGEST_RAW]
    for _ in range(_ESCAPES):
        if "&" not in text:
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", _INLINE.sub("", _HIDDEN.sub(" ", text)))
    text = " ".join(text.replace("\0", " ").split())
    if longest is None or len(text) <= longest:
        return text
    return f"{text[: longest - 1].rpartition(' ')[0] or text[: longest - 1]}…"
