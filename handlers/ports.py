"""What the use cases need from the outside, by shape. Nothing here knows SQL, chat or the clock's source.

All methods are synchronous; one unit of work is one transaction: it commits when its `with` block ends well and rolls
back when it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from handlers.books.audits import AuditBook, DrillBook
from handlers.books.captures import CaptureBook
from handlers.books.files import IncidentFileBook
from handlers.books.forms import FormUseBook
from handlers.books.inbox import Inbox
from handlers.books.incidents import IncidentBook
from handlers.books.invitations import InvitationBook, SharedPlaceBook
from handlers.books.questions import WaitingQuestionBook
from handlers.books.service_records import ServiceRecordBook
from handlers.books.targets import TargetBook
from kpi.absences import Absence
from kpi.alerts.records import AlertEpisode, AlertNotice, ExpectedDays, Judgement, Mute, SeriesKey
from kpi.days import Period
from kpi.deliveries import CauseKind, Delivery, Settlement
from kpi.digests import Digest, DigestSlot
from kpi.engagements import Engagement, Platform, Room
from kpi.facts import DaySum, Fact, FactQuery, FactVersion, FactVersions, ImportedFile, ImportOutcome, PartSum
from kpi.rates import Rate

Clock = Callable[[], datetime]
"""Returns the present as an aware UTC instant."""


class EngagementBook(Protocol):
    """Engagements with their stores, rooms and people."""

    def get(self, engagement_id: str) -> Engagement | None:
        """Return one engagement, or None."""

    def all(self) -> tuple[Engagement, ...]:
        """Return every engagement, ordered by id."""

    def save(self, engagement: Engagement, at: datetime) -> None:
        """Create or replace an engagement; a store or room that left keeps its history, and `absences` stay."""

    def note_absence(self, engagement_id: str, person: str, absence: Absence) -> None:
        """Keep what was said of somebody's being away, in the place of what was said of them before.

        Saving an engagement changes nothing about it.
        """

    def at_address(self, platform: Platform, address: str) -> tuple[Engagement, Room] | None:
        """Return what the place `address` is bound to, or None when no admin has bound it."""

    def with_room(self, room_id: str) -> Engagement | None:
        """Return the engagement that has a room of this id (the first one by its own id), or None."""

    def room_ids(self) -> tuple[str, ...]:
        """Return the ids of all rooms, ordered."""

    def of_store(self, store_id: str) -> Engagement | None:
        """Return the engagement a store belongs to, or None."""


class FactBook(Protocol):
    """Facts as known now and as known before."""

    def record(self, file: ImportedFile, facts: Iterable[Fact]) -> ImportOutcome:
        """Store a file's facts once; the same hash for the same engagement again changes nothing (`is_repeat`).

        A different value for a known (store, part, measure, day) becomes RESTATED when the known one was shown as
        final, and the earlier one stays in history with the instants between which it was shown. A preliminary or
        partial value that settles becomes FINAL. Of a place named twice the last fact counts. Raises KeyError for a
        fact of a store that is not the engagement's own.
        """

    def daily(self, query: FactQuery) -> tuple[DaySum, ...]:
        """Return sums per key and day, ordered by key then day; a day without counted store-days has no row."""

    def largest(self, stores: Sequence[str], measure: str, period: Period, most: int) -> tuple[str, ...]:
        """Return the stores with the largest sums of `measure` over the period first; those without any come last."""

    def parts(
        self, stores: Sequence[str], measures: Sequence[str], period: Period, dimension: str = ""
    ) -> tuple[PartSum, ...]:
        """Return sums per part over the period (of all dimensions or one), by store, dimension and part."""

    def last_days(self, stores: Sequence[str]) -> Mapping[str, date]:
        """Return the newest day with any store-level fact, for the stores that have one."""

    def measures_on(self, stores: Sequence[str], first: date, last: date) -> Mapping[tuple[str, date], frozenset[str]]:
        """Return which measures each store reported on each day of the period."""

    def restated_since(self, stores: Sequence[str], since: datetime) -> tuple[tuple[str, date, str], ...]:
        """Return (store, day, measure) of every value that changed after it had been known at `since`."""

    def versions(
        self, stores: Sequence[str], measures: Sequence[str], first: date, last: date, *, with_history: bool
    ) -> FactVersions:
        """Return store-level facts as columns, ordered by when they were known.

        Without history there is only what is known now, ordered by store, measure and day.
        """

    def every_version(self, stores: Sequence[str]) -> Iterator[FactVersion]:
        """Yield every version of every fact of the stores, listings too, oldest knowledge first."""

    def files(self, engagement_id: str, limit: int) -> tuple[ImportedFile, ...]:
        """Return the newest imports of an engagement, newest first."""


class AlertBook(Protocol):
    """What each morning said, the episodes, and what people said of them."""

    def judged_until(self, metric: str) -> Mapping[str, date]:
        """Return the newest day the scan judged of each store (also one that could not be read)."""

    def first_judged(self, engagement_id: str) -> date | None:
        """Return the first day of the engagement that was ever judged, or None."""

    def unread(self, metric: str, first: date) -> tuple[Judgement, ...]:
        """Return the scan's judgements from `first` on of days that could not be read yet, by day then store."""

    def rule_judgements(self, engagement_id: str) -> tuple[Judgement, ...]:
        """Return the newest judgement of each series under a rule, ordered by store, metric and rule."""

    def record(self, judgements: Iterable[Judgement]) -> None:
        """Store judgements, replacing those of the same series and day."""

    def judgements(self, series: SeriesKey, first: date, last: date) -> tuple[Judgement, ...]:
        """Return the judgements of a series from `first` to `last`, oldest first."""

    def rule_days(self, engagement_id: str, stores: Sequence[str], first: date) -> tuple[Judgement, ...]:
        """Return what rules said from `first` on of the series with these stores, by store, metric, rule and day."""

    def on_watch(self, engagement_id: str, since: datetime) -> tuple[Judgement, ...]:
        """Return what was judged since an instant and put on watch, ordered by store, metric and day."""

    def save(self, alert: AlertEpisode) -> None:
        """Create or replace an episode; raises ValueError when another one of its series began the same day."""

    def save_all(self, alerts: Iterable[AlertEpisode]) -> None:
        """Save many episodes as `save` does one; raises ValueError when one of them could not be saved alone."""

    def get(self, alert_id: str) -> AlertEpisode | None:
        """Return an episode, or None."""

    def get_all(self, alert_ids: Iterable[str]) -> tuple[AlertEpisode, ...]:
        """Return the episodes with these ids that there are, ordered by id."""

    def episodes(self, metric: str, since: date) -> tuple[AlertEpisode, ...]:
        """Return the scan's episodes of a metric that were open on or after `since`, ordered by since then store."""

    def of_engagement(self, engagement_id: str, since: date) -> tuple[AlertEpisode, ...]:
        """Return all episodes of an engagement that were open on or after `since`, newest first."""

    def freeze_notice(self, notice: AlertNotice) -> None:
        """Store a notice; raises ValueError when its id is taken."""

    def notice(self, notice_id: str) -> AlertNotice | None:
        """Return a notice, or None."""

    def mute(self, mute: Mute) -> None:
        """Store a mute."""

    def mutes(self, engagement_id: str, at: datetime) -> tuple[Mute, ...]:
        """Return the mutes of an engagement that end after `at`, ordered by their end."""

    def expect(self, days: ExpectedDays) -> None:
        """Store days that were expected."""

    def expected(self, engagement_id: str, since: date) -> tuple[ExpectedDays, ...]:
        """Return the expected days of an engagement that end on or after `since`, ordered by their first day."""


