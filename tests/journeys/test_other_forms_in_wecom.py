"""Forms of WeCom other than reports and plans: a target is agreed, and what asks too often is put off, each once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kpi.days import ONE_DAY
from kpi.incidents.incident import EntryKind
from tests.bot.wecom.callbacks import text
from tests.journeys.form_world import Phone, links_in
from tests.journeys.sent_world import World
from tests.journeys.test_forms_in_wecom import app_settings, chat, company, phone, recorded

__all__ = ["app_settings", "chat", "company", "phone"]

TARGET = {
    "metric": "conversion_rate",
    "stores": "lumina-ml-br",
    "value": "2.6%",
    "first": "2026-12-01",
    "source": "会议",
}


async def _link(phone: Phone, command: str) -> str:
    (found,) = links_in(await phone.told(text(command, "Ana", 1)))
    return found


async def test_a_target_is_agreed_on_a_page(phone: Phone, world: World) -> None:
    """Days by the browser's own field; faults lose nothing; once; its page shows what was agreed."""
    link = await _link(phone, "/kpi target set conversion")
    page = (await phone.open(link)).text
    assert '<input id="first" name="first" type="date" value="2026-12-01"' in page
    faulty = await phone.send(link, TARGET | {"value": "260%", "last": "2026-11-30"}, page=page)
    assert (faulty.status_code, faulty.text.count('class="fault"')) == (422, 2)
    assert 'value="2026-11-30"' in faulty.text
    taken = await phone.send(link, TARGET | {"last": "2026-12-31"}, page=faulty.text)
    assert (taken.status_code, "/pages/" in taken.text) == (200, True)
    again = await phone.send(link, TARGET | {"value": "9%"}, page=page)
    assert (again.status_code, "会议" in again.text) == (409, True)
    looked = await phone.open(link)
    assert (looked.status_code, "<form" in looked.text, "2,60%" in looked.text) == (409, False, True)
    with world.vigia.database.view() as work:
        (change,) = work.targets.changes("lumina")
    assert (change.by, change.target.value, str(change.target.period.last)) == ("ana", Decimal("0.026"), "2026-12-31")


@pytest.mark.parametrize("verb", ["snooze", "mute"])
async def test_an_alert_is_put_off_on_a_page(phone: Phone, world: World, verb: str) -> None:
    """A time that is over is a fault; what is ordered is ordered once, and its page shows the alert."""
    world.fill()
    await world.vigia.errands.sweep_alerts()
    with world.vigia.database.view() as work:
        (alert,) = work.alerts.of_engagement("lumina", world.clock().date() - 40 * ONE_DAY)
    link = await _link(phone, f"/alert {verb} {alert.id}")
    faulty = await phone.send(link, {"at": "2026-01-01 10:00", "reason": "盘点"})
    assert (faulty.status_code, 'id="at-fault"' in faulty.text, "盘点" in faulty.text) == (422, True, True)
    taken = await phone.send(link, {"at": ""}, page=faulty.text)
    assert (taken.status_code, "/pages/" in taken.text) == (200, True)
    again = await phone.send(link, {"reason": "另一个原因"}, page=faulty.text)
    assert (again.status_code, "另一个原因" in again.text) == (409, True)
    looked = await phone.open(link)
    assert (looked.status_code, "<form" in looked.text) == (409, False)
    with world.vigia.database.view() as work:
        (mute,) = work.alerts.mutes("lumina", world.clock())
    assert (mute.by, mute.reason, mute.is_snooze) == ("ana", "盘点", verb == "snooze")


async def test_an_incident_asks_its_owner_later(phone: Phone, world: World) -> None:
    """Only its owner gets the form; sent, it is one entry."""
    assert links_in(await phone.told(text("/incident snooze 1001", "Ana", 2))) == []
    await phone.told(text("/incident ack 1001", "Ana", 3))
    world.clock.advance(timedelta(days=1))
    link = await _link(phone, "/incident snooze 1001")
    faulty = await phone.send(link, {"at": "gestern"})
    assert (faulty.status_code, 'id="at-fault"' in faulty.text) == (422, True)
    taken = await phone.send(link, {"at": ""}, page=faulty.text)
    assert (taken.status_code, "#1001" in taken.text) == (200, True)
    assert (await phone.send(link, {}, page=faulty.text)).status_code == 409
    assert recorded(world, EntryKind.SNOOZED) == 1
