"""Whatever happens in whatever order, the shop, the bank and a model of both agree."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.checkout.machine.machine import CheckoutMachine

RUNS = int(os.environ.get("NEXUS_MACHINE_RUNS", "50"))
STEPS = int(os.environ.get("NEXUS_MACHINE_STEPS", "40"))


@pytest.mark.django_db
def test_whatever_happens_the_books_agree() -> None:
    run_state_machine_as_test(
        CheckoutMachine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