class RateBook(Protocol):
    """Exchange rates."""

    def save(self, rates: Iterable[Rate]) -> int:
        """Store rates, replacing those of the same day and pair; return how many were new or changed."""

    def latest(self, base: str, quote: str, day: date, max_age_days: int) -> Rate | None:
        """Return the newest rate on or before `day` and at most `max_age_days` old, or None."""

    def between(self, first: date, last: date) -> tuple[Rate, ...]:
        """Return the rates of the days from `first` to `last`, ordered by day, base and quote."""


class DigestBook(Protocol):
    """Frozen digests and the slots that wait for them."""

    def plan(self, slot: DigestSlot) -> bool:
        """Add a slot unless its key exists; return whether it was added."""

    def first_due(self, engagement_id: str, room_id: str) -> datetime | None:
        """Return when a room's first slot was due, or None for a room that never had one."""

    def claim_due(self, now: datetime, claimed_until: datetime) -> tuple[DigestSlot, ...]:
        """Take the DUE slots whose time has come, so that no other replica takes them before `claimed_until`."""

    def settle_slot(self, slot: DigestSlot) -> None:
        """Store a claimed slot's new state and release it."""

    def late(self, before: datetime) -> tuple[DigestSlot, ...]:
        """Return the slots that are still DUE though their deadline was before an instant, oldest first."""

    def release(self, key: str) -> None:
        """Free a slot from its claim, so that the next sweep takes it."""

    def slots_between(self, engagement_id: str, first: datetime, before: datetime) -> tuple[DigestSlot, ...]:
        """Return the slots whose deadline is at or after `first` and before `before`, by deadline and key."""

    def freeze(self, digest: Digest) -> None:
        """Store a snapshot; raises ValueError when its id is taken."""

    def get(self, digest_id: str) -> Digest | None:
        """Return a snapshot, or None."""

    def of_day(self, engagement_id: str, day: date) -> tuple[Digest, ...]:
        """Return the snapshots of a data day, oldest first."""

    def latest(self, engagement_id: str) -> Digest | None:
        """Return the newest snapshot of an engagement, or None."""


