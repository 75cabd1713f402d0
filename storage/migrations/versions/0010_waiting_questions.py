"""Questions of sellers that wait for an answer: ids and times."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_questions",
        sa.Column("engagement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("thread", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", storage.instants.Instant(), nullable=False),
        sa.Column("due_at", storage.instants.Instant(), nullable=False),
        sa.Column("answered_at", storage.instants.Instant(), nullable=True),
        sa.Column("nudged_at", storage.instants.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("engagement", "room", "thread"),
    )
    with op.batch_alter_table("waiting_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_questions_due_at"), ["due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("waiting_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiting_questions_due_at"))

    op.drop_table("waiting_questions")
