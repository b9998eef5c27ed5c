"""Tell the job of an import how far it is."""

import time
from collections.abc import Sequence
from typing import Any, Final

from nexus_commerce.contrib.importexport.problems import Problem
from nexus_commerce.contrib.importexport.shopify.drafts import ProductDraft
from nexus_commerce.contrib.importexport.shopify.run import Observer, Report
from nexus_commerce.events.models import Job
from nexus_commerce.events.services import advance_job

__all__ = ["JobObserver", "result_of"]

EVERY: Final = 1.0
"""Seconds between two statements about progress."""


class JobObserver(Observer):
    """Keeps progress and problems in a job that was begun. Raises ``JobNotRunning`` where it was canceled.

    An import that broke off is run again from the beginning: what is in the shop already is found to be unchanged.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.done = 0
        self.problems: list[dict[str, Any]] = []
        self.told_at = 0.0

    def started(self, products: int) -> None:
        self.tell(total=products)

    def advanced(self, products: int, written: Sequence[ProductDraft] = ()) -> None:
        self.done += products
        if time.monotonic() - self.told_at >= EVERY:
            self.tell()

    def found(self, problem: Problem) -> None:
        where = f"line {problem.line}, {problem.handle or 'no handle'}, {problem.column}"
        text = f"{where}: {problem.reason} {problem.cure}"
        self.problems.append(
            {"message": text, "code": problem.code, "line": problem.line, "severity": str(problem.severity)}
        )

    def tell(self, total: int | None = None) -> None:
        """Write down what there is to tell, in one statement."""
        advance_job(job=self.job, done=self.done, total=total, errors=self.problems)
        self.problems = []
        self.told_at = time.monotonic()


def result_of(report: Report) -> dict[str, Any]:
    """Return what came of an import as JSON."""
    return {
        "rows": report.rows,
        "variants": report.variants,
        "products": {str(outcome): count for outcome, count in sorted(report.products.items())},
        "problems": {f"{severity} {code}": count for (severity, code), count in sorted(report.problems.items())},
        "remarks": report.remarks,
    }
