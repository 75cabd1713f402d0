"""Whether somebody cannot be reached on a platform, and access tokens that replicas share."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_unreachable", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("is_unreachable", server_default=None)
    op.create_table(
        "shared_tokens",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", storage.instants.Instant(), nullable=True),
        sa.Column("claimed_until", storage.instants.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("shared_tokens")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("is_unreachable")
