"""`vigia handover`: somebody leaves, and nothing of theirs is left behind."""

from __future__ import annotations

import os
from typing import Any

import pytest

from bot.clock import now
from bot.samples.engagements import sample_engagements
from kpi.absences import Absence
from kpi.days import business_day
from kpi.errors import NotFoundError, QuestionError
from storage.database import Database

LUMINA, ANDES = sample_engagements()


@pytest.fixture
def held(sampled: Any) -> Any:
    """Return a terminal over the samples, in which Ana has one incident of two."""
    for text in ("the pictures are gone", "the store was suspended"):
        sampled("ask", "--room", "lumina-seller", "--as", "wei", f"/incident {text}")
    with Database(os.environ["VIGIA_DATABASE_URL"]).view() as work:
        numbers = [one.number for one in work.incidents.of_engagement("lumina", now()) if not one.is_closed]
    sampled("ask", "--room", "lumina-ops", "--as", "ana", f"/incident ack {max(numbers)}")
    return sampled


def owners() -> dict[int, str]:
    """Return who has the open incidents."""
    with Database(os.environ["VIGIA_DATABASE_URL"]).view() as work:
        found = work.incidents.of_engagement("lumina", now())
        return {one.number: one.owner for one in found if not one.is_closed}


def test_open_incidents_move_once(held: Any) -> None:
    """Every engagement that knows the heir says what moved."""
    before = owners()
    said = held("handover", "--from", "ana", "--to", "bruno").output
    assert said.startswith("lumina: ")
    assert all(f"#{number}" in said for number in before)
    assert set(owners().values()) == {"bruno" if owner == "ana" else owner for owner in before.values()}
    assert held("handover", "--from", "ana", "--to", "bruno", "--engagement", "lumina").output == (
        "lumina: nothing to move\n"
    )


def test_a_last_day_is_an_absence(held: Any) -> None:
    """What opens until then reaches who stands in."""
    ana = LUMINA.person("ana")
    assert ana is not None
    today = business_day(now(), ana.zone)
    said = held("handover", "--from", "ana", "--to", "bruno", "--until", today.isoformat()).output
    assert f"ana is away until {today}" in said
    with Database(os.environ["VIGIA_DATABASE_URL"]).view() as work:
        found = work.engagements.get("lumina")
    assert found is not None
    assert found.absences == (("ana", Absence(today, today, "bruno")),)


def test_mistakes_are_one_sentence(held: Any) -> None:
    """And move nothing."""
    before = owners()
    with pytest.raises(NotFoundError, match="zoe"):
        held("handover", "--from", "ana", "--to", "zoe")
    with pytest.raises(NotFoundError, match="nowhere"):
        held("handover", "--from", "ana", "--to", "bruno", "--engagement", "nowhere")
    with pytest.raises(QuestionError, match="not of the operator"):
        held("handover", "--from", "ana", "--to", "wei")
    with pytest.raises(QuestionError, match="is over"):
        held("handover", "--from", "ana", "--to", "bruno", "--until", "2020-01-01")
    assert owners() == before
