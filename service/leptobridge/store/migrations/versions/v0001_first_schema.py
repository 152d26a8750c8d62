"""The first schema: receipts, resources, search, persons, facts, due persons, conclusions, outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "conclusion",
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("time_point", sa.String(), nullable=True),
        sa.Column("trial", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("observation_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("effective", sa.String(), nullable=False),
        sa.Column("valid_until", sa.String(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("identifier"),
    )
    op.create_index("conclusion_person", "conclusion", ["person"], unique=False)
    op.create_table(
        "due",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_index("due_at_time", "due", ["due_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("observation_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("next_attempt_at", sa.String(), nullable=False),
        sa.Column("leased_until", sa.String(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_outcome", sa.Text(), nullable=True),
        sa.Column("ehr_reference", sa.String(), nullable=True),
        sa.Column("ehr_version", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_next", "outbox", ["destination", "state", "next_attempt_at"], unique=False)
    op.create_index("outbox_version", "outbox", ["observation_id", "destination", "version"], unique=True)
    op.create_table(
        "person_alias",
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("sequence", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("birth_date", sa.String(), nullable=True),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("alias"),
    )
    op.create_index("person_alias_person", "person_alias", ["person"], unique=False)
    op.create_index("person_alias_replaced_by", "person_alias", ["replaced_by"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer_status", sa.Integer(), nullable=False),
        sa.Column("answer_headers", sa.Text(), nullable=False),
        sa.Column("answer_body", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("receipt_received", "receipt", ["received_at"], unique=False)
    op.create_index("receipt_repetition", "receipt", ["sha256", "sender"], unique=False)
    op.create_table(
        "sender_identity",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "type", "source_id"),
    )
    op.create_index("sender_identity_ours", "sender_identity", ["type", "id"], unique=True)
    op.create_table(
        "unmapped",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_receipt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "system", "value"),
    )
    op.create_table(
        "person_identifier",
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alias"],
            ["person_alias.alias"],
        ),
        sa.PrimaryKeyConstraint("identifier", "alias"),
    )
    op.create_index("person_identifier_alias", "person_identifier", ["alias"], unique=False)
    op.create_table(
        "resource",
        sa.Column("key", KEY, nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("latest_version", sa.Integer(), nullable=False),
        sa.Column("last_updated", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("source_updated", sa.String(), nullable=True),
        sa.Column("source_issued", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("date_first", sa.String(), nullable=True),
        sa.Column("date_last", sa.String(), nullable=True),
        sa.Column("issues", sa.Text(), nullable=True),
        sa.Column("receipt_id", sa.String(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("resource_identity", "resource", ["type", "id"], unique=True)
    op.create_index("resource_person", "resource", ["person", "type"], unique=False)
    op.create_index("resource_subject", "resource", ["subject"], unique=False)
    op.create_index("resource_updated", "resource", ["type", "last_updated"], unique=False)
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
        sa.ForeignKeyConstraint(
            ["resource_key"],
            ["resource.key"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("fact_person", "fact", ["person", "kind"], unique=False)
    op.create_index("fact_resource", "fact", ["resource_key"], unique=False)
    op.create_table(
        "resource_version",
        sa.Column("resource_key", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_updated", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("source_updated", sa.String(), nullable=True),
        sa.Column("source_issued", sa.String(), nullable=True),
        sa.Column("receipt_id", sa.String(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_key"],
            ["resource.key"],
        ),
        sa.PrimaryKeyConstraint("resource_key", "version"),
    )
    op.create_table(
        "search_entry",
        sa.Column("parameter", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("resource_key", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_key"],
            ["resource.key"],
        ),
        sa.PrimaryKeyConstraint("parameter", "value", "system", "resource_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("search_entry_resource", "search_entry", ["resource_key"], unique=False)


def downgrade() -> None:
    op.drop_index("search_entry_resource", table_name="search_entry")
    op.drop_table("search_entry")
    op.drop_table("resource_version")
    op.drop_index("fact_resource", table_name="fact")
    op.drop_index("fact_person", table_name="fact")
    op.drop_table("fact")
    op.drop_index("resource_updated", table_name="resource")
    op.drop_index("resource_subject", table_name="resource")
    op.drop_index("resource_person", table_name="resource")
    op.drop_index("resource_identity", table_name="resource")
    op.drop_table("resource")
    op.drop_index("person_identifier_alias", table_name="person_identifier")
    op.drop_table("person_identifier")
    op.drop_table("unmapped")
    op.drop_index("sender_identity_ours", table_name="sender_identity")
    op.drop_table("sender_identity")
    op.drop_index("receipt_repetition", table_name="receipt")
    op.drop_index("receipt_received", table_name="receipt")
    op.drop_table("receipt")
    op.drop_index("person_alias_replaced_by", table_name="person_alias")
    op.drop_index("person_alias_person", table_name="person_alias")
    op.drop_table("person_alias")
    op.drop_index("outbox_version", table_name="outbox")
    op.drop_index("outbox_next", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("due_at_time", table_name="due")
    op.drop_table("due")
    op.drop_index("conclusion_person", table_name="conclusion")
    op.drop_table("conclusion")
