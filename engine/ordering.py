"""Rasa's tracker store, for a machine whose clock may be set back."""

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import SessionStarted


class OrderedTrackerStore(SQLTrackerStore):
    """Takes the events since the start of the session by their order in the table.

    Stock compares their times: once the clock is behind the start of a conversation, it reads none
    of the later answers, and asks the same question for ever.
    """

    def _event_query(self, session, sender_id, fetch_events_from_all_sessions):
        events = super()._event_query(session, sender_id, fetch_events_from_all_sessions=True)
        if fetch_events_from_all_sessions:
            return events
        start = (
            session.query(sa.func.max(self.SQLEvent.id))
            .filter(
                self.SQLEvent.sender_id == sender_id,
                self.SQLEvent.type_name == SessionStarted.type_name,
            )
            .scalar_subquery()
        )
        return events.filter(sa.or_(self.SQLEvent.id >= start, start.is_(None)))
