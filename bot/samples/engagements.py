"""Two made-up sellers with six stores in Brazil, Mexico and Chile, their rooms, people and targets."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from kpi.days import Period
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room, Seller, Store
from kpi.languages import Language
from kpi.markets import BEIJING, MARKETS, Market, Marketplace, StoreKind
from kpi.metrics.metric import Direction
from kpi.rates import Rate
from kpi.targets import Target

_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_MEXICO = ZoneInfo("America/Mexico_City")


def _store(
    store_id: str, name: str, marketplace: Marketplace, market: Market, kind: StoreKind = StoreKind.LOCAL
) -> Store:
    facts = MARKETS[market]
    return Store(store_id, name, marketplace, market, kind, facts.currency, facts.zone)


def _person(person_id: str, name: str, role: Role, language: Language, zone: ZoneInfo) -> Person:
    return Person(person_id, name, role, language, zone, ((Platform.CONSOLE, person_id),))


def _room(room_id: str, audience: Audience, language: Language, zone: ZoneInfo, digest_at: time) -> Room:
    engagement = room_id.split("-", maxsplit=1)[0]
    return Room(room_id, engagement, Platform.CONSOLE, room_id, audience, language, zone, digest_at)


def sample_engagements() -> tuple[Engagement, ...]:
    """Return the two engagements of the demo."""
    lumina = Engagement(
        "lumina",
        "Lumina",
        Seller("lumina", "深圳流明照明"),
        stores=(
            _store("lumina-ml-br", "Lumina ML Brasil", Marketplace.MERCADO_LIBRE, Market.BR),
            _store("lumina-shopee-br", "Lumina Shopee Brasil", Marketplace.SHOPEE, Market.BR),
            _store("lumina-amz-mx", "Lumina Amazon México", Marketplace.AMAZON, Market.MX),
        ),
        people=(
            _person("ana", "Ana Souza", Role.ACCOUNT_MANAGER, Language.PT, _SAO_PAULO),
            _person("bruno", "Bruno Lima", Role.OPERATIONS, Language.PT, _SAO_PAULO),
            _person("wei", "陈伟", Role.SELLER, Language.ZH, BEIJING),
        ),
        rooms=(
            _room("lumina-seller", Audience.SELLER, Language.ZH, BEIJING, time(14, 37)),
            _room("lumina-ops", Audience.OPERATIONS, Language.PT, _SAO_PAULO, time(8, 30)),
        ),
    )
    andes = Engagement(
        "andes",
        "Andes",
        Seller("andes", "义乌安第斯家居"),
        stores=(
            _store("andes-ml-mx", "Andes ML México", Marketplace.MERCADO_LIBRE, Market.MX, StoreKind.CROSS_BORDER),
            _store("andes-ml-cl", "Andes ML Chile", Marketplace.MERCADO_LIBRE, Market.CL),
            _store("andes-shopee-br", "Andes Shopee Brasil", Marketplace.SHOPEE, Market.BR),
        ),
        people=(
            _person("diego", "Diego Ramírez", Role.ACCOUNT_MANAGER, Language.ES, _MEXICO),
            _person("lucia", "Lucía Torres", Role.OPERATIONS, Language.ES, _MEXICO),
            _person("fang", "李芳", Role.SELLER, Language.ZH, BEIJING),
        ),
        rooms=(
            _room("andes-seller", Audience.SELLER, Language.ZH, BEIJING, time(14, 37)),
            _room("andes-ops", Audience.OPERATIONS, Language.ES, _MEXICO, time(8, 30)),
        ),
        shown_currencies=("CNY", "USD"),
    )
    return lumina, andes


def sample_targets(engagement: str, today: date) -> tuple[Target, ...]:
    """Return the targets of the current month of a sample engagement."""
    month = Period.month_of(today - timedelta(days=1))

    def target(
        metric: str, value: str, direction: Direction, currency: str | None = None, stores: tuple[str, ...] = ()
    ) -> Target:
        scope = "+".join(stores) or "all"
        return Target(
            f"{metric}/{scope}/{month.first}",
            engagement,
            metric,
            stores,
            month,
            direction,
            Decimal(value),
            currency,
            source="sample agreement",
            owner="ana" if engagement == "lumina" else "diego",
        )

    if engagement == "lumina":
        brazil = ("lumina-ml-br", "lumina-shopee-br")
        return (
            target("gmv", "4900000", Direction.UP, "BRL", brazil),
            target("conversion_rate", "0.024", Direction.UP, stores=("lumina-ml-br",)),
            target("acos", "0.13", Direction.DOWN),
            target("late_shipment_rate", "0.06", Direction.DOWN),
        )
    return (
        target("gmv", "4100000", Direction.UP, "MXN", ("andes-ml-mx",)),
        target("orders", "24000", Direction.UP),
        target("claims_rate", "0.02", Direction.DOWN),
    )


def sample_rates(today: date) -> tuple[Rate, ...]:
    """Return made-up but plausible rates of the last ten days."""
    table = (
        ("BRL", "CNY", "1.3310"),
        ("MXN", "CNY", "0.3880"),
        ("CLP", "CNY", "0.0076"),
        ("BRL", "USD", "0.1870"),
        ("MXN", "USD", "0.0545"),
        ("CLP", "USD", "0.00107"),
    )
    return tuple(
        Rate(today - timedelta(days=back), base, quote, Decimal(rate), "sample")
        for back in range(1, 11)
        for base, quote, rate in table
    )
