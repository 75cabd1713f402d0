"""All tables but those of incidents. Enum values by name; days of facts as ordinals; instants as microseconds (UTC)."""

from datetime import date, datetime, time

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.instants import Instant


class EngagementRow(SQLModel, table=True):
    """One seller's agreement."""

    __tablename__ = "engagements"

    id: str = Field(primary_key=True)
    name: str
    seller_id: str
    seller_name: str
    shown_currencies: str
    alert_presets: str
    alert_rules: str
    has_red_lines: bool
    incident_rules: str | None = None
    saved_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    stamp: str


class StoreRow(SQLModel, table=True):
    """A store; one that left its engagement stays, inactive, with its facts."""

    __tablename__ = "stores"

    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    engagement: str = Field(foreign_key="engagements.id", index=True)
    position: int
    name: str
    marketplace: str
    market: str
    kind: str
    currency: str
    zone: str
    segment: str
    is_active: bool = True


class PersonRow(SQLModel, table=True):
    """Somebody with a role; `handles` is JSON: platform to user id, `hours` and `away` JSON where any were agreed.

    `learnt` is JSON too: the platforms whose user id came by an invitation.
    """

    __tablename__ = "people"

    engagement: str = Field(primary_key=True, foreign_key="engagements.id")
    id: str = Field(primary_key=True)
    position: int
    name: str
    role: str
    language: str
    zone: str
    handles: str
    hours: str | None = None
    backup: str | None = None
    away: str | None = None
    learnt: str | None = None
    is_newcomer: bool = False


class AbsenceRow(SQLModel, table=True):
    """What was said of somebody's being away, whoever the engagement names."""

    __tablename__ = "absences"

    engagement: str = Field(primary_key=True, foreign_key="engagements.id")
    person: str = Field(primary_key=True)
    first: date
    last: date
    stand_in: str


class RoomRow(SQLModel, table=True):
    """A bound chat place; one place is bound once."""

    __tablename__ = "rooms"
    __table_args__ = (
        UniqueConstraint("platform", "address", name="uq_rooms_place"),
        UniqueConstraint("platform", "heard_at", name="uq_rooms_heard_at"),
    )

    engagement: str = Field(primary_key=True, foreign_key="engagements.id")
    id: str = Field(primary_key=True)
    position: int
    platform: str
    address: str
    audience: str
    language: str
    zone: str
    digest_at: time | None = None
    digest_deadline_minutes: int
    quiet_from: time | None = None
    quiet_until: time | None = None
    heard_at: str | None = None
    forward_by: str | None = None
    workspace: str = ""


class MeasureRow(SQLModel, table=True):
    """Small keys for measure names: facts are many."""

    __tablename__ = "measures"

    key: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class DimensionRow(SQLModel, table=True):
    """Small keys for dimension names."""

    __tablename__ = "dimensions"

    key: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class SourceRow(SQLModel, table=True):
    """Small keys for source names."""

    __tablename__ = "sources"

    key: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class FileRow(SQLModel, table=True):
    """The proof of an import; one file is taken once per engagement."""

    __tablename__ = "files"
    __table_args__ = (UniqueConstraint("engagement", "sha256", name="uq_files_once"),)

    key: int | None = Field(default=None, primary_key=True)
    engagement: str = Field(index=True)
    sha256: str
    name: str
    layout: str
    imported_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    first: date | None = None
    last: date | None = None
    rows: int
    rejected: int


class FactRow(SQLModel, table=True):
    """A measure of a store on a day, as known now.

    The key is clustered in the order a question reads: one store, one measure, a run of days.
    """

    __tablename__ = "facts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    store_key: int = Field(sa_column=Column(Integer, ForeignKey("stores.key"), primary_key=True, autoincrement=False))
    measure_key: int = Field(
        sa_column=Column(SmallInteger, ForeignKey("measures.key"), primary_key=True, autoincrement=False)
    )
    day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    value: int = Field(sa_column=Column(BigInteger, nullable=False))
    status: int = Field(sa_column=Column(SmallInteger, nullable=False))
    source_key: int = Field(sa_column=Column(SmallInteger, nullable=False))
    file_key: int = Field(sa_column=Column(Integer, nullable=False))
    known_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class PartFactRow(SQLModel, table=True):
    """A measure of one part of a store (a listing, a source of traffic, a device) on a day, as known now."""

    __tablename__ = "part_facts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    store_key: int = Field(sa_column=Column(Integer, ForeignKey("stores.key"), primary_key=True, autoincrement=False))
    measure_key: int = Field(
        sa_column=Column(SmallInteger, ForeignKey("measures.key"), primary_key=True, autoincrement=False)
    )
    dimension_key: int = Field(
        sa_column=Column(SmallInteger, ForeignKey("dimensions.key"), primary_key=True, autoincrement=False)
    )
    day: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    part: str = Field(primary_key=True)
    value: int = Field(sa_column=Column(BigInteger, nullable=False))
    status: int = Field(sa_column=Column(SmallInteger, nullable=False))
    source_key: int = Field(sa_column=Column(SmallInteger, nullable=False))
    file_key: int = Field(sa_column=Column(Integer, nullable=False))
    known_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class FactHistoryRow(SQLModel, table=True):
    """What was known before: shown from `known_at` until `superseded_at`; `part` is empty for whole stores."""

    __tablename__ = "fact_history"
    __table_args__ = (Index("ix_fact_history_place", "store_key", "measure_key", "day"),)

    key: int | None = Field(default=None, primary_key=True)
    store_key: int
    measure_key: int = Field(sa_column=Column(SmallInteger, nullable=False))
    dimension_key: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    day: int
    part: str = ""
    value: int = Field(sa_column=Column(BigInteger, nullable=False))
    status: int = Field(sa_column=Column(SmallInteger, nullable=False))
    source_key: int = Field(sa_column=Column(SmallInteger, nullable=False))
    file_key: int
    known_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    superseded_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class TargetRow(SQLModel, table=True):
    """What was agreed; the number is kept as text because it is exact."""

    __tablename__ = "targets"

    engagement: str = Field(primary_key=True, foreign_key="engagements.id")
    id: str = Field(primary_key=True)
    metric: str
    stores: str
    first: date
    last: date
    direction: str
    value: str
    currency: str | None = None
    source: str
    owner: str


