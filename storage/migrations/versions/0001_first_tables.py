"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("cause_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("cause", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", storage.instants.Instant(), nullable=False),
        sa.Column("created_at", storage.instants.Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("platform_message", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("claimed_at", storage.instants.Instant(), nullable=True),
        sa.Column("settled_at", storage.instants.Instant(), nullable=True),
        sa.Column("give_up_at", storage.instants.Instant(), nullable=True),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_engagement"), ["engagement"], unique=False)

    op.create_table(
        "digest_slots",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", storage.instants.Instant(), nullable=False),
        sa.Column("deadline_at", storage.instants.Instant(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("claimed_until", storage.instants.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("digest_slots", schema=None) as batch_op:
        batch_op.create_index("ix_digest_slots_due", ["state", "due_at"], unique=False)

    op.create_table(
        "digests",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("composed_at", storage.instants.Instant(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.create_index("ix_digests_day", ["engagement", "day"], unique=False)

    op.create_table(
        "engagements",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seller_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seller_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("shown_currencies", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("alert_presets", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("saved_at", storage.instants.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "fact_history",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("store_key", sa.Integer(), nullable=False),
        sa.Column("measure_key", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("listing", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("source_key", sa.SmallInteger(), nullable=False),
        sa.Column("file_key", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("fact_history", schema=None) as batch_op:
        batch_op.create_index("ix_fact_history_place", ["store_key", "measure_key", "day"], unique=False)

    op.create_table(
        "files",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("layout", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("imported_at", storage.instants.Instant(), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("engagement", "sha256", name="uq_files_once"),
    )
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_files_engagement"), ["engagement"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seen_at", storage.instants.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "measures",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "rates",
        sa.Column("base", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("quote", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("base", "quote", "day"),
    )
    op.create_table(
        "sources",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "people",
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("handles", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement"],
            ["engagements.id"],
        ),
        sa.PrimaryKeyConstraint("engagement", "id"),
    )
    op.create_table(
        "rooms",
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("audience", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=True),
        sa.Column("digest_deadline_minutes", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement"],
            ["engagements.id"],
        ),
        sa.PrimaryKeyConstraint("engagement", "id"),
        sa.UniqueConstraint("platform", "address", name="uq_rooms_place"),
    )
    op.create_table(
        "stores",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("marketplace", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("market", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("segment", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement"],
            ["engagements.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("stores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stores_engagement"), ["engagement"], unique=False)

    op.create_table(
        "targets",
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("metric", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stores", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("direction", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement"],
            ["engagements.id"],
        ),
        sa.PrimaryKeyConstraint("engagement", "id"),
    )
    op.create_table(
        "facts",
        sa.Column("store_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure_key", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("source_key", sa.SmallInteger(), nullable=False),
        sa.Column("file_key", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_key"],
            ["measures.key"],
        ),
        sa.ForeignKeyConstraint(
            ["store_key"],
            ["stores.key"],
        ),
        sa.PrimaryKeyConstraint("store_key", "measure_key", "day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "listing_facts",
        sa.Column("store_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure_key", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("listing", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("source_key", sa.SmallInteger(), nullable=False),
        sa.Column("file_key", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_key"],
            ["measures.key"],
        ),
        sa.ForeignKeyConstraint(
            ["store_key"],
            ["stores.key"],
        ),
        sa.PrimaryKeyConstraint("store_key", "measure_key", "day", "listing"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("listing_facts")
    op.drop_table("facts")
    op.drop_table("targets")
    with op.batch_alter_table("stores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stores_engagement"))

    op.drop_table("stores")
    op.drop_table("rooms")
    op.drop_table("people")
    op.drop_table("sources")
    op.drop_table("rates")
    op.drop_table("measures")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_seen_at"))

    op.drop_table("inbox")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_files_engagement"))

    op.drop_table("files")
    with op.batch_alter_table("fact_history", schema=None) as batch_op:
        batch_op.drop_index("ix_fact_history_place")

    op.drop_table("fact_history")
    op.drop_table("engagements")
    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.drop_index("ix_digests_day")

    op.drop_table("digests")
    with op.batch_alter_table("digest_slots", schema=None) as batch_op:
        batch_op.drop_index("ix_digest_slots_due")

    op.drop_table("digest_slots")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_engagement"))
        batch_op.drop_index("ix_deliveries_due")

    op.drop_table("deliveries")
