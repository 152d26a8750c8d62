"""Runs the migrations on the connection that `store.migration` hands over, inside its transaction."""

from alembic import context
from sqlmodel import SQLModel

from leptobridge.store import pull_progress, schema

assert schema.Resource.metadata is pull_progress.PullProgress.metadata is SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=False,
    render_as_batch=True,
)
context.run_migrations()
