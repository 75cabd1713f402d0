"""Each marketplace's export with the traps of its kind: what comes out is what a seller would count by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kpi.errors import AmbiguousDateError, SourceError
from kpi.facts import Fact
from kpi.metrics.measures import SCALED
from kpi.sources.importing import read_files
from kpi.sources.previews import ImportContext, ImportPreview
from tests.kpi.sources.shop import BRAZIL, context

DAY = date(2026, 11, 20)


def _workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, place, cell)
    book.close()
    return path


def _csv(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    lines = (",".join("" if cell is None else f'"{cell}"' for cell in row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _store(preview: ImportPreview, day: date = DAY) -> dict[str, float]:
    """Return the store's measures of a day; money in whole units."""
    money = {"gmv_gross", "gmv_cancelled", "platform_fees", "refund_amount", "seller_shipping_cost"}
    return {
        fact.measure: fact.value / SCALED if fact.measure in money else fact.value
        for fact in preview.facts
        if not fact.part and fact.day == day
    }


def _listings(facts: Sequence[Fact], measure: str) -> dict[str, int]:
    return {fact.part: fact.value for fact in facts if fact.part and fact.measure == measure}


SALES = (
    "N.º de venda",
    "Data da venda",
    "Estado",
    "Unidades",
    "Receita por produtos (BRL)",
    "Tarifa de venda e impostos (BRL)",
    "# de anúncio",
    "Comprador",
    "CPF",
)


def _sales(path: Path) -> Path:
    title = [("Relatório de vendas",), (), (), (), ()]
    when = "20 de novembro de 2026 09:24 hs."
    return _workbook(
        path,
        [
            *title,
            SALES,
            ("2000001", when, "Entregue", 1, 100.5, -12.0, "MLB1", "Fulano de Tal", "000.000.000-00"),
            ("2000002", when, "Pacote de 2 produtos", None, 300.0, -40.0, None, "Beltrana", "111.111.111-11"),
            ("2000003", when, "Entregue", 1, None, None, "MLB1", "Beltrana", None),
            ("2000004", when, "Entregue", 2, None, None, "MLB2", "Beltrana", None),
            ("2000005", when, "Venda cancelada", 1, 50.0, None, "MLB2", "Sicrano", None),
        ],
    )


def test_mercado_libres_header_on_row_six_prose_dates_and_packs_count_once(tmp_path: Path) -> None:
    """A pack has one row with the money and rows with the units: orders by the second, amount by the first."""
    preview = read_files([_sales(tmp_path / "qualquer nome.xlsx")], context())
    found = _store(preview)
    assert preview.files[0].layout == "mercado libre sales"
    assert (found["orders_paid"], found["units_sold"], found["orders_cancelled"]) == (4, 5, 1)
    assert found["gmv_gross"] == pytest.approx(450.5)
    assert found["gmv_cancelled"] == pytest.approx(50)
    assert found["platform_fees"] == pytest.approx(52)
    assert _listings(preview.facts, "units_sold") == {"MLB1": 2, "MLB2": 3}


def test_a_buyers_name_and_document_are_never_read(tmp_path: Path) -> None:
    """What is not stored cannot leak; the preview says which columns were dropped."""
    preview = read_files([_sales(tmp_path / "vendas.xlsx")], context())
    assert set(preview.files[0].personal) == {"Comprador", "CPF"}
    assert "Fulano" not in repr(preview)
    assert "000.000" not in repr(preview)


ORDERS = (
    "ID do pedido",
    "Status do pedido",
    "Data de criação do pedido",
    "Hora do pagamento do pedido",
    "Número de referência SKU",
    "Preço acordado",
    "Quantidade",
    "Desconto do vendedor",
    "Desconto do vendedor",
    "Taxa de comissão líquida",
    "Taxa de serviço líquida",
    "Nome do destinatário",
)


def test_shopees_fees_repeat_on_each_item_and_count_once_per_order(tmp_path: Path) -> None:
    """Two items of one order carry the same fee twice; an order that was never paid brings no amount."""
    paid = "2026-11-20 10:05"
    rows = [
        ORDERS,
        ("26A", "Concluído", "2026-11-20 10:00", paid, "S1", "10,00", "2", "0", "0", "3,00", "1,00", "Alguém"),
        ("26A", "Concluído", "2026-11-20 10:00", paid, "S2", "5,50", "1", "0", "0", "3,00", "1,00", "Alguém"),
        ("26B", "Não pago", "2026-11-20 11:00", "", "S1", "99,00", "1", "0", "0", "0,00", "0,00", "Alguém"),
        ("26C", "Cancelado", "2026-11-20 12:00", paid, "S1", "20,00", "1", "0", "0", "2,00", "0,50", "Alguém"),
    ]
    found = _store(read_files([_csv(tmp_path / "Order.all.csv", rows)], context()))
    assert (found["orders_created"], found["orders_paid"], found["orders_cancelled"]) == (3, 2, 1)
    assert (found["units_sold"], found["gmv_gross"], found["gmv_cancelled"]) == (4, 45.5, 20)
    assert found["platform_fees"] == pytest.approx(6.5)


