"""Conversations kept with consent: profile, transcript, matches, proposals; the advisers' desk;
erasure.
"""

from bot.conversations.desk import Desk, DeskQuery, Dossier, Sort
from bot.conversations.labels import Labels, load_labels
from bot.conversations.privacy import Privacy, Receipt
from bot.conversations.records import (
    AccountRole,
    Adviser,
    ConversationRecord,
    DeskStatus,
    MatchRecord,
    Organisation,
    ProposalRecord,
    StoredMessage,
)
from bot.conversations.store import ConversationStore

__all__ = [
    "AccountRole",
    "Adviser",
    "ConversationRecord",
    "ConversationStore",
    "Desk",
    "DeskQuery",
    "DeskStatus",
    "Dossier",
    "Labels",
    "MatchRecord",
    "Organisation",
    "Privacy",
    "ProposalRecord",
    "Receipt",
    "Sort",
    "StoredMessage",
    "load_labels",
]
