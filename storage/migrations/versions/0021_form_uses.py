"""Which links to forms were used, and what shows what came of it."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_uses",
        sa.Column("link", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("used_at", storage.instants.Instant(), nullable=False),
        sa.Column("page", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("link"),
    )
    op.create_index("ix_form_uses_used_at", "form_uses", ["used_at"])


def downgrade() -> None:
    op.drop_index("ix_form_uses_used_at", "form_uses")
    op.drop_table("form_uses")
