"""Sellers' rooms are held back as well when another company begins to read them: those of before were bound so."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE shared_places SET confirmed_by = 'engagement file' WHERE confirmed_by IS NULL AND EXISTS (SELECT 1 FROM"
        " rooms WHERE rooms.platform = shared_places.platform AND rooms.address = shared_places.address"
        " AND rooms.audience = 'seller')"
    )


def downgrade() -> None:
    """Leave what was confirmed: nothing read it of a seller's room."""
