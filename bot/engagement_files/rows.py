"""The rows of an engagement file as pydantic models; every mistake is reported, not only the first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from bot.engagement_files.incident_rows import AwayRow, HoursRow, IncidentsRow
from bot.engagement_files.row_types import CurrencyCode, Id, LanguageName, LocalTime, Name, Row, ZoneName
from bot.engagement_files.rule_rows import RuleRow
from bot.wecom.addresses import ROBOT_CHATS, is_chat_id
from kpi.alerts.detection.signals import Preset
from kpi.alerts.watched import BY_METRIC
from kpi.engagements import Audience, Platform, Role
from kpi.languages import Language
from kpi.markets import Market, Marketplace, StoreKind


class SellerRow(Row):
    """The company we serve."""

    id: Id
    name: Name


class HeadRow(Row):
    """`[engagement]`."""

    id: Id
    name: Name
    seller: SellerRow
    shown_currencies: tuple[CurrencyCode, ...] = ("CNY",)


class StoreRow(Row):
    """`[[stores]]`; currency and zone follow from the market unless given."""

    id: Id
    name: Name
    marketplace: Marketplace
    market: Market
    kind: StoreKind = StoreKind.LOCAL
    currency: CurrencyCode | None = None
    zone: ZoneName | None = None


class PersonRow(Row):
    """`[[people]]`; slack, wecom and console are the person's user ids there, backup stands in for them while away."""

    id: Id
    name: Name
    role: Role
    language: LanguageName = Language.EN
    zone: ZoneName = "America/Sao_Paulo"
    slack: str = ""
    wecom: str = ""
    console: str = ""
    hours: HoursRow | None = None
    backup: str = ""
    away: tuple[AwayRow, ...] = ()


_NO_WAY_INTO_IT = (
    "this is the id of a chat, and WeCom lets no bot or app write to one by it; into an external group (外部群) none "
    "comes at all. An internal group: the name of its webhook here, and the id as robot. Sellers in an external group: "
    "their own company's internal group by a webhook they make, a Slack channel, or what their account manager "
    'forwards (forward_by = "ana" in the place of the address)'
)


class RoomRow(Row):
    """`[[rooms]]`; a WeCom group is written to by its webhook (`address`) and heard by its `robot` (a chatid).

    One that nothing can be sent to has `forward_by`, the person who passes on what is said there, and no address. A
    Slack channel may name the `workspace` whose installation writes there (T…).
    """

    id: Id
    platform: Platform
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    audience: Audience
    language: LanguageName
    zone: ZoneName
    digest_at: LocalTime | None = None
    digest_deadline_minutes: int = Field(60, ge=0, le=24 * 60)
    quiet_from: LocalTime | None = None
    quiet_until: LocalTime | None = None
    robot: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    forward_by: str = ""
    workspace: Annotated[str, StringConstraints(pattern=r"^(T[A-Z0-9]{1,30})?$")] = ""

    @property
    def heard_at(self) -> str:
        """Where words of this room come in, when that is not where messages to it go."""
        return f"{ROBOT_CHATS}{self.robot}" if self.robot else ""

    @model_validator(mode="after")
    def is_heard_in_wecom(self) -> Self:
        """Refuse a WeCom robot in another platform's room."""
        if self.robot and self.platform is not Platform.WECOM:
            msg = "only a WeCom room is heard by a robot"
            raise ValueError(msg)
        if self.platform is Platform.WECOM and is_chat_id(self.address):
            raise ValueError(_NO_WAY_INTO_IT)
        return self

    @model_validator(mode="after")
    def is_reached_one_way(self) -> Self:
        """Refuse a room without a way to it, and one with two: nobody could say which of them counts."""
        if not self.forward_by and not self.address:
            msg = "address is missing"
            raise ValueError(msg)
        if self.forward_by and (self.platform is not Platform.WECOM or self.address or self.robot):
            msg = "forward_by is for a WeCom group nothing can be sent to: it has neither an address nor a robot"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def is_in_a_workspace(self) -> Self:
        """Refuse a Slack workspace in another platform's room."""
        if self.workspace and self.platform is not Platform.SLACK:
            msg = "only a Slack room is in a workspace"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def has_whole_quiet_hours(self) -> Self:
        """Refuse half a span, and one without length: it could mean no hour or the whole day."""
        if (self.quiet_from is None) != (self.quiet_until is None) or (
            self.quiet_from is not None and self.quiet_from == self.quiet_until
        ):
            msg = 'give both quiet_from = "21:00" and quiet_until = "09:00", or neither'
            raise ValueError(msg)
        return self


class TargetRow(Row):
    """`[[targets]]`: a metric, a number, stores (none named: all) and a month or a first and last day."""

    metric: str
    stores: tuple[str, ...] = ()
    month: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None
    first: date | None = None
    last: date | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    currency: CurrencyCode | None = None
    source: str = ""
    owner: str = ""

    @model_validator(mode="after")
    def is_complete(self) -> Self:
        """Refuse a target without exactly one number and one period: nobody could ever say whether it was met."""
        if (self.at_least is None) == (self.at_most is None):
            msg = "not measurable: give exactly one of at_least and at_most"
            raise ValueError(msg)
        if (self.month is None) == (self.first is None or self.last is None):
            msg = 'not measurable: give either month = "2026-11", or first and last'
            raise ValueError(msg)
        if self.first and self.last and self.last < self.first:
            msg = "last lies before first"
            raise ValueError(msg)
        return self


class AlertsRow(Row):
    """`[alerts]`: how easily to alert, for all metrics and for single ones; official limits; rules of one's own."""

    preset: Preset = Preset.NORMAL
    metrics: dict[str, Preset] = Field(default_factory=dict)
    red_lines: bool = True
    rules: tuple[RuleRow, ...] = ()

    @field_validator("metrics")
    @classmethod
    def are_watched(cls, metrics: dict[str, Preset]) -> dict[str, Preset]:
        """Refuse a metric that is not watched: its preset would never have an effect."""
        unknown = [metric for metric in metrics if metric not in BY_METRIC]
        if unknown:
            msg = f"{', '.join(unknown)} is not watched; watched are {', '.join(BY_METRIC)}"
            raise ValueError(msg)
        return metrics


class RateRow(Row):
    """`[[rates]]`: one unit of base in quote on a day; the number as text keeps it exact."""

    date: date
    base: CurrencyCode
    quote: CurrencyCode
    rate: Annotated[Decimal, Field(gt=0)]
    source: Name


class FileRows(Row):
    """A whole engagement file."""

    engagement: HeadRow
    stores: tuple[StoreRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    rooms: tuple[RoomRow, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    rates: tuple[RateRow, ...] = ()
    alerts: AlertsRow = AlertsRow()
    incidents: IncidentsRow = IncidentsRow()
