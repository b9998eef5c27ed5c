"""Import a Shopify product CSV into the shop."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.importexport.problems import Problem, Severity
from nexus_commerce.contrib.importexport.shopify.columns import Layout, find_columns
from nexus_commerce.contrib.importexport.shopify.drafts import ProductDraft
from nexus_commerce.contrib.importexport.shopify.reading import MAX_ROWS_PER_PRODUCT, ProductReader
from nexus_commerce.contrib.importexport.shopify.writing import Outcome, Writer
from nexus_commerce.contrib.importexport.spool import Spool
from nexus_commerce.contrib.importexport.tables import Limits, Table, open_table
from nexus_commerce.inventory.models import StockLocation

__all__ = ["Observer", "Report", "import_products"]

ROWS_PER_BATCH: Final = 500
LIMITS: Final = Limits()


class Observer:
    """Is told how an import goes; the default one does nothing. Subclass it to show progress or keep problems."""

    def started(self, products: int) -> None:
        """The whole file was read: it holds this many products."""

    def advanced(self, products: int, written: Sequence[ProductDraft] = ()) -> None:
        """So many more products are done with, of which the shop has the ``written`` ones; no transaction is open."""

    def found(self, problem: Problem) -> None:
        """Something is wrong in a row."""


@dataclass(slots=True)
class Report:
    """What came of an import: rows and variants read, products by outcome, problems by severity and code."""

    rows: int = 0
    variants: int = 0
    products: Counter[Outcome] = field(default_factory=Counter)
    problems: Counter[tuple[Severity, str]] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    unused_columns: tuple[str, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(severity is Severity.ERROR for severity, _ in self.problems)


def import_products(
    path: Path,
    *,
    channel: Channel,
    location: StockLocation | None = None,
    dry_run: bool = False,
    track_quantities: bool = False,
    observer: Observer | None = None,
    limits: Limits = LIMITS,
) -> Report:
    """Import the products of a file into ``channel``, whose currency its prices are in, and return what came of it.

    The whole file is read, within ``limits``, before anything is written. Products are written in batches, each in a
    transaction of its own and each product wholly or not at all; a second run goes on where the first was stopped.
    ``location`` is where its quantities are on hand; ``track_quantities`` tracks them also where the file does not
    say so. A dry run writes everything and takes it back. Raises ``UnreadableFile``.
    """
    run = _Run(Writer(channel=channel, location=location, dry_run=dry_run), observer or Observer())
    with Spool() as spool:
        with open_table(path, limits=limits) as table:
            layout = run.fill(spool, table)
        run.observer.started(len(spool))
        reader = ProductReader(layout, channel.currency, track_quantities=track_quantities)
        for batch in run.batches(spool, reader):
            run.write(batch)
    run.report.remarks += run.writer.target.remarks if run.writer.target else []
    return run.report


class _Run:
    def __init__(self, writer: Writer, observer: Observer) -> None:
        self.writer = writer
        self.observer = observer
        self.report = Report()

    def fill(self, spool: Spool, table: Table) -> Layout:
        """Read the file to its end into the spool."""
        layout = find_columns(table.header)
        self.report.unused_columns = layout.unused
        if table.remark:
            self.report.remarks.append(table.remark)
        for row in table.rows:
            self.report.rows += 1
            cells = layout.pick(row.cells)
            handle = cells[0].strip().lower()
            if handle:
                spool.add(handle, row.line, cells)
            else:
                column, cure = layout.headers["handle"], "Repeat the handle of the product in each of its rows."
                self.note(Problem(row.line, "", column, "missing", "The row has no handle.", cure))
        return layout

    def batches(self, spool: Spool, reader: ProductReader) -> Iterator[list[ProductDraft]]:
        """Yield the products that can be written, some hundred rows at a time."""
        batch: list[ProductDraft] = []
        size = 0
        for handle, rows in spool.groups(MAX_ROWS_PER_PRODUCT + 1):
            draft = self.read(spool, reader, handle, rows)
            if draft is None:
                self.observer.advanced(1)
                continue
            batch.append(draft)
            size += len(rows)
            if size >= ROWS_PER_BATCH:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def read(
        self, spool: Spool, reader: ProductReader, handle: str, rows: list[tuple[int, list[str]]]
    ) -> ProductDraft | None:
        """Read one product; count it here when it cannot be written."""
        draft, problems = reader.read(handle, rows)
        if draft is not None:
            problems += claimed_twice(spool, draft)
        for problem in problems:
            self.note(problem)
        if any(problem.severity is Severity.ERROR for problem in problems):
            self.report.products[Outcome.FAILED] += 1
            return None
        if draft is None:
            self.report.products[Outcome.SKIPPED] += 1
        return draft

    def write(self, drafts: list[ProductDraft]) -> None:
        """Write a batch."""
        written = []
        for result in self.writer.write(drafts):
            self.report.products[result.outcome] += 1
            if result.outcome is not Outcome.FAILED:
                self.report.variants += len(result.draft.variants)
                written.append(result.draft)
            if result.problem:
                self.note(result.problem)
        self.observer.advanced(len(drafts), written)

    def note(self, problem: Problem) -> None:
        """Count a problem and tell it."""
        self.report.problems[problem.severity, problem.code] += 1
        self.observer.found(problem)


def claimed_twice(spool: Spool, draft: ProductDraft) -> list[Problem]:
    """Return a problem for each SKU that an earlier row of the file has."""
    problems = []
    for variant in draft.variants:
        if taken := spool.claim(variant.sku, draft.handle, variant.line):
            handle, line = taken
            reason = f"The SKU {variant.sku!r} stands in line {line} already, of {handle!r}."
            cure = "Give each row a SKU of its own, or none: then it is made."
            problems.append(Problem(variant.line, draft.handle, "Variant SKU", "sku_twice", reason, cure))
    return problems
