"""Alembic runs this: migrations go through the connection that ``migrating.upgrade`` holds."""

from alembic import context

from bot.conversations.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
context.run_migrations()
