"""Search without capitals and accents."""

import sqlalchemy as sa
from alembic import op

from bot.conversations.searching import searchable

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SOURCES = {
    "profiles": ("conversation_id", ("place_name", "background", "motivations")),
    "matches": ("position", ("label",)),
}


def upgrade() -> None:
    for name, (key, sources) in _SOURCES.items():
        column = sa.Column("search_text", sa.Text, nullable=False, server_default="")
        op.add_column(name, column)
        table = sa.table(name, *map(sa.column, (key, "search_text", *sources)))
        connection = op.get_bind()
        for row in connection.execute(sa.select(table)).mappings().all():
            connection.execute(
                table.update()
                .where(table.c[key] == row[key])
                .values(search_text=searchable(*(row[source] for source in sources)))
            )
