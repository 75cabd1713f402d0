"""Slack workspaces that installed Vigia by its link, and which of them writes to a room."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("workspace", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="")
        )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.alter_column("workspace", server_default=None)
    op.create_table(
        "slack_workspaces",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scopes", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tokens", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("installed_at", storage.instants.Instant(), nullable=False),
        sa.Column("renewed_at", storage.instants.Instant(), nullable=False),
        sa.Column("expires_at", storage.instants.Instant(), nullable=True),
        sa.Column("claimed_until", storage.instants.Instant(), nullable=True),
        sa.Column("trouble", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "slack_states",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", storage.instants.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_slack_states_expires_at", "slack_states", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_slack_states_expires_at", "slack_states")
    op.drop_table("slack_states")
    op.drop_table("slack_workspaces")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_column("workspace")
