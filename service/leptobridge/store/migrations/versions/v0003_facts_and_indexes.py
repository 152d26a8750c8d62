"""Facts as one reading per resource; what was read before is read anew at its next use, and counted anew.

Ids are given out in order of time: an index that begins with them grows at its end.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_index("fact_resource", table_name="fact")
    op.drop_index("fact_person", table_name="fact")
    op.drop_table("fact")
    op.create_table(
        "fact",
        sa.Column("resource_key", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_with", sa.String(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["resource_key"], ["resource.key"]),
        sa.PrimaryKeyConstraint("resource_key"),
    )
    op.execute("DELETE FROM unmapped")
    op.drop_index("resource_subject", table_name="resource")
    op.drop_index("resource_identity", table_name="resource")
    op.create_index("resource_identity", "resource", ["id", "type"], unique=True)


def downgrade() -> None:
    op.drop_index("resource_identity", table_name="resource")
    op.create_index("resource_identity", "resource", ["type", "id"], unique=True)
    op.create_index("resource_subject", "resource", ["subject"], unique=False)
    op.drop_table("fact")
    op.create_table(
        "fact",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("resource_key", KEY, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.String(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["resource_key"], ["resource.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("fact_person", "fact", ["person", "kind"], unique=False)
    op.create_index("fact_resource", "fact", ["resource_key"], unique=False)
