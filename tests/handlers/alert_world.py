"""A world whose conversion falls by half on its last days, and the mornings on which that is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from handlers.answers.kpi_command import KPI_COMMAND
from handlers.deliveries import compose_delivery
from handlers.intake import Intake
from handlers.messages import Reply
from handlers.watch.alert_command import ALERT_COMMAND
from handlers.watch.alert_watch import WatchReport, sweep_alerts
from kpi.alerts.records import AlertEpisode
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.engagements import Engagement
from kpi.facts import Fact
from tests.handlers.world import DAY, NOW, World, days_of
from tests.twins.book_samples import a_fact

JUDGED = NOW + timedelta(days=2)
"""Sunday, 08:00 in São Paulo: Mercado Libre no longer changes the visits of Thursday."""


def fallen(last: date = DAY, days: int = 3, share: float = 0.5) -> Iterator[Fact]:
    """Yield ordinary days of North ML whose orders fall to `share` on the last ones."""
    for fact in days_of("north-ml", last):
        is_hit = fact.measure == "orders_paid" and (last - fact.day).days < days
        yield a_fact(fact.store, fact.measure, round(fact.value * share), fact.day) if is_hit else fact


class AlertWorld(World):
    """A world that also watches."""

    def __init__(self, *engagements: Engagement) -> None:
        super().__init__(*engagements)
        self.intake = Intake(self.books.work, (KPI_COMMAND, ALERT_COMMAND), view=self.books.view)

    def watch(self, at: datetime = JUDGED) -> WatchReport:
        """Run the sweep of an instant, and send what is due by then."""
        report = sweep_alerts(self.books.work, at)
        self.send(at)
        return report

    def send(self, at: datetime) -> None:
        """Let everything that is due be sent, as an outbox would."""
        with self.books.work() as work:
            for one in work.deliveries.claim(at, 1000):
                sent = Settlement(DeliveryState.SENT, "ok", at, platform_message=f"m-{one.key}")
                work.deliveries.settle(one.id, sent)

    def told(self, engagement: str = "north") -> dict[str, list[Reply]]:
        """Return every new alert message by room, oldest first."""
        return self._composed(engagement, lambda delivery: delivery.placing is not Placing.EDIT)

    def card(self, room: str = "north-ops", engagement: str = "north") -> Reply:
        """Return the newest message a room was posted by itself, as it was changed since."""
        return self._composed(engagement, lambda delivery: delivery.placing is not Placing.REPLY)[room][-1]

    def _composed(self, engagement: str, is_wanted: Callable[[Delivery], bool]) -> dict[str, list[Reply]]:
        found: dict[str, list[Reply]] = {}
        with self.books.view() as work:
            for delivery in reversed(work.deliveries.of_engagement(engagement, 1000)):
                composed = compose_delivery(work, delivery)
                if delivery.cause_kind is CauseKind.ALERT and composed is not None and is_wanted(delivery):
                    found.setdefault(delivery.room, []).append(composed.reply)
        return found

    def alerts(self, engagement: str = "north") -> tuple[AlertEpisode, ...]:
        """Return every episode, newest first."""
        with self.books.view() as work:
            return work.alerts.of_engagement(engagement, date(2026, 1, 1))
