"""Whatever happens in whatever order, the shop, the bank and a model of both agree.

``NEXUS_MACHINE_RUNS`` and ``NEXUS_MACHINE_STEPS`` ask for more: ``make nightly`` does 50 runs on each database.
"""

import os

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.checkout.machine.machine import CheckoutMachine

STEPS = int(os.environ.get("NEXUS_MACHINE_STEPS", "40"))


class CommittingMachine(CheckoutMachine):
    """Commits what it does."""

    commits = True


def run(machine: type[CheckoutMachine], runs: int) -> None:
    """Let a machine run; seeds of runs that failed are printed, and tried first the next time."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("NEXUS_MACHINE_RUNS", runs)),
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_whatever_happens_the_books_agree() -> None:
    run(CheckoutMachine, 8 if connection.vendor == "sqlite" else 2)


@pytest.mark.django_db(transaction=True)
def test_so_they_do_when_everything_is_committed() -> None:
    run(CommittingMachine, 1)
