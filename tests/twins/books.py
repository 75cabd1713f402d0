"""An in-memory database with the meaning of the real one: one writer at a time, all of a unit of work or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Protocol

from handlers.ports import Work
from tests.twins.book_of_alerts import MemoryAlerts
from tests.twins.book_of_audits import MemoryAudits, MemoryDrills
from tests.twins.book_of_captures import MemoryCaptures
from tests.twins.book_of_deliveries import MemoryDeliveries
from tests.twins.book_of_digests import MemoryDigests
from tests.twins.book_of_engagements import MemoryEngagements
from tests.twins.book_of_facts import MemoryFacts
from tests.twins.book_of_form_uses import MemoryFormUses
from tests.twins.book_of_inbox import MemoryInbox
from tests.twins.book_of_incident_files import MemoryIncidentFiles
from tests.twins.book_of_incidents import MemoryIncidents
from tests.twins.book_of_invitations import MemoryInvitations, MemorySharedPlaces
from tests.twins.book_of_robot_answers import MemoryRobotAnswers, MemoryTurns
from tests.twins.book_of_service_records import MemoryServiceRecords
from tests.twins.book_of_targets import MemoryRates, MemoryTargets
from tests.twins.book_of_tokens import MemoryTokens
from tests.twins.book_of_waiting_questions import MemoryWaitingQuestions
from tests.twins.book_of_workspaces import MemoryStates, MemoryWorkspaces
from tests.twins.book_state import BookState


class Books(Protocol):
    """What a database and its twin have in common."""

    def work(self) -> AbstractContextManager[Work]:
        """Open a writing unit of work."""

    def view(self) -> AbstractContextManager[Work]:
        """Open a unit of work that only reads."""


class MemoryWork:
    """The books of one unit of work."""

    def __init__(self, state: BookState) -> None:
        self.engagements = MemoryEngagements(state)
        self.facts = MemoryFacts(state)
        self.targets = MemoryTargets(state)
        self.rates = MemoryRates(state)
        self.alerts = MemoryAlerts(state)
        self.digests = MemoryDigests(state)
        self.deliveries = MemoryDeliveries(state)
        self.incidents = MemoryIncidents(state)
        self.incident_files = MemoryIncidentFiles(state)
        self.captures = MemoryCaptures(state)
        self.waiting_questions = MemoryWaitingQuestions(state)
        self.invitations = MemoryInvitations(state)
        self.shared_places = MemorySharedPlaces(state)
        self.service_records = MemoryServiceRecords(state)
        self.form_uses = MemoryFormUses(state)
        self.inbox = MemoryInbox(state)
        self.audits = MemoryAudits(state)
        self.drills = MemoryDrills(state)
        self.tokens = MemoryTokens(state)
        self.robot_answers = MemoryRobotAnswers(state)
        self.turns = MemoryTurns(state)
        self.workspaces = MemoryWorkspaces(state)
        self.install_states = MemoryStates(state)


class MemoryDatabase:
    """Opens units of work over one state, like `storage.database.Database` over one file."""

    def __init__(self) -> None:
        self._state = BookState()
        self._writing = Lock()

    @property
    def state(self) -> BookState:
        """What is stored now."""
        return self._state

    @contextmanager
    def work(self) -> Iterator[MemoryWork]:
        """Open a writing unit of work; the others wait."""
        with self._writing:
            state = self._state.copied()
            yield MemoryWork(state)
            self._state = state

    @contextmanager
    def view(self) -> Iterator[MemoryWork]:
        """Open a unit of work that only reads; what it writes is forgotten."""
        yield MemoryWork(self._state.copied())
