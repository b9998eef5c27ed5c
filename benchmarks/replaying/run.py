"""Replay a file and compare what the shop took with what the file says."""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from benchmarks.replaying.invoices import Invoice, Tally, sort_invoice
from benchmarks.replaying.memory import resident_kib
from benchmarks.replaying.placing import place_invoice
from benchmarks.replaying.reading import FileRow, NonsenseRow, read_row, read_rows
from benchmarks.replaying.shop import COUNTRIES, Shop, open_shop
from nexus_commerce.contrib.importexport.spool import Spool
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.management.progress import Progress
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import recompute_order

__all__ = ["Group", "Replay", "replay"]

MAX_ROWS_PER_INVOICE: Final = 10_000
SHOWN: Final = 20


@dataclass(slots=True)
class Group:
    """What file and shop say of one month or country; amounts in minor units."""

    file_orders: int = 0
    file_total: int = 0
    shop_orders: int = 0
    shop_total: int = 0

    @property
    def agrees(self) -> bool:
        return (self.file_orders, self.file_total) == (self.shop_orders, self.shop_total)


@dataclass(slots=True)
class Replay:
    """What came of a replay."""

    invoices: int = 0
    tally: Tally = field(default_factory=Tally)
    nonsense: Counter[str] = field(default_factory=Counter)
    whole: Group = field(default_factory=Group)
    exact: Decimal = Decimal(0)
    months: dict[str, Group] = field(default_factory=lambda: defaultdict(Group))
    countries: dict[str, Group] = field(default_factory=lambda: defaultdict(Group))
    refused: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)
    recomputed: int = 0
    changed: list[str] = field(default_factory=list)
    lines: int = 0
    seconds: float = 0.0
    memory: dict[str, int] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether every order was placed at the file's total, comes out the same when it is computed again from what
        it keeps, and all sums agree."""
        groups = [self.whole, *self.months.values(), *self.countries.values()]
        wrong = self.refused or self.differing or self.changed or self.recomputed != self.whole.shop_orders
        return not wrong and all(group.agrees for group in groups)


def replay(path: Path, *, limit: int | None = None) -> Replay:
    """Replay the first ``limit`` invoices of a file, or all, into the present database, which must be empty.

    Rows pass through a temporary database on disk, so that rows of an invoice find each other however far apart they
    stand. Raises ``BadFile``.
    """
    result = Replay()
    names: dict[str, str] = {}
    customers: dict[str, None] = {}
    with Spool() as spool:
        for row in read_rows(path):
            if isinstance(row, NonsenseRow):
                result.nonsense[row.reason] += 1
                continue
            spool.add(row.invoice, row.line, cells_of(row))
            names[row.code] = names.get(row.code) or row.description
            if row.customer:
                customers[row.customer] = None
        result.invoices = min(len(spool), limit or len(spool))
        shop = open_shop(names, customers)
        progress = Progress(sys.stderr, "invoices", result.invoices)
        result.memory["start"] = resident_kib()
        started = time.perf_counter()
        for number, invoice in enumerate(invoices_of(spool, result), start=1):
            if invoice is not None:
                place(shop, invoice, result)
            if number == result.invoices // 2:
                result.memory["middle"] = resident_kib()
            progress.advance()
        result.seconds = time.perf_counter() - started
        result.memory["end"] = resident_kib()
        progress.finish()
    ask_shop(result)
    recompute_orders(result)
    return result


def cells_of(row: FileRow) -> list[str]:
    """Return a row as cells that ``read_row`` reads back."""
    values: list[Any] = [row.invoice, row.code, row.description, row.quantity, row.at, row.price, row.customer]
    return [*map(str, values), row.country]


def invoices_of(spool: Spool, result: Replay) -> Iterator[Invoice | None]:
    """Yield each invoice as it becomes an order, or None."""
    for place, (number, rows) in enumerate(spool.groups(MAX_ROWS_PER_INVOICE)):
        if place == result.invoices:
            return
        read = [read_row(line, cells) for line, cells in rows]
        yield sort_invoice(number, [row for row in read if isinstance(row, FileRow)], result.tally)


def place(shop: Shop, invoice: Invoice, result: Replay) -> None:
    """Place an order, and note what the file says of it."""
    result.lines += len(invoice.rows)
    result.exact += sum((row.amount for row in invoice.rows), Decimal(0))
    if invoice.country not in COUNTRIES:
        result.tally.remarks[f"orders: country {invoice.country!r}, sent as to the shop's own"] += 1
    month = f"{invoice.at:%Y-%m}"
    for group in (result.whole, result.months[month], result.countries[invoice.country]):
        group.file_orders += 1
        group.file_total += invoice.expected
    try:
        total = place_invoice(shop, invoice)
    except CommerceError as exc:
        result.refused[f"{exc.code}: {exc}"] += 1
        return
    if total != invoice.expected and len(result.differing) < SHOWN:
        result.differing.append(f"invoice {invoice.number}: file {invoice.expected}, order {total}")


def ask_shop(result: Replay) -> None:
    """Sum the orders as the database has them."""
    orders = Order.objects.order_by().filter(state="placed")
    whole = orders.aggregate(orders=Count("pk"), total=Sum("total"))
    result.whole.shop_orders, result.whole.shop_total = whole["orders"], whole["total"] or 0
    by_month = orders.annotate(month=TruncMonth("placed_at")).values("month")
    for row in by_month.annotate(orders=Count("pk"), total=Sum("total")):
        group = result.months[f"{row['month']:%Y-%m}"]
        group.shop_orders, group.shop_total = row["orders"], row["total"]
    by_country = orders.values_list("metadata__country").annotate(orders=Count("pk"), total=Sum("total"))
    for country, count, total in by_country:
        group = result.countries[country]
        group.shop_orders, group.shop_total = count, total


def recompute_orders(result: Replay) -> None:
    """Compute every order again from its own snapshot, and compare each line and sum with what was stored."""
    progress = Progress(sys.stderr, "orders computed again", result.whole.shop_orders)
    orders = Order.objects.order_by("pk").filter(state="placed").prefetch_related("lines")
    for order in orders.iterator(chunk_size=20):
        totals = recompute_order(order=order)
        again = [(line.subtotal, line.discount_total, line.tax_total, line.total) for line in totals.lines]
        kept = [(line.subtotal, line.discount_total, line.tax_total, line.total) for line in order.lines.all()]
        is_same = again == kept and (totals.total, totals.tax_total) == (order.total, order.tax_total)
        if not is_same and len(result.changed) < SHOWN:
            result.changed.append(f"order {order.number}: {order.total} kept, {totals.total} computed again")
        result.recomputed += 1
        progress.advance()
    progress.finish()
