"""Alerts stored before there were rules are read after the migration as they were written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from alembic import command
from sqlalchemy import text

from kpi.alerts.alert import Phase
from kpi.alerts.records import SeriesKey, Silence
from storage.database import Database
from storage.migrating import migrating, migration_config

DAY = "2026-11-22"
MADE_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
FINDING: dict[str, Any] = {
    "day": DAY,
    "silence": "fires",
    "z": 4.5,
    "window": 3,
    "observed": 41.0,
    "expected": 60.5,
    "spread": 6.25,
    "exposure": 2880.0,
    "change": 0.32,
    "is_pooled": False,
    "pooled_z": 0.0,
    "recent_z": 0.0,
    "learnt_days": 56,
    "visible_week": 0.0,
    "visible_fortnight": 0.0,
}
EPISODE: dict[str, Any] = {
    "id": "a1",
    "series": {"engagement": "lumina", "store": "lumina-ml-br", "metric": "conversion_rate"},
    "episode": {"since": DAY, "onset": "2026-11-20", "last": DAY, "phase": "firing", "clear_days": 0},
    "first": FINDING,
    "newest": FINDING,
    "worst": FINDING,
    "opened_at": "2026-11-23T12:00:00Z",
    "severity": "S3",
    "verdict": "open",
    "acknowledged_by": "",
    "acknowledged_at": None,
    "rechecked_at": None,
}
NOTICE: dict[str, Any] = {
    "id": "n1",
    "engagement": "lumina",
    "kind": "opened",
    "made_at": "2026-11-23T12:00:00Z",
    "episodes": [
        {
            "alert": EPISODE,
            "stake": {"events": 21.0, "doubt": 9.5, "worth": "3150.40", "currency": "BRL"},
            "line": {
                "metric": "conversion_rate",
                "marketplace": "",
                "currency": None,
                "days": [DAY],
                "values": ["0.0142"],
                "band": [["0.019", "0.024"]],
                "target": None,
                "provisional": [False],
                "events": [],
            },
            "cause": {"kind": "unknown", "name": "", "share": 0.0},
        }
    ],
    "gap": None,
}
ENGAGEMENT = (
    "INSERT INTO engagements (id, name, seller_id, seller_name, shown_currencies, alert_presets, saved_at)"
    " VALUES ('lumina', 'Lumina', 'lumina', 'Lumina', '[]', '[]', :made_at)"
)
JUDGEMENT = (
    "INSERT INTO alert_judgements (engagement, store, metric, day, silence, finding, judged_at, remark)"
    " VALUES ('lumina', 'lumina-ml-br', 'conversion_rate', :day, 'fires', :body, :made_at, '')"
)
ALERT = (
    "INSERT INTO alert_episodes (id, engagement, store, metric, since, last, is_open, body)"
    " VALUES ('a1', 'lumina', 'lumina-ml-br', 'conversion_rate', :day, :day, :is_open, :body)"
)
TOLD = "INSERT INTO alert_notices (id, engagement, made_at, body) VALUES ('n1', 'lumina', :made_at, :body)"


def _fill_before_there_were_rules(database: Database) -> None:
    made_at = int(MADE_AT.timestamp() * 1_000_000)
    with migrating(database.engine) as connection:
        command.upgrade(migration_config(connection), "0002")
        for statement, body in ((ENGAGEMENT, {}), (JUDGEMENT, FINDING), (ALERT, EPISODE), (TOLD, NOTICE)):
            values = {"made_at": made_at, "day": DAY, "is_open": True, "body": json.dumps(body)}
            connection.execute(text(statement), {name: values[name] for name in values if f":{name}" in statement})


def test_what_was_stored_before_there_were_rules_reads_as_the_scans(empty: Database) -> None:
    """Days, episodes and notices keep their numbers; the engagement has no rule, and watches the red lines."""
    _fill_before_there_were_rules(empty)
    empty.migrate()
    series = SeriesKey("lumina", "lumina-ml-br", "conversion_rate")
    with empty.view() as work:
        engagement = work.engagements.get("lumina")
        (judgement,) = work.alerts.judgements(series, date(2026, 11, 22), date(2026, 11, 22))
        (alert,) = work.alerts.episodes("conversion_rate", date(2026, 11, 22))
        notice = work.alerts.notice("n1")
    assert engagement is not None
    assert (engagement.alert_rules, engagement.has_red_lines) == ((), True)
    assert (judgement.finding.silence, judgement.finding.z, judgement.finding.by_rule) == (Silence.FIRES, 4.5, None)
    assert judgement.judged_at == MADE_AT
    assert (alert.series, alert.episode.phase, alert.first) == (series, Phase.FIRING, judgement.finding)
    assert notice is not None
    assert notice.episodes[0].alert == alert
