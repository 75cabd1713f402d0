"""Alerts."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_episodes",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("store", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("metric", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("engagement", "store", "metric", "since", name="uq_alert_episodes_once"),
    )
    with op.batch_alter_table("alert_episodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_episodes_engagement"), ["engagement"], unique=False)
        batch_op.create_index("ix_alert_episodes_metric", ["metric", "last"], unique=False)

    op.create_table(
        "alert_judgements",
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("store", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("metric", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("silence", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("finding", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("judged_at", storage.instants.Instant(), nullable=False),
        sa.Column("remark", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("engagement", "store", "metric", "day"),
    )
    with op.batch_alter_table("alert_judgements", schema=None) as batch_op:
        batch_op.create_index("ix_alert_judgements_metric", ["metric", "store", "day"], unique=False)

    op.create_table(
        "alert_mutes",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("store", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("metric", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("until", storage.instants.Instant(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", storage.instants.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("alert_mutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_mutes_engagement"), ["engagement"], unique=False)

    op.create_table(
        "alert_notices",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", storage.instants.Instant(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("alert_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_notices_engagement"), ["engagement"], unique=False)

    op.create_table(
        "expected_days",
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("store", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", storage.instants.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("engagement", "store", "first", "last"),
    )


def downgrade() -> None:
    op.drop_table("expected_days")
    with op.batch_alter_table("alert_notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_notices_engagement"))

    op.drop_table("alert_notices")
    with op.batch_alter_table("alert_mutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_mutes_engagement"))

    op.drop_table("alert_mutes")
    with op.batch_alter_table("alert_judgements", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_judgements_metric")

    op.drop_table("alert_judgements")
    with op.batch_alter_table("alert_episodes", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_episodes_metric")
        batch_op.drop_index(batch_op.f("ix_alert_episodes_engagement"))

    op.drop_table("alert_episodes")