PERFORMANCE = ("ID do Item", "ID da Variação", "Impressão do Produto", "Visitantes do Produto (Visita)")


def test_shopees_performance_needs_its_day_and_adds_only_parents(tmp_path: Path) -> None:
    """The file covers a period it does not name; a variation's visitors are in its parent's already."""
    path = _csv(
        tmp_path / "parentskudetail.csv",
        [PERFORMANCE, ("1", "-", "1.000", "40"), ("1", "77", "600", "25"), ("2", "-", "500", "10")],
    )
    with pytest.raises(SourceError, match="--day"):
        read_files([path], context())
    told = ImportContext((BRAZIL,), context().now, day=DAY)
    preview = read_files([path], told)
    assert _store(preview)["visits"] == 50
    assert _listings(preview.facts, "visits") == {"1": 40, "2": 10}


@pytest.mark.parametrize(
    "headers",
    [
        ("Date", "Ordered Product Sales", "Units Ordered", "Sessions - Total", "Page Views - Total"),
        (
            "Data",
            "Vendas de produtos pedidos",
            "Unidades pedidas",
            "Sessões - Total",
            "Visualizações da página - Total",
        ),
        ("日期", "已订购商品销售额", "已订购商品数量", "访问次数", "页面浏览次数"),
    ],
)
def test_amazons_report_is_known_by_its_headers_in_three_languages(tmp_path: Path, headers: Sequence[str]) -> None:
    """No sessions beside sold units are late traffic, not zero."""
    rows = [headers, ("2026-11-19", "R$ 1.200,50", "12", "300", "900"), ("2026-11-20", "R$ 80,00", "2", "0", "0")]
    preview = read_files([_csv(tmp_path / "BusinessReport.csv", rows)], context())
    before, after = _store(preview, date(2026, 11, 19)), _store(preview)
    assert before == {"units_sold": 12, "gmv_gross": 1200.5, "visits": 300, "page_views": 900}
    assert after == {"units_sold": 2, "gmv_gross": 80.0}


def test_amazons_report_in_another_currency_is_refused(tmp_path: Path) -> None:
    """Mexican pesos must not become reais."""
    rows = [("Date", "Ordered Product Sales", "Units Ordered"), ("2026-11-20", "MX$ 80.00", "2")]
    with pytest.raises(SourceError, match="MXN"):
        read_files([_csv(tmp_path / "BusinessReport.csv", rows)], context())


@pytest.mark.parametrize(
    "headers",
    [
        ("date", "store_code", "orders_paid", "visits"),
        ("日期", "店铺", "订单数", "访客数"),
        ("data", "loja", "pedidos", "visitas"),
        ("fecha", "tienda", "pedidos", "visitas"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_read_in_four_languages(tmp_path: Path, headers: Sequence[str], kind: str) -> None:
    """The file name says nothing; the headers say everything."""
    rows = [headers, ("2026-11-20", "acme-br", 12, 340)]
    make = _csv if kind == "csv" else _workbook
    preview = read_files([make(tmp_path / f"x.{kind}", rows)], context())
    assert _store(preview) == {"orders_paid": 12, "visits": 340}


@pytest.mark.parametrize(
    ("dates", "first"),
    [(("03/11/2026", "20/11/2026"), date(2026, 11, 3)), (("11/03/2026", "11/20/2026"), date(2026, 11, 3))],
)
def test_slashed_dates_are_read_as_their_column_proves(tmp_path: Path, dates: Sequence[str], first: date) -> None:
    """One day above twelve settles the whole column."""
    rows = [("date", "orders_paid"), *((day, 5) for day in dates)]
    assert read_files([_csv(tmp_path / "x.csv", rows)], context()).first == first


def test_ambiguous_dates_are_asked_about_and_never_guessed(tmp_path: Path) -> None:
    """03/04 is March or April: only a person knows."""
    path = _csv(tmp_path / "x.csv", [("date", "orders_paid"), ("03/04/2026", 5)])
    with pytest.raises(AmbiguousDateError, match="--date-order"):
        read_files([path], context())


@pytest.mark.parametrize(
    ("written", "value"), [("1.234,56", 1234.56), ("1,234.56", 1234.56), ("R$ 12,00", 12.0), ("1.234", 1234.0)]
)
def test_amounts_are_read_as_people_write_them(tmp_path: Path, written: str, value: float) -> None:
    """A thousands mark is not a decimal one."""
    rows = [("date", "gmv_gross"), ("2026-11-20", written)]
    assert _store(read_files([_csv(tmp_path / "x.csv", rows)], context()))["gmv_gross"] == pytest.approx(value)


def test_a_typed_spreadsheet_of_dates_and_numbers_is_read_like_text(tmp_path: Path) -> None:
    """Excel keeps dates as dates; the day is the same."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["date", "orders_paid"])
    sheet.append([DAY, 7])
    path = tmp_path / "x.xlsx"
    book.save(path)
    assert _store(read_files([path], context())) == {"orders_paid": 7}
