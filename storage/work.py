"""One unit of work: all books over one transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.alerts import StoredAlerts
from storage.audits import StoredAudits
from storage.captures import StoredCaptures
from storage.deliveries import StoredDeliveries
from storage.digests import StoredDigests
from storage.drills import StoredDrills
from storage.engagements import StoredEngagements
from storage.facts import StoredFacts
from storage.form_uses import StoredFormUses
from storage.inbox import StoredInbox
from storage.incident_files import StoredIncidentFiles
from storage.incidents import StoredIncidents
from storage.invitations import StoredInvitations
from storage.known_engagements import KnownEngagements
from storage.rates import StoredRates
from storage.robot_answers import StoredRobotAnswers
from storage.service_records import StoredServiceRecords
from storage.shared_places import StoredSharedPlaces
from storage.shared_tokens import StoredTokens
from storage.slack_workspaces import StoredStates, StoredWorkspaces
from storage.targets import StoredTargets
from storage.waiting_questions import StoredWaitingQuestions
from storage.webhook_turns import StoredTurns


class StoredWork:
    """The books of one transaction; they are cheap to make and live as long as it."""

    def __init__(self, connection: Connection, known: KnownEngagements) -> None:
        self.engagements = StoredEngagements(connection, known)
        self.facts = StoredFacts(connection)
        self.targets = StoredTargets(connection)
        self.rates = StoredRates(connection)
        self.alerts = StoredAlerts(connection)
        self.digests = StoredDigests(connection)
        self.deliveries = StoredDeliveries(connection)
        self.incidents = StoredIncidents(connection)
        self.incident_files = StoredIncidentFiles(connection)
        self.captures = StoredCaptures(connection)
        self.waiting_questions = StoredWaitingQuestions(connection)
        self.invitations = StoredInvitations(connection)
        self.shared_places = StoredSharedPlaces(connection)
        self.service_records = StoredServiceRecords(connection)
        self.form_uses = StoredFormUses(connection)
        self.inbox = StoredInbox(connection)
        self.audits = StoredAudits(connection)
        self.drills = StoredDrills(connection)
        self.tokens = StoredTokens(connection)
        self.robot_answers = StoredRobotAnswers(connection)
        self.turns = StoredTurns(connection)
        self.workspaces = StoredWorkspaces(connection)
        self.install_states = StoredStates(connection)
