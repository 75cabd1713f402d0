"""Alert rules: an engagement keeps its rules, a series may be watched by one."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.instants

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alert_rules", TEXT(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("has_red_lines", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.alter_column("alert_rules", server_default=None)
        batch_op.alter_column("has_red_lines", server_default=None)

    with op.batch_alter_table("alert_episodes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule", TEXT(), nullable=False, server_default=""))
        batch_op.drop_constraint("uq_alert_episodes_once", type_="unique")
        batch_op.create_unique_constraint("uq_alert_episodes_once", ["engagement", "store", "metric", "rule", "since"])
    with op.batch_alter_table("alert_episodes", schema=None) as batch_op:
        batch_op.alter_column("rule", server_default=None)

    make_judgements("engagement", "store", "metric", "rule", "day")
    op.execute(
        "INSERT INTO alert_judgements_new"
        " (engagement, store, metric, rule, day, silence, finding, judged_at, remark)"
        " SELECT engagement, store, metric, '', day, silence, finding, judged_at, remark FROM alert_judgements"
    )
    take_its_place()


def downgrade() -> None:
    op.execute("DELETE FROM alert_judgements WHERE rule <> ''")
    op.execute("DELETE FROM alert_episodes WHERE rule <> ''")
    make_judgements("engagement", "store", "metric", "day")
    op.execute(
        "INSERT INTO alert_judgements_new (engagement, store, metric, day, silence, finding, judged_at, remark)"
        " SELECT engagement, store, metric, day, silence, finding, judged_at, remark FROM alert_judgements"
    )
    take_its_place()

    with op.batch_alter_table("alert_episodes", schema=None) as batch_op:
        batch_op.drop_constraint("uq_alert_episodes_once", type_="unique")
        batch_op.create_unique_constraint("uq_alert_episodes_once", ["engagement", "store", "metric", "since"])
        batch_op.drop_column("rule")
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_column("has_red_lines")
        batch_op.drop_column("alert_rules")


def make_judgements(*key: str) -> None:
    """Create the judgements' table anew: not every database can change a primary key."""
    rule = [sa.Column("rule", TEXT(), nullable=False)] if "rule" in key else []
    op.create_table(
        "alert_judgements_new",
        sa.Column("engagement", TEXT(), nullable=False),
        sa.Column("store", TEXT(), nullable=False),
        sa.Column("metric", TEXT(), nullable=False),
        *rule,
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("silence", TEXT(), nullable=False),
        sa.Column("finding", TEXT(), nullable=False),
        sa.Column("judged_at", storage.instants.Instant(), nullable=False),
        sa.Column("remark", TEXT(), nullable=False),
        sa.PrimaryKeyConstraint(*key),
    )


def take_its_place() -> None:
    """Put the new table of judgements where the old one was."""
    op.drop_table("alert_judgements")
    op.rename_table("alert_judgements_new", "alert_judgements")
    with op.batch_alter_table("alert_judgements", schema=None) as batch_op:
        batch_op.create_index("ix_alert_judgements_metric", ["metric", "store", "day"], unique=False)
