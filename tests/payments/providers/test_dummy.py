"""The provider that plays by scripts: what its words do, and what its bank keeps when processes race or die."""

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.payments.providers.base import InvalidNotice, ProviderRefused, ProviderUnavailable
from nexus_commerce.payments.providers.dummy import DummyBank, DummyProvider
from nexus_commerce.payments.providers.dummy_books import KeyReused
from nexus_commerce.payments.providers.dummy_scripts import OPERATIONS
from nexus_commerce.payments.providers.reports import PaymentReport, PaymentRequest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bank.sqlite3"


def provider(path: Path, **options: Any) -> DummyProvider:
    return DummyProvider("dummy", {"path": path, **options})


def asking(token: str) -> PaymentRequest:
    return PaymentRequest(uuid4(), uuid4(), "1001", 1000, "EUR", data={"token": token})


def pay(dummy: DummyProvider, token: str) -> PaymentReport:
    asked = asking(token)
    return dummy.authorize(dummy.start(asked, key=asked.payment).ref, asked, key=asked.payment)


@pytest.mark.parametrize(
    ("token", "figures"),
    [
        ("approve", ("captured", 1000, "EUR", 1000, 1000)),
        ("", ("captured", 1000, "EUR", 1000, 1000)),
        ("decline", ("failed", 1000, "EUR", 0, 0)),
        ("needs_action", ("requires_action", 1000, "EUR", 0, 0)),
        ("partial", ("captured", 1000, "EUR", 500, 500)),
        ("surplus", ("captured", 1000, "EUR", 1100, 1100)),
        ("other_amount", ("captured", 1100, "EUR", 1100, 1100)),
        ("other_currency", ("captured", 1000, "USD", 1000, 1000)),
    ],
)
def test_what_becomes_of_a_payment(path: Path, token: str, figures: tuple[Any, ...]) -> None:
    report = pay(provider(path), token)
    assert (report.status, report.amount, report.currency, report.authorized, report.captured) == figures
    assert provider(path).fetch(report.ref) == report
    assert sum(charge.amount for charge in DummyBank(path).charges(report.ref)) == report.captured


def test_the_option_is_a_script_for_all_and_the_token_for_one(path: Path) -> None:
    assert pay(provider(path, script="decline"), "").status == "failed"
    assert pay(provider(path, script="decline"), "approve").status == "captured"
    with pytest.raises(ProviderRefused, match="no script 'approv'"):
        pay(provider(path), "approv")


def test_a_payment_that_timed_out_was_never_asked_for(path: Path) -> None:
    dummy, asked = provider(path), asking("time_out:start")
    with pytest.raises(ProviderUnavailable):
        dummy.start(asked, key=asked.payment)
    assert dummy.bank.payments() == []
    with pytest.raises(ProviderUnavailable):
        pay(dummy, "time_out")
    [payment] = dummy.bank.payments()
    assert (payment.status, dummy.bank.movements()) == ("pending", [])
    dummy.bank.rescript(payment.ref, "approve")
    assert dummy.authorize(payment.ref, asking(""), key=uuid4()).captured == 1000


@pytest.mark.parametrize("operation", OPERATIONS)
def test_trouble_befalls_the_operation_that_is_named(path: Path, operation: str) -> None:
    dummy = provider(path, capture="manual")
    report, other = pay(dummy, "approve"), pay(dummy, "approve")
    for each in (report, other):
        dummy.bank.rescript(each.ref, f"time_out:{operation}")
    calls = {
        "start": lambda: dummy.start(asking(f"time_out:{operation}"), key=uuid4()),
        "authorize": lambda: dummy.authorize(report.ref, asking(""), key=uuid4()),
        "fetch": lambda: dummy.fetch(report.ref),
        "capture": lambda: dummy.capture(report.ref, amount=1000, currency="EUR", key=uuid4()),
        "refund": lambda: dummy.refund(report.ref, amount=1, currency="EUR", key=uuid4()),
        "void": lambda: dummy.void(other.ref, key=uuid4()),
    }
    for name, call in calls.items():
        if name == operation:
            with pytest.raises(ProviderUnavailable):
                call()
            dummy.bank.rescript(report.ref, "approve")
            if name == "capture":
                call()
        else:
            call()


