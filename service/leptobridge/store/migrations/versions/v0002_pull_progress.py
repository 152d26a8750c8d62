"""How far a pull from an EHR has come, so that an interrupted one goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pull_progress",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "request"),
    )


def downgrade() -> None:
    op.drop_table("pull_progress")
