"""The system check of the payment providers: E214."""

from typing import Any

import pytest
from django.core.checks import run_checks

DUMMY = "nexus_commerce.payments.providers.dummy.DummyProvider"


def problems(settings: Any, **providers: Any) -> list[Any]:
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), "PAYMENT_PROVIDERS": providers}
    return [found for found in run_checks() if found.id == "nexus_commerce.E214"]


def test_options_that_a_provider_cannot_use_are_reported(settings: Any) -> None:
    [found] = problems(settings, play={"BACKEND": DUMMY, "OPTIONS": {"script": "aprove"}})
    assert found.msg == "NEXUS_COMMERCE['PAYMENT_PROVIDERS']['play']: There is no script 'aprove'."
    assert "DummyProvider" in found.hint


@pytest.mark.parametrize("options", [{}, {"script": "approve"}])
def test_right_options_are_not(settings: Any, options: dict[str, Any]) -> None:
    assert problems(settings, play={"BACKEND": DUMMY, "OPTIONS": options}) == []


def test_a_setting_that_cannot_be_read_is_reported_elsewhere(settings: Any) -> None:
    assert problems(settings, play={"BACKEND": "no.such.Provider"}) == []
