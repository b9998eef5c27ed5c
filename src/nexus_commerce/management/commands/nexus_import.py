"""``nexus_import``: bring in the data of another system from its file."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.importexport.images import ImageFetcher
from nexus_commerce.contrib.importexport.problems import Problem, Severity
from nexus_commerce.contrib.importexport.reports import ProblemFile, open_problem_file
from nexus_commerce.contrib.importexport.shopify.drafts import ProductDraft
from nexus_commerce.contrib.importexport.shopify.run import Observer, Report, import_products
from nexus_commerce.contrib.importexport.tracking import JobObserver, result_of
from nexus_commerce.events.services import finish_job
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.management.import_jobs import begin, kept, new_job, params_of, resumed_job
from nexus_commerce.management.progress import Progress

SHOWN: Final = 20


class Command(BaseCommand):
    help = "Import a file of another system. Ends with exit code 1 when rows could not be imported."

    def add_arguments(self, parser: CommandParser) -> None:
        formats = parser.add_subparsers(dest="format", required=True, metavar="FORMAT")
        shopify = formats.add_parser("shopify", help="the product CSV that Shopify exports")
        shopify.add_argument("file", type=Path, metavar="FILE", nargs="?")
        shopify.add_argument("--resume", metavar="JOB", help="go on with an import that broke off, by the id it showed")
        shopify.add_argument("--channel", metavar="CODE", help="where to list the products; gives the currency")
        shopify.add_argument("--location", metavar="CODE", help="where the quantities are on hand")
        shopify.add_argument("--dry-run", action="store_true", help="report the same and write nothing")
        shopify.add_argument(
            "--track-quantities",
            action="store_true",
            help="track the stock of every row with a quantity, also where the file names no inventory tracker",
        )
        shopify.add_argument("--fetch-images", action="store_true", help="fetch the pictures from their addresses")
        shopify.add_argument("--errors", type=Path, metavar="FILE.csv", help="write every problem to a file")
        shopify.add_argument("--json", action="store_true", help="print JSON for a program to read")

    def handle(self, *args: Any, **options: Any) -> None:
        job = resumed_job(options["resume"]) if options["resume"] else None
        chosen = job.params if job else params_of(options)
        channel, location = find_channel(chosen["channel"]), find_location(chosen["location"])
        started = time.monotonic()
        job = begin(job or new_job(chosen, channel=channel.code)) if not options["dry_run"] else None
        with ExitStack() as stack:
            file = stack.enter_context(open_problem_file(options["errors"])) if options["errors"] else None
            fetcher = ImageFetcher() if chosen["fetch_images"] and job else None
            observer = Watcher(self, file, fetcher, JobObserver(job) if job else None)
            stack.enter_context(kept(job, self.stderr, path=chosen["file"]))
            report = import_products(
                Path(chosen["file"]),
                channel=channel,
                location=location,
                dry_run=options["dry_run"],
                track_quantities=chosen["track_quantities"],
                observer=observer,
            )
            observer.finish(report)
        seconds = time.monotonic() - started
        if options["json"]:
            self.stdout.write(json.dumps(as_dict(report, observer, options["dry_run"], seconds), indent=2))
        else:
            self.print_report(report, observer, options["dry_run"], seconds)
        if report.has_errors:
            raise SystemExit(1)

    def print_report(self, report: Report, observer: "Watcher", dry_run: bool, seconds: float) -> None:
        """Print problems, then remarks, then counts."""
        for problem in observer.problems:
            style = self.style.ERROR if problem.severity is Severity.ERROR else self.style.WARNING
            self.stdout.write(style(as_line(problem)))
        if observer.left_out:
            self.stdout.write(f"... and {observer.left_out:,} more; --errors FILE.csv keeps them all.")
        for remark in report.remarks:
            self.stdout.write(self.style.WARNING(remark))
        for (severity, code), count in sorted(observer.counts.items()):
            self.stdout.write(f"{severity} {code}: {count:,}")
        if observer.fetcher:
            self.stdout.write(f"pictures: {observer.fetcher.fetched:,} fetched, {observer.fetcher.failed:,} not")
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(report.products.items()))
        rate = report.rows / seconds if seconds else 0
        self.stdout.write(f"{report.rows:,} rows in {seconds:.1f} s ({rate:,.0f} rows/s): products {counts or 'none'}")
        if observer.job_id:
            self.stdout.write(f"job {observer.job_id}")
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")


class Watcher(Observer):
    """Shows progress, keeps the first problems, writes all of them to the file, and fetches pictures."""

    def __init__(
        self,
        command: BaseCommand,
        file: ProblemFile | None,
        fetcher: ImageFetcher | None,
        tracker: JobObserver | None,
    ) -> None:
        self.command = command
        self.tracker = tracker
        self.file = file
        self.fetcher = fetcher
        self.problems: list[Problem] = []
        self.counts: Counter[tuple[Severity, str]] = Counter()
        self.progress: Progress | None = None

    def started(self, products: int) -> None:
        if self.tracker:
            self.tracker.started(products)
        self.progress = Progress(cast(TextIO, self.command.stderr._out), "products", products)

    def advanced(self, products: int, written: Sequence[ProductDraft] = ()) -> None:
        if self.fetcher:
            for problem in self.fetcher.fetch(written):
                self.found(problem)
        if self.progress:
            self.progress.advance(products)
        if self.tracker:
            self.tracker.advanced(products)

    def found(self, problem: Problem) -> None:
        self.counts[problem.severity, problem.code] += 1
        if len(self.problems) < SHOWN:
            self.problems.append(problem)
        if self.file:
            self.file.add(problem)
        if self.tracker:
            self.tracker.found(problem)

    @property
    def left_out(self) -> int:
        """How many problems are counted and not kept."""
        return sum(self.counts.values()) - len(self.problems)

    @property
    def job_id(self) -> str | None:
        """The id of the job that keeps the progress."""
        return str(self.tracker.job.public_id) if self.tracker else None

    def finish(self, report: Report) -> None:
        """End the line of the progress bar, and the job."""
        if self.progress:
            self.progress.finish()
        if self.tracker:
            self.tracker.tell()
            finish_job(job=self.tracker.job, result=result_of(report))


def find_channel(code: str | None) -> Channel:
    """Return the channel of that code, or the only one."""
    if code is not None:
        if found := Channel.objects.filter(code=code).first():
            return found
        raise CommandError(f"--channel: there is no channel {code!r}. {known(Channel)}")
    channels = list(Channel.objects.all()[:2])
    if len(channels) != 1:
        raise CommandError(f"--channel: say where the products go. {known(Channel)}")
    return channels[0]


def find_location(code: str | None) -> StockLocation | None:
    """Return the stock location of that code, or None without one."""
    if code is None:
        return None
    if found := StockLocation.objects.filter(code=code).first():
        return found
    raise CommandError(f"--location: there is no stock location {code!r}. {known(StockLocation)}")


def known(model: type[Channel] | type[StockLocation]) -> str:
    """Say which codes there are."""
    codes = ", ".join(model._default_manager.order_by("code").values_list("code", flat=True)[:20])
    return f"There are: {codes}." if codes else "There is none yet: make one in the admin."


def as_line(problem: Problem) -> str:
    """Return a problem as a line to read."""
    where = f"line {problem.line}, {problem.handle or 'no handle'}, {problem.column}"
    return f"{problem.severity}: {where}: {problem.reason} {problem.cure}"


def as_dict(report: Report, observer: Watcher, dry_run: bool, seconds: float) -> dict[str, Any]:
    """Return the report as JSON."""
    shown = [{name: getattr(problem, name) for name in Problem.__dataclass_fields__} for problem in observer.problems]
    return {
        "job": observer.job_id,
        "dry_run": dry_run,
        "rows": report.rows,
        "variants": report.variants,
        "products": {str(outcome): count for outcome, count in sorted(report.products.items())},
        "problem_counts": [
            {"severity": severity, "code": code, "count": count}
            for (severity, code), count in sorted(observer.counts.items())
        ],
        "problems": shown,
        "problems_left_out": observer.left_out,
        "remarks": report.remarks,
        "unused_columns": list(report.unused_columns),
        "pictures": {"fetched": observer.fetcher.fetched, "failed": observer.fetcher.failed}
        if observer.fetcher
        else None,
        "seconds": round(seconds, 2),
    }