def test_a_refusal_is_an_answer_that_stays(path: Path) -> None:
    dummy, key = provider(path, capture="manual"), uuid4()
    report = pay(dummy, "approve,refuse:capture")
    with pytest.raises(ProviderRefused, match="capture_refused"):
        dummy.capture(report.ref, amount=1000, currency="EUR", key=key)
    dummy.bank.rescript(report.ref, "approve")
    with pytest.raises(ProviderRefused, match="capture_refused"):
        dummy.capture(report.ref, amount=1000, currency="EUR", key=key)
    assert dummy.capture(report.ref, amount=1000, currency="EUR", key=uuid4()).captured == 1000


def test_a_slow_bank_takes_its_time(path: Path) -> None:
    began = monotonic()
    pay(provider(path, delay=0.2), "slow")
    assert monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("script", "states", "refunded"),
    [
        ("approve", ["succeeded", "succeeded"], 300),
        ("refund_pending", ["pending", "succeeded"], 300),
        ("refund_fails", ["failed", "failed"], 0),
        ("refund_pending,refund_fails", ["pending", "failed"], 0),
    ],
)
def test_refunds_end_as_the_script_says(path: Path, script: str, states: list[str], refunded: int) -> None:
    dummy = provider(path)
    ref = pay(dummy, script).ref
    refund = dummy.refund(ref, amount=300, currency="EUR", key=uuid4())
    with pytest.raises(ProviderRefused, match="wrong_amount"):
        dummy.refund(ref, amount=1001 - refunded, currency="EUR", key=uuid4())
    later = dummy.fetch_refund(ref, refund.ref)
    assert [refund.status, later.status] == states
    assert dummy.fetch(ref).refunded == refunded
    assert sum(each.amount for each in dummy.bank.movements(ref, "refund")) == refunded
    with pytest.raises(ProviderRefused, match="knows no refund"):
        dummy.fetch_refund(ref, "nothing")


def test_a_pending_refund_counts_against_the_limit(path: Path) -> None:
    dummy = provider(path)
    ref = pay(dummy, "refund_pending").ref
    dummy.refund(ref, amount=600, currency="EUR", key=uuid4())
    with pytest.raises(ProviderRefused, match="wrong_amount"):
        dummy.refund(ref, amount=500, currency="EUR", key=uuid4())
    with pytest.raises(ProviderRefused, match="wrong_currency"):
        dummy.refund(ref, amount=100, currency="USD", key=uuid4())


def test_what_a_capture_leaves_can_be_voided(path: Path) -> None:
    dummy = provider(path, capture="manual")
    ref = pay(dummy, "approve").ref
    assert dummy.capture(ref, amount=400, currency="EUR", key=uuid4()).status == "captured"
    report = dummy.void(ref, key=uuid4())
    assert (report.status, report.captured) == ("voided", 400)
    assert Counter(each.kind for each in dummy.bank.movements(ref)) == {"hold": 1, "charge": 1, "release": 1}


def test_money_is_held_for_a_time(path: Path) -> None:
    dummy = provider(path, capture="manual")
    report = pay(dummy, "approve")
    assert report.expires_at is not None
    dummy.bank.expire(report.ref)
    assert dummy.fetch(report.ref).status == "voided"
    assert dummy.bank.expire(pay(provider(path), "approve").ref).status == "captured"
    waiting = pay(dummy, "needs_action").ref
    dummy.bank.expire(waiting)
    assert dummy.bank.approve(waiting).captured == 0, "Too late."


def test_one_key_is_one_call(path: Path) -> None:
    dummy, key = provider(path), uuid4()
    first, second = pay(dummy, "approve"), pay(dummy, "approve")
    dummy.refund(first.ref, amount=100, currency="EUR", key=key)
    for ref, amount in ((first.ref, 200), (second.ref, 100)):
        with pytest.raises(KeyReused):
            dummy.refund(ref, amount=amount, currency="EUR", key=key)


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_inside_a_transaction(path: Path) -> None:
    dummy = provider(path)
    ref = pay(dummy, "approve").ref
    with transaction.atomic():
        for ask in (lambda: dummy.fetch(ref), lambda: dummy.start(asking(""), key=uuid4())):
            with pytest.raises(AskedInTransaction):
                ask()


