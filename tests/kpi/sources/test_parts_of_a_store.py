"""Numbers split by listing, source, device: in the template, by a mapping file, and in exports that have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.errors import ConfigurationError
from kpi.sources.importing import read_files
from kpi.sources.mapping_file import read_mapping
from kpi.sources.previews import ImportPreview
from tests.kpi.sources.files import of_day, refusals, write_csv, write_table
from tests.kpi.sources.shop import context

DAY_TEXT = "2026-11-20"


def _parts(preview: ImportPreview, measure: str) -> dict[tuple[str, str], int]:
    return {(fact.dimension, fact.part): fact.value for fact in preview.facts if fact.part and fact.measure == measure}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "headers",
    [
        ("date", "store_code", "source", "device", "visits", "orders_paid"),
        ("日期", "店铺", "流量来源", "设备", "访客数", "订单数"),
        ("data", "loja", "origem", "dispositivo", "visitas", "pedidos"),
        ("fecha", "tienda", "origen", "dispositivo", "visitas", "pedidos"),
    ],
)
def test_a_row_of_the_template_is_of_the_part_it_names(tmp_path: Path, kind: str, headers: tuple[str, ...]) -> None:
    """A row that names none is the whole store, which is never added up from parts."""
    rows = [
        headers,
        (DAY_TEXT, "acme-br", None, None, 100, 10),
        (DAY_TEXT, "acme-br", "ads", None, 60, 3),
        (DAY_TEXT, "acme-br", "search", "-", 30, 7),
        (DAY_TEXT, "acme-br", None, "app", 70, None),
    ]
    preview = read_files([write_table(tmp_path / f"x.{kind}", rows)], context())
    assert of_day(preview) == {"visits": 100, "orders_paid": 10}
    assert _parts(preview, "visits") == {("source", "ads"): 60, ("source", "search"): 30, ("device", "app"): 70}
    assert _parts(preview, "orders_paid") == {("source", "ads"): 3, ("source", "search"): 7}
    assert preview.files[0].rows == 4
    assert preview.rejected_count == 0


def test_a_row_that_names_two_parts_and_a_part_that_comes_twice_are_rejected(tmp_path: Path) -> None:
    """Each with its line; the same day of another part is no repetition."""
    rows = [
        ("date", "store_code", "source", "device", "visits"),
        (DAY_TEXT, "acme-br", "ads", "app", 60),
        (DAY_TEXT, "acme-br", "ads", None, 61),
        (DAY_TEXT, "acme-br", "ads", None, 62),
        (DAY_TEXT, "acme-br", "search", None, 63),
        (DAY_TEXT, "other", "search", None, 64),
    ]
    preview = read_files([write_csv(tmp_path / "x.csv", rows)], context())
    assert _parts(preview, "visits") == {("source", "ads"): 61, ("source", "search"): 63}
    assert refusals(preview) == [
        (2, "“ads”: the row names two parts of the store; name one in each row"),
        (4, "2026-11-20 comes twice; only its first row was read"),
        (6, "“other” is not a store of this engagement"),
    ]
    assert preview.rejected_count == 3


MAPPING = """
[mapping]
name = "erp"
store = "acme-br"

[tables.orders]
headers = ["order_id", "created"]

[[measures]]
measure = "orders_paid"
table = "orders"
day = "created"
value = "distinct order_id"
listing = "product"
source = "utm_source"
payment = "method"

[[measures]]
measure = "units_sold"
table = "orders"
day = "created"
value = "sum units"
device = "device"
"""


def test_a_mapping_file_keeps_a_measure_along_several_dimensions(tmp_path: Path) -> None:
    """Each measure along its own; a blank part is left out."""
    (tmp_path / "erp.toml").write_text(MAPPING, encoding="utf-8")
    rows = [
        ("order_id", "created", "product", "utm_source", "method", "device", "units"),
        ("1", DAY_TEXT, "P1", "ads", "pix", "app", 2),
        ("2", DAY_TEXT, "P1", "search", "pix", "web", 1),
        ("2", DAY_TEXT, "P2", "search", "pix", "web", 1),
        ("3", DAY_TEXT, "P2", None, "boleto", "app", 4),
    ]
    files = [write_csv(tmp_path / "orders.csv", rows)]
    preview = read_files(files, context(), read_mapping(tmp_path / "erp.toml"))
    assert of_day(preview) == {"orders_paid": 3, "units_sold": 8}
    assert _parts(preview, "orders_paid") == {
        ("listing", "P1"): 2,
        ("listing", "P2"): 2,
        ("source", "ads"): 1,
        ("source", "search"): 1,
        ("payment", "pix"): 2,
        ("payment", "boleto"): 1,
    }
    assert _parts(preview, "units_sold") == {("device", "app"): 6, ("device", "web"): 2}


def test_a_dimension_must_name_a_column_without_personal_data(tmp_path: Path) -> None:
    """Every mistake at once, and a dimension nobody knows is an unknown key."""
    broken = MAPPING.replace('"utm_source"', '"buyer name"').replace('"method"', "3").replace("device =", "planet =")
    (tmp_path / "erp.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        read_mapping(tmp_path / "erp.toml")
    told = str(refused.value)
    assert "source: “buyer name” holds buyers' personal data" in told
    assert "payment: write the name of a column" in told
    assert "unknown key planet" in told


def test_mercado_libres_orders_are_kept_by_listing(tmp_path: Path) -> None:
    """Created, paid and cancelled: what a listing's cancellations are counted against is there, too."""
    when = "20 de novembro de 2026 09:24 hs."
    headers = ("N.º de venda", "Data da venda", "Estado", "Unidades", "Receita por produtos (BRL)", "# de anúncio")
    rows = [
        headers,
        ("1", when, "Entregue", 1, 100, "MLB1"),
        ("2", when, "Venda cancelada", 1, 50, "MLB2"),
        ("3", when, "Aguardando pagamento", 3, 50, "MLB2"),
    ]
    preview = read_files([write_table(tmp_path / "vendas.xlsx", rows)], context())
    assert _parts(preview, "orders_created") == {("listing", "MLB1"): 1, ("listing", "MLB2"): 2}
    assert _parts(preview, "orders_paid") == {("listing", "MLB1"): 1, ("listing", "MLB2"): 1}
    assert _parts(preview, "orders_cancelled") == {("listing", "MLB2"): 1}


def test_a_shopee_order_of_two_listings_is_its_first_ones(tmp_path: Path) -> None:
    """The listings' orders add up to the store's."""
    headers = (
        "ID do pedido",
        "Status do pedido",
        "Data de criação do pedido",
        "Número de referência SKU",
        "Preço acordado",
        "Quantidade",
    )
    rows = [
        headers,
        ("A", "Concluído", "2026-11-20 10:00", "S1", "10,00", "2"),
        ("A", "Concluído", "2026-11-20 10:00", "S2", "5,50", "1"),
        ("B", "Cancelado", "2026-11-20 11:00", "S2", "5,50", "1"),
    ]
    preview = read_files([write_csv(tmp_path / "Order.all.csv", rows)], context())
    assert of_day(preview)["orders_paid"] == 2
    assert _parts(preview, "orders_paid") == {("listing", "S1"): 1, ("listing", "S2"): 1}
    assert _parts(preview, "orders_cancelled") == {("listing", "S2"): 1}
