"""Matching: from a person's words to roles, each with the words that speak for it.

Importing this package loads neither torch nor the encoder; ``load_matcher`` does.
"""

from bot.matching.encoder import Encoder, SentenceEncoder
from bot.matching.ranking import Evidence, Match, Matcher, RoleMatch
from bot.matching.training import load_matcher, prepare

__all__ = [
    "Encoder",
    "Evidence",
    "Match",
    "Matcher",
    "RoleMatch",
    "SentenceEncoder",
    "load_matcher",
    "prepare",
]
