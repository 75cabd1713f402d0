"""What WeCom's robot was asked until it is answered, and who forwards what a room cannot be sent."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("forward_by", text, nullable=True))
    with op.batch_alter_table("robot_answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question", text, nullable=True))
        batch_op.add_column(sa.Column("expected_by", storage.instants.Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("robot_answers", schema=None) as batch_op:
        batch_op.drop_column("expected_by")
        batch_op.drop_column("question")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_column("forward_by")