class RateRow(SQLModel, table=True):
    """An exchange rate; the number is kept as text because it is exact."""

    __tablename__ = "rates"

    base: str = Field(primary_key=True)
    quote: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    rate: str
    source: str


class DigestRow(SQLModel, table=True):
    """A frozen digest as JSON."""

    __tablename__ = "digests"
    __table_args__ = (Index("ix_digests_day", "engagement", "day"),)

    id: str = Field(primary_key=True)
    engagement: str
    day: date
    composed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    body: str


class DigestSlotRow(SQLModel, table=True):
    """A room's digest of a day, waiting for its time."""

    __tablename__ = "digest_slots"
    __table_args__ = (Index("ix_digest_slots_due", "state", "due_at"),)

    key: str = Field(primary_key=True)
    engagement: str
    room: str
    day: date
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    deadline_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    state: str
    digest: str
    reason: str
    claimed_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class AlertJudgementRow(SQLModel, table=True):
    """What a morning said of one series' day; `rule` is "" for the scan; the finding is JSON."""

    __tablename__ = "alert_judgements"
    __table_args__ = (Index("ix_alert_judgements_metric", "metric", "store", "day"),)

    engagement: str = Field(primary_key=True)
    store: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    rule: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    silence: str
    finding: str
    judged_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    remark: str


class AlertEpisodeRow(SQLModel, table=True):
    """An episode of one series; `rule` is "" for the scan; the evidence is JSON."""

    __tablename__ = "alert_episodes"
    __table_args__ = (
        UniqueConstraint("engagement", "store", "metric", "rule", "since", name="uq_alert_episodes_once"),
        Index("ix_alert_episodes_metric", "metric", "last"),
    )

    id: str = Field(primary_key=True)
    engagement: str = Field(index=True)
    store: str
    metric: str
    rule: str
    since: date
    last: date
    is_open: bool
    body: str


class AlertNoticeRow(SQLModel, table=True):
    """A frozen alert notice as JSON."""

    __tablename__ = "alert_notices"

    id: str = Field(primary_key=True)
    engagement: str = Field(index=True)
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    body: str


class AlertMuteRow(SQLModel, table=True):
    """Nobody is told of a series until an instant."""

    __tablename__ = "alert_mutes"

    id: str = Field(primary_key=True)
    engagement: str = Field(index=True)
    store: str
    metric: str
    until: datetime = Field(sa_column=Column(Instant, nullable=False))
    by: str
    reason: str
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    is_snooze: bool = False


class ExpectedDaysRow(SQLModel, table=True):
    """Days somebody said were expected."""

    __tablename__ = "expected_days"

    engagement: str = Field(primary_key=True)
    store: str = Field(primary_key=True)
    first: date = Field(primary_key=True)
    last: date = Field(primary_key=True)
    name: str
    by: str
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DeliveryRow(SQLModel, table=True):
    """One outgoing message and its proof."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_due", "state", "due_at"),)

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    cause_kind: str
    cause: str = Field(index=True)
    engagement: str = Field(index=True)
    room: str
    platform: str
    state: str
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    attempts: int
    platform_message: str
    reason: str
    claimed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    settled_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    give_up_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    is_repeat: bool = False
    placing: str = "post"
    anchor: str = Field(default="", index=True)
    is_unreachable: bool = False


class SharedTokenRow(SQLModel, table=True):
    """A platform's access token that all replicas use, encrypted by whom it belongs to."""

    __tablename__ = "shared_tokens"

    name: str = Field(primary_key=True)
    token: str = ""
    expires_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    claimed_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