def test_the_bank_tells_what_happened(path: Path) -> None:
    dummy = provider(path)
    asked = asking("needs_action")
    ref = dummy.start(asked, key=asked.payment).ref
    dummy.authorize(ref, asked, key=asked.payment)
    dummy.bank.approve(ref)
    dummy.refund(ref, amount=10, currency="EUR", key=uuid4())
    told = [dummy.parse_webhook(*message)[0] for message in dummy.bank.webhooks(ref)]
    assert [notice.type for notice in told] == ["payment.requires_action", "payment.captured", "refund.succeeded"]
    assert {notice.payment for notice in told} == {asked.payment}
    assert told == [dummy.parse_webhook(*message)[0] for message in dummy.bank.webhooks(ref)]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1, "type": "a", "data": {"ref": "b", "payment": "c"}}'])
def test_signed_nonsense_is_no_message(path: Path, body: bytes) -> None:
    dummy = provider(path, secret="known")
    with pytest.raises(InvalidNotice):
        dummy.parse_webhook(*dummy.bank.sign(body))
    with pytest.raises(InvalidNotice):
        provider(path, secret="another").parse_webhook(*dummy.bank.webhook(pay(dummy, "").ref, "payment.captured"))


def test_options_are_checked(path: Path) -> None:
    wrong = {"capture": "later", "scirpt": "approve", "script": "aprove", "path": path}
    problems = DummyProvider("dummy", wrong).check()
    assert [str(problem.msg) for problem in problems] == [
        "There is no option 'scirpt'.",
        "There is no script 'aprove'.",
        "The option capture is either 'automatic' or 'manual'.",
    ]
    assert {problem.id for problem in problems} == {"nexus_commerce.E214"}
    assert DummyProvider("dummy", {}).check() == []
    assert DummyProvider.is_test


def test_one_at_a_time_has_the_books(path: Path) -> None:
    bank = DummyBank(path)
    with bank.books():
        other = threading.Thread(target=bank.payments)
        other.start()
        other.join(0.2)
        assert other.is_alive(), "What is read in a transaction must not change under it."
    other.join(10)
    assert not other.is_alive()


WORKER = """
import os, signal, sys
from uuid import UUID
from django.conf import settings
settings.configure(SECRET_KEY="x", ROOT_URLCONF="", DATABASES={}, USE_I18N=False)
import django
django.setup()
from nexus_commerce.payments.providers.dummy import DummyProvider
from nexus_commerce.payments.providers.reports import PaymentRequest
path, mode, *keys = sys.argv[1:]
dummy = DummyProvider("dummy", {"path": path})
for key in map(UUID, keys):
    asked = PaymentRequest(key, key, "1001", 1000, "EUR")
    ref = dummy.start(asked, key=key).ref
    dummy.authorize(ref, asked, key=key)
    dummy.refund(ref, amount=600, currency="EUR", key=key)
    if mode == "die":
        with dummy.bank.books() as books:
            books.charge(books.payment(ref), 1, key="never committed")
            os.kill(os.getpid(), signal.SIGKILL)
print("done")
"""


def workers(path: Path, count: int, mode: str, keys: list[UUID]) -> list[int]:
    """Have as many processes do the same at once, and return how they ended."""
    command = [sys.executable, "-c", WORKER, str(path), mode, *map(str, keys)]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(count)]
    return [process.wait(60) for process in running]


def test_processes_that_ask_for_the_same_move_money_once(path: Path) -> None:
    keys = [uuid4() for _ in range(15)]
    assert workers(path, 3, "live", keys) == [0, 0, 0]
    bank = DummyBank(path)
    assert len(bank.payments()) == len(keys)
    assert Counter(each.kind for each in bank.movements()) == {"charge": len(keys), "refund": len(keys)}
    assert all(len(bank.payments(key)) == 1 for key in keys)


def test_a_killed_process_leaves_the_books_in_order(path: Path) -> None:
    key = uuid4()
    assert workers(path, 1, "die", [key]) == [-9]
    bank = DummyBank(path)
    assert Counter(each.kind for each in bank.movements()) == {"charge": 1, "refund": 1}
    assert pay(provider(path), "approve").captured == 1000
    assert [each.refunded for each in bank.payments(key)] == [600]
