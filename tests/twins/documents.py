"""A small document, the answer that comes with it, and bytes that stand for its PDF."""

from __future__ import annotations

from handlers.messages import Reply
from kpi.documents import Document, Section
from kpi.languages import Language

PDF = b"%PDF-1.7 made up"
DOCUMENT = Document("incident-1001", "Summary of incident #1001", "North", (Section("What happened", ("It fell",)),))
REPLY = Reply("Summary of incident #1001", Language.EN, text="It fell", document=DOCUMENT)
