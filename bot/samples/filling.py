"""Fills an empty database with the sample engagements and their 400 days."""

from __future__ import annotations

import hashlib
from datetime import datetime

from bot.samples.engagements import sample_engagements, sample_rates, sample_targets
from bot.samples.sales import sample_facts
from handlers.engagement_setup import set_up_engagement
from handlers.ports import UnitOfWork
from kpi.days import last_closed_day
from kpi.facts import ImportedFile


def fill_with_samples(unit_of_work: UnitOfWork, now: datetime) -> int:
    """Store the sample engagements with facts up to each store's last closed day; return how many facts were new."""
    added = 0
    for engagement in sample_engagements():
        today = now.date()
        with unit_of_work() as work:
            set_up_engagement(work, engagement, sample_targets(engagement.id, today), sample_rates(today), now)
        for store in engagement.stores:
            last = last_closed_day(now, store.zone)
            facts = list(sample_facts(store, last))
            digest = hashlib.sha256(f"sample/{store.id}/{last}".encode()).hexdigest()
            file = ImportedFile(
                digest, f"{store.id}.sample", "sample", engagement.id, now, facts[0].day, last, len(facts), 0
            )
            with unit_of_work() as work:
                added += work.facts.record(file, facts).added
    return added
