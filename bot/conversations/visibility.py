"""Which conversations an account may see, as SQL: every read and write of the desk goes through."""

import sqlalchemy as sa

from bot.conversations.desk_schema import advisers, organisations, territories
from bot.conversations.records import AccountRole, Adviser
from bot.conversations.schema import conversations
from bot.conversations.territories import codes_covered, codes_within


def visible_to(viewer: Adviser) -> sa.ColumnElement[bool]:
    """Condition on ``conversations``; see ``AccountRole``."""
    organisation = viewer.organisation
    if organisation is None or viewer.role is AccountRole.OPERATOR:
        return sa.false()
    covered: sa.ColumnElement[bool] = sa.true()
    if not organisation.nationwide:
        codes = sorted(codes_covered(organisation.departments))
        covered = conversations.c.territory.in_(codes)
    if viewer.role is AccountRole.LEAD:
        return covered
    free = conversations.c.assigned_to.is_(None)
    return covered & (free | (conversations.c.assigned_to == viewer.email))


def who_covers(territory: str | None) -> sa.Select[tuple[str]]:
    """E-mails of the advisers and leads whose organisation covers a territory."""
    covers: sa.ColumnElement[bool] = organisations.c.nationwide
    if territory:
        inside = sa.select(territories.c.organisation_id).where(
            territories.c.department.in_(sorted(codes_within(territory)))
        )
        covers = covers | organisations.c.id.in_(inside)
    return (
        sa.select(advisers.c.email)
        .join(organisations, organisations.c.id == advisers.c.organisation_id)
        .where(covers, advisers.c.role != AccountRole.OPERATOR)
    )
