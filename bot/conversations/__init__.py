"""Conversations kept with consent: profile, transcript, matches, proposals; advisers; erasure."""

from bot.conversations.labels import Labels, load_labels
from bot.conversations.privacy import Privacy, Receipt
from bot.conversations.records import (
    Adviser,
    ConversationRecord,
    MatchRecord,
    ProposalRecord,
    StoredMessage,
)
from bot.conversations.store import ConversationStore

__all__ = [
    "Adviser",
    "ConversationRecord",
    "ConversationStore",
    "Labels",
    "MatchRecord",
    "Privacy",
    "ProposalRecord",
    "Receipt",
    "StoredMessage",
    "load_labels",
]
