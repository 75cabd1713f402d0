"""Messages that were taken into timelines, with their words, and the files that came with them."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "captured_messages",
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("incident", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("pointed_at", storage.instants.Instant(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("engagement", "room", "message"),
    )
    op.create_index("ix_captured_messages_incident", "captured_messages", ["incident"])
    with op.batch_alter_table("incident_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("capture", sqlmodel.sql.sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("incident_files", schema=None) as batch_op:
        batch_op.drop_column("capture")
    op.drop_index("ix_captured_messages_incident", "captured_messages")
    op.drop_table("captured_messages")
