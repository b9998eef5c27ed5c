"""The suite that hosts run against their tax engine, on one that behaves; and that it finds those that do not."""

from typing import Any

import pytest

from nexus_commerce.customers.models import Customer
from nexus_commerce.pricing.inputs import Taxation, TaxRate
from nexus_commerce.tax.errors import TaxEngineError
from nexus_commerce.tax.external import ExternalTaxAnswer, ExternalTaxRequest
from nexus_commerce.tax.policies import ExternalTaxPolicy
from nexus_commerce.testing.tax_engines import TaxEngineCompliance
from tests.tax.engines import FakeEngine


class Closed(FakeEngine):
    mood = "failing"


class TestFakeEngine(TaxEngineCompliance):
    @pytest.fixture(autouse=True)
    def _fresh(self) -> None:
        FakeEngine.reset()

    def policy(self) -> ExternalTaxPolicy:
        return FakeEngine()

    def unreachable(self) -> ExternalTaxPolicy:
        return Closed()


def suite_of(policy: ExternalTaxPolicy) -> TaxEngineCompliance:
    suite = TaxEngineCompliance()
    suite.policy = lambda: policy  # type: ignore[method-assign]
    return suite


class Wrong(FakeEngine):
    """Answers every item alike."""

    answer: Any = None

    def fetch(self, request: ExternalTaxRequest) -> ExternalTaxAnswer:
        return ExternalTaxAnswer({item.key: self.answer for item in request.items})


@pytest.mark.parametrize(
    "answer",
    [
        Taxation(),
        Taxation((TaxRate("State", 1),)),
        Taxation((TaxRate("State", 1),), amounts=(-1,)),
        Taxation((TaxRate("State", 1),), amounts=(10**6,)),
    ],
)
def test_the_suite_refuses_amounts_that_cannot_be_charged(answer: Taxation) -> None:
    policy = Wrong()
    policy.answer = answer
    with pytest.raises(AssertionError):
        suite_of(policy).test_every_item_is_answered_with_amounts_that_can_be_charged(includes_tax=True)


@pytest.mark.parametrize("rate", [TaxRate("", 1), TaxRate("State", 6.25)])  # type: ignore[arg-type]
def test_the_suite_refuses_rates_that_cannot_be_kept(rate: TaxRate) -> None:
    policy = Wrong()
    policy.answer = Taxation((rate,), amounts=(0,))
    with pytest.raises(AssertionError):
        suite_of(policy).test_the_answer_can_be_kept()


class Moody(FakeEngine):
    count = 0

    def fetch(self, request: ExternalTaxRequest) -> ExternalTaxAnswer:
        type(self).count += 1
        rate = TaxRate("State", 1)
        return ExternalTaxAnswer({item.key: Taxation((rate,), amounts=(self.count,)) for item in request.items})


class Patient(FakeEngine):
    timeout = 60


class Crashing(FakeEngine):
    mood = "crashing"


class Reading(FakeEngine):
    def fetch(self, request: ExternalTaxRequest) -> ExternalTaxAnswer:
        Customer.objects.first()
        return super().fetch(request)


@pytest.mark.django_db
def test_the_suite_finds_other_bad_manners() -> None:
    with pytest.raises(AssertionError):
        suite_of(Moody()).test_the_same_request_has_the_same_answer()
    with pytest.raises(AssertionError):
        suite_of(Moody()).test_an_exempt_customer_pays_no_tax()
    with pytest.raises(AssertionError):
        suite_of(Patient()).test_limits_are_right()
    with pytest.raises(ZeroDivisionError):
        suite_of(Crashing()).test_bears_odd_texts("")
    with pytest.raises(AssertionError):
        suite_of(Reading()).test_touches_no_database()


def test_an_engine_that_only_refuses_is_found_out() -> None:
    with pytest.raises(TaxEngineError):
        suite_of(Closed()).test_answers_within_its_time_limit()
