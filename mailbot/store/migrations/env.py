"""What Alembic runs: the migrations, in the transaction that `migrate` was given."""

from alembic import context

from mailbot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite does it too once it is told to BEGIN
)
context.run_migrations()
