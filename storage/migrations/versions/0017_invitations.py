"""Invitations of people nobody knows yet, user ids that came by them, and places other companies read."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("learnt", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("is_newcomer", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.alter_column("is_newcomer", server_default=None)
    op.create_table(
        "invitations",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("handle", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", storage.instants.Instant(), nullable=False),
        sa.Column("until", storage.instants.Instant(), nullable=False),
        sa.Column("running", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("running"),
    )
    op.create_index("ix_invitations_due", "invitations", ["state", "until"])
    op.create_index("ix_invitations_engagement", "invitations", ["engagement"])
    op.create_table(
        "shared_places",
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("shared_at", storage.instants.Instant(), nullable=False),
        sa.Column("confirmed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("platform", "address"),
    )


def downgrade() -> None:
    op.drop_table("shared_places")
    op.drop_index("ix_invitations_engagement", "invitations")
    op.drop_index("ix_invitations_due", "invitations")
    op.drop_table("invitations")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("is_newcomer")
        batch_op.drop_column("learnt")
