"""Where rooms are heard, what WeCom's robot answers, and turns of webhooks that replicas share."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("heard_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.create_unique_constraint("uq_rooms_heard_at", ["platform", "heard_at"])
    op.create_table(
        "robot_answers",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", storage.instants.Instant(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("card", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_robot_answers_asked_at", "robot_answers", ["asked_at"])
    op.create_table(
        "webhook_turns",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("taken", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("blocked_until", storage.instants.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("webhook_turns")
    op.drop_index("ix_robot_answers_asked_at", "robot_answers")
    op.drop_table("robot_answers")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_constraint("uq_rooms_heard_at", type_="unique")
        batch_op.drop_column("heard_at")