class DeliveryLedger(Protocol):
    """Every outgoing message, with the reason of every send and every non-send."""

    def add(self, delivery: Delivery) -> bool:
        """Add a delivery unless its key exists; return whether it was added."""

    def claim(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Take up to `limit` PENDING deliveries that are due and make them SENDING; no two callers get the same."""

    def settle(self, delivery_id: str, settlement: Settlement) -> None:
        """Store how an attempt ended; raises ValueError on a transition that `kpi.deliveries` does not allow."""

    def waiting(self, before: datetime) -> tuple[Delivery, ...]:
        """Return PENDING deliveries that were due before an instant, oldest first."""

    def stuck(self, before: datetime) -> tuple[Delivery, ...]:
        """Return SENDING deliveries claimed before `before`: their process died, nobody knows what happened."""

    def unknown(self, since: datetime) -> tuple[Delivery, ...]:
        """Return UNKNOWN deliveries settled at or after `since`, oldest first."""

    def get(self, delivery_id: str) -> Delivery | None:
        """Return one delivery, or None."""

    def by_key(self, key: str) -> Delivery | None:
        """Return the delivery with this once-only key, or None."""

    def of_message(self, engagement_id: str, room_id: str, platform_message: str) -> Delivery | None:
        """Return the newest delivery of a room that became this message of its platform, or None."""

    def renew(self, delivery_id: str, cause: str, due_at: datetime | None = None) -> bool:
        """Let a delivery that is still PENDING and was never tried speak of a newer snapshot; False: too late.

        `due_at` brings it forward; it is never put off.
        """

    def revive(self, delivery_id: str, cause: str, at: datetime) -> bool:
        """Queue a FAILED delivery again, due at once and speaking of a newer snapshot; False: it is not FAILED."""

    def newest_change(self, key: str) -> Delivery | None:
        """Return the change (EDIT) of a delivery's message that is due last, whatever became of it, or None."""

    def failed(self, kind: CauseKind, since: datetime) -> tuple[Delivery, ...]:
        """Return the FAILED deliveries of a kind that were settled at or after `since`, oldest first."""

    def closed(self, since: datetime) -> tuple[Delivery, ...]:
        """Return, of each room whose newest settled delivery was unreachable, the first one that was, from `since` on.

        Ordered by engagement and room.
        """

    def message_of(self, key: str) -> str:
        """Return the platform's id of a delivery's message as it stands now (edited or posted anew), or ""."""

    def of_engagement(self, engagement_id: str, limit: int) -> tuple[Delivery, ...]:
        """Return the newest deliveries of an engagement, newest first."""

    def of_causes(self, causes: Sequence[str]) -> tuple[Delivery, ...]:
        """Return the deliveries made for any of these causes, oldest first."""

    def between(self, engagement_id: str, first: datetime, before: datetime) -> tuple[Delivery, ...]:
        """Return an engagement's deliveries created at or after `first` and before `before`, oldest first."""


class Work(Protocol):
    """One unit of work over all books."""

    @property
    def engagements(self) -> EngagementBook:
        """Engagements, rooms, people."""

    @property
    def facts(self) -> FactBook:
        """Facts."""

    @property
    def targets(self) -> TargetBook:
        """Targets."""

    @property
    def rates(self) -> RateBook:
        """Exchange rates."""

    @property
    def digests(self) -> DigestBook:
        """Digests."""

    @property
    def alerts(self) -> AlertBook:
        """Alerts."""

    @property
    def incidents(self) -> IncidentBook:
        """Incidents."""

    @property
    def incident_files(self) -> IncidentFileBook:
        """Files of incidents."""

    @property
    def captures(self) -> CaptureBook:
        """Messages in timelines."""

    @property
    def deliveries(self) -> DeliveryLedger:
        """Deliveries."""

    @property
    def waiting_questions(self) -> WaitingQuestionBook:
        """Questions that wait for an answer."""

    @property
    def invitations(self) -> InvitationBook:
        """Strangers who are to say who they are."""

    @property
    def shared_places(self) -> SharedPlaceBook:
        """Places that people of another company read too."""

    @property
    def service_records(self) -> ServiceRecordBook:
        """Monthly service records."""

    @property
    def form_uses(self) -> FormUseBook:
        """Links to forms that were used."""

    @property
    def inbox(self) -> Inbox:
        """Inbound events."""

    @property
    def audits(self) -> AuditBook:
        """Vigia's own health."""

    @property
    def drills(self) -> DrillBook:
        """Drills."""


UnitOfWork = Callable[[], AbstractContextManager[Work]]
"""Opens one unit of work (one transaction)."""
