"""Two sellers whose people report, take and answer incidents by command."""

from __future__ import annotations

from datetime import timedelta

from handlers.answers.kpi_command import KPI_COMMAND
from handlers.incidents.command import INCIDENT_COMMAND
from handlers.incidents.escalation_watch import sweep_escalations
from handlers.intake import Intake
from handlers.messages import Reply
from handlers.watch.alert_command import ALERT_COMMAND
from kpi.engagements import Engagement
from kpi.facts import Fact
from kpi.incidents.incident import EntryKind, Incident
from kpi.languages import Language
from tests.handlers.alert_shops import Shop, ShopWorld
from tests.handlers.alert_world import JUDGED
from tests.handlers.world import DAY, NOW, World, north, south

SEEN = "/incident conversion fell in North ML since yesterday"


class AlertedWorld(ShopWorld):
    """A world that watches, and whose doors know `/incident`."""

    def __init__(self, *engagements: Engagement) -> None:
        super().__init__(*engagements)
        self.intake = Intake(self.books.work, (KPI_COMMAND, ALERT_COMMAND, INCIDENT_COMMAND), view=self.books.view)

    def incidents(self, engagement: str = "north") -> tuple[Incident, ...]:
        """Return every incident of an engagement, oldest first."""
        with self.books.view() as work:
            return work.incidents.of_engagement(engagement, NOW - timedelta(days=900))[::-1]

    def kinds(self, incident: Incident) -> list[EntryKind]:
        """Return what the timeline of an incident says happened."""
        with self.books.view() as work:
            return [line.kind for line in work.incidents.timeline(incident.id)]


def alerted(language: Language = Language.EN, *facts: Fact, factor: float = 0.35) -> AlertedWorld:
    """Return a world in which the conversion of North ML has fallen for three days, a critical alert of it told."""
    world = AlertedWorld(north(language), south(language))
    world.learn_shops(Shop().falling(DAY - timedelta(days=2), DAY, factor), Shop(store="north-amz"))
    world.learn(facts)
    world.watch()
    world.clock.set(JUDGED)
    return world


class IncidentWorld(World):
    """A world whose doors know `/incident`."""

    def __init__(self, *engagements: Engagement) -> None:
        super().__init__(*engagements)
        self.intake = Intake(self.books.work, (KPI_COMMAND, ALERT_COMMAND, INCIDENT_COMMAND), view=self.books.view)

    def seller(self, text: str) -> Reply:
        """Return the answer to the seller's person in their own room."""
        return self.ask(text, "north-seller", "wei")

    def incident(self, number: int = 1001) -> Incident:
        """Return an incident as it is stored."""
        with self.books.view() as work:
            found = work.incidents.get("north", number)
        assert found is not None
        return found

    def pass_time(self, by: timedelta) -> None:
        """Move the clock and take every step that is due by then, as the sweep does."""
        self.clock.advance(by)
        while sweep_escalations(self.books.work, self.clock()).taken:
            pass
