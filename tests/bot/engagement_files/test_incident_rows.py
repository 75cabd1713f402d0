"""What an engagement file says about incidents: promises, hours, and who stands in for whom."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.engagement_files.changes import changes
from bot.engagement_files.reading import EngagementFileError, read_engagement_file
from kpi.absences import Absence
from kpi.engagements import Engagement
from kpi.promises import USUAL_TERMS, IncidentRules, Terms
from kpi.severities import Severity
from kpi.working_hours import usual_hours

HEAD = """\
[engagement]
id = "lumina"
name = "Lumina"
seller = { id = "lumina", name = "Lumina" }

[[stores]]
id = "lumina-ml-br"
name = "Lumina ML"
marketplace = "mercadolibre"
market = "BR"

[[people]]
id = "ana"
name = "Ana"
role = "account_manager"

[[people]]
id = "bruno"
name = "Bruno"
role = "operations"
"""
LINES = HEAD.count("\n")


def read(folder: Path, text: str) -> Engagement:
    """Return the engagement a text says."""
    path = folder / "engagement.toml"
    path.write_text(text, encoding="utf-8")
    return read_engagement_file(path).engagement


def mistakes(folder: Path, text: str) -> list[tuple[int, str]]:
    """Return the mistakes found in a text."""
    with pytest.raises(EngagementFileError) as caught:
        read(folder, text)
    return [(mistake.line, mistake.text) for mistake in caught.value.mistakes]


def test_a_file_that_says_nothing_has_the_usual_rules(tmp_path: Path) -> None:
    """Nobody has to write what everybody wants."""
    engagement = read(tmp_path, HEAD)
    assert engagement.incident_rules == IncidentRules()
    assert (engagement.people[0].hours, engagement.people[0].backup) == (None, "")


def test_what_was_agreed_is_read(tmp_path: Path) -> None:
    """What is left out of a severity stays as usual."""
    text = (
        HEAD
        + """
[incidents]
repeats = 0
stale_after_minutes = 90
answer_after_minutes = 45
hours = { starts = "08:00", ends = "12:30", days = ["mon", "sat"] }

[incidents.critical]
acknowledgement_minutes = 15

[incidents.trivial]
levels = 1
"""
    )
    rules = read(tmp_path, text).incident_rules
    assert rules.terms == (
        (Severity.S1, Terms(acknowledgement=timedelta(minutes=15))),
        (Severity.S4, Terms(levels=1)),
    )
    assert rules.terms_of(Severity.S2) == USUAL_TERMS[Severity.S2]
    assert (rules.repeats, rules.stale_after) == (0, timedelta(minutes=90))
    assert rules.answer_after == timedelta(minutes=45)
    assert rules.hours is not None
    assert (rules.hours.starts, rules.hours.ends) == (time(8), time(12, 30))
    assert (rules.hours.zone.key, rules.hours.country) == ("America/Sao_Paulo", "BR")
    assert rules.hours.weekdays == {0, 5}


def test_a_person_has_hours_on_their_own_clock_and_a_backup(tmp_path: Path) -> None:
    """Without holidays where they keep none."""
    hours = 'zone = "Asia/Shanghai"\nhours = { starts = "22:00", ends = "07:00", holidays = "" }\nbackup = "bruno"\n'
    ana = read(tmp_path, HEAD.replace('role = "account_manager"\n', f'role = "account_manager"\n{hours}')).people[0]
    assert ana.hours is not None
    assert (ana.hours.zone.key, ana.hours.country, ana.hours.starts) == ("Asia/Shanghai", "", time(22))
    assert ana.hours.weekdays == usual_hours(ana.zone).weekdays
    assert ana.backup == "bruno"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("[incidents]\nrepeats = 6\n", 2, "incidents.repeats: Input should be less than or equal to 5"),
        ("[incidents]\nhours = { starts = 9, ends = 18 }\n", 2, "incidents.hours.starts"),
        ('[incidents]\nhours = { starts = "09:00", ends = "18:00", days = [] }\n', 2, "need weekdays"),
        ('[incidents]\nhours = { starts = "9", ends = "18:00", days = ["lun"] }\n', 2, "incidents.hours.days"),
        ('[incidents]\nhours = { starts = "09:00", ends = "18:00", holidays = "XX" }\n', 2, "XX are not known"),
        ("[incidents]\n\n[incidents.critical]\nlevels = 1\nplan_minutes = 0\n", 5, "incidents.critical.plan_minutes"),
        ('[incidents]\ndrill = "weekly"\n', 2, "incidents.drill: Input should be 'monthly' or 'never'"),
        ("[incidents.minor]\nanalysis_minutes = 5\n", 1, "owed in this order"),
        ("[incidents.severe]\nlevels = 1\n", 1, "incidents.severe: unknown key"),
        ("[incidents.major]\nanalysis = 5\n", 2, "incidents.major.analysis: unknown key"),
    ],
)
def test_a_mistake_about_incidents_names_its_line(tmp_path: Path, text: str, line: int, sentence: str) -> None:
    """Also inside a table of a table."""
    found = mistakes(tmp_path, HEAD + text)
    assert any(at == LINES + line and sentence in said for at, said in found), found


def test_a_person_says_when_they_are_away(tmp_path: Path) -> None:
    """As often as they know it; both days belong to it."""
    away = "away = [{ from = 2026-12-01, until = 2026-12-05 }, { from = 2026-12-24, until = 2026-12-24 }]\n"
    ana = read(tmp_path, HEAD.replace('role = "account_manager"\n', f'role = "account_manager"\n{away}')).people[0]
    assert ana.away == (
        Absence(date(2026, 12, 1), date(2026, 12, 5)),
        Absence(date(2026, 12, 24), date(2026, 12, 24)),
    )


@pytest.mark.parametrize(
    "away",
    ["{ from = 2026-12-05, until = 2026-12-01 }", "{ from = 2026-12-05 }", '{ from = "soon", until = 2026-12-05 }'],
)
def test_days_away_have_an_order(tmp_path: Path, away: str) -> None:
    """A mistake names its line."""
    text = HEAD.replace('role = "account_manager"\n', f'role = "account_manager"\naway = [{away}]\n')
    assert [line for line, _ in mistakes(tmp_path, text)] == [16]


@pytest.mark.parametrize("backup", ["ana", "zoe"])
def test_who_stands_in_has_to_be_somebody_else(tmp_path: Path, backup: str) -> None:
    """Nobody is their own backup."""
    text = HEAD.replace('role = "account_manager"\n', f'role = "account_manager"\nbackup = "{backup}"\n')
    assert mistakes(tmp_path, text) == [(16, f"people.backup: nobody else is called “{backup}”")]


def test_drills_are_off_until_they_are_agreed_on(tmp_path: Path) -> None:
    """Nobody is called for a drill they never heard of; switching them on is seen before it is applied."""
    before, after = read(tmp_path, HEAD), read(tmp_path, HEAD + '[incidents]\ndrill = "monthly"\n')
    assert not before.incident_rules.has_monthly_drill
    assert after.incident_rules.has_monthly_drill
    assert changes(before, after) == (f"~ engagement {after.id}: incidents has_monthly_drill False → True",)
