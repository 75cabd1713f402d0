"""Deliveries that change an earlier message or answer it; snoozes."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("placing", text, nullable=False, server_default="post"))
        batch_op.add_column(sa.Column("anchor", text, nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_deliveries_anchor"), ["anchor"], unique=False)
    # Rows that are there take the default; new ones always say their own.
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("placing", server_default=None)
        batch_op.alter_column("anchor", server_default=None)
    with op.batch_alter_table("alert_mutes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_snooze", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("alert_mutes", schema=None) as batch_op:
        batch_op.alter_column("is_snooze", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("alert_mutes", schema=None) as batch_op:
        batch_op.drop_column("is_snooze")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_anchor"))
        batch_op.drop_column("anchor")
        batch_op.drop_column("placing")
