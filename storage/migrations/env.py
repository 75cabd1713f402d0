"""Alembic's entry: runs on the connection it is given."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import storage.audit_tables
import storage.form_uses
import storage.inbox_tables
import storage.incident_tables  # importing the tables registers them
import storage.invitation_tables
import storage.record_tables
import storage.slack_tables
import storage.tables
import storage.target_tables
import storage.waiting_questions
import storage.wecom_tables  # noqa: F401 - as above

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
