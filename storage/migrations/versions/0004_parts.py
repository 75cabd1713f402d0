"""Parts of a store along any dimension, where there were listings only."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LISTING_KEY = 1
"""Listings are the first dimension; whole stores have none, which is 0."""
KEPT = "value, status, source_key, file_key, known_at"


def upgrade() -> None:
    op.create_table(
        "dimensions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("name"),
    )
    op.execute("INSERT INTO dimensions (name) VALUES ('listing')")
    op.create_table(
        "part_facts",
        sa.Column("store_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure_key", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("dimension_key", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        *_values(),
        sa.ForeignKeyConstraint(["dimension_key"], ["dimensions.key"]),
        sa.ForeignKeyConstraint(["measure_key"], ["measures.key"]),
        sa.ForeignKeyConstraint(["store_key"], ["stores.key"]),
        sa.PrimaryKeyConstraint("store_key", "measure_key", "dimension_key", "day", "part"),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"INSERT INTO part_facts (store_key, measure_key, dimension_key, day, part, {KEPT}) "  # noqa: S608 - our own words
        f"SELECT store_key, measure_key, {LISTING_KEY}, day, listing, {KEPT} FROM listing_facts"
    )
    op.drop_table("listing_facts")
    with op.batch_alter_table("fact_history", schema=None) as batch_op:
        batch_op.alter_column("listing", new_column_name="part", existing_type=sa.String())
        batch_op.add_column(sa.Column("dimension_key", sa.SmallInteger(), nullable=True))
    op.execute(f"UPDATE fact_history SET dimension_key = CASE part WHEN '' THEN 0 ELSE {LISTING_KEY} END")  # noqa: S608
    with op.batch_alter_table("fact_history", schema=None) as batch_op:
        batch_op.alter_column("dimension_key", nullable=False, existing_type=sa.SmallInteger())


def downgrade() -> None:
    op.execute(f"DELETE FROM fact_history WHERE dimension_key NOT IN (0, {LISTING_KEY})")  # noqa: S608
    with op.batch_alter_table("fact_history", schema=None) as batch_op:
        batch_op.drop_column("dimension_key")
        batch_op.alter_column("part", new_column_name="listing", existing_type=sa.String())
    op.create_table(
        "listing_facts",
        sa.Column("store_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure_key", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("listing", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        *_values(),
        sa.ForeignKeyConstraint(["measure_key"], ["measures.key"]),
        sa.ForeignKeyConstraint(["store_key"], ["stores.key"]),
        sa.PrimaryKeyConstraint("store_key", "measure_key", "day", "listing"),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"INSERT INTO listing_facts (store_key, measure_key, day, listing, {KEPT}) "  # noqa: S608
        f"SELECT store_key, measure_key, day, part, {KEPT} FROM part_facts WHERE dimension_key = {LISTING_KEY}"
    )
    op.drop_table("part_facts")
    op.drop_table("dimensions")


def _values() -> tuple[sa.Column[int], ...]:
    return (
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("source_key", sa.SmallInteger(), nullable=False),
        sa.Column("file_key", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
    )
