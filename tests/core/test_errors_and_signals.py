import logging
from typing import Any

import pytest
from django.db import transaction

from nexus_commerce.core.abstract_models import AppendOnlyError
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.core.signals import CommerceSignal
from nexus_commerce.core.validation import clean_model
from nexus_commerce.events.services import record_event
from nexus_commerce.pricing.errors import NoPrice
from nexus_commerce.pricing.models import PriceChange
from nexus_commerce.testing.factories import make_channel, make_price, make_variant

rung = CommerceSignal("A bell rang.", tone="which")


def test_an_error_speaks_in_its_own_words_and_keeps_what_programs_need() -> None:
    error = NoPrice(field="variant", sku="MUG", currency="EUR")
    assert str(error) == "MUG has no price in EUR."
    assert (error.code, error.field, error.params) == ("no_price", "variant", {"sku": "MUG", "currency": "EUR"})


def test_a_plain_message_is_not_read_as_a_template() -> None:
    assert str(CommerceError("100 % of it", sku="MUG")) == "100 % of it"


@pytest.mark.django_db
def test_validation_names_the_first_field_that_is_wrong() -> None:
    channel = make_channel()
    channel.currency, channel.time_zone = "euro", "Nowhere/Land"
    with pytest.raises(InvalidInput) as caught:
        clean_model(channel, ["currency", "time_zone"])
    assert caught.value.field in {"currency", "time_zone"}
    assert caught.value.params["errors"].keys() == {"currency", "time_zone"}
    clean_model(channel, ["name"])


@pytest.mark.django_db(transaction=True)
def test_receivers_hear_of_what_was_committed_and_of_nothing_else() -> None:
    heard: list[Any] = []

    def hear(sender: object, tone: str, **kwargs: Any) -> None:
        heard.append(tone)

    rung.connect(hear)
    try:
        with transaction.atomic():
            rung.send_after_commit(object, tone="low")
            assert heard == []
        with transaction.atomic():
            rung.send_after_commit(object, tone="lost")
            transaction.set_rollback(True)
        rung.send_after_commit(object, tone="outside")
    finally:
        rung.disconnect(hear)
    assert heard == ["low", "outside"]


@pytest.mark.django_db(transaction=True)
def test_a_failing_receiver_breaks_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Any] = []

    def fail(sender: object, **kwargs: Any) -> None:
        raise RuntimeError("the receiver is broken")

    def hear(sender: object, tone: str, **kwargs: Any) -> None:
        heard.append(tone)

    rung.connect(fail)
    rung.connect(hear)
    try:
        with caplog.at_level(logging.ERROR), transaction.atomic():
            rung.send_after_commit(object, tone="high")
    finally:
        rung.disconnect(fail)
        rung.disconnect(hear)
    assert heard == ["high"]
    assert "the receiver is broken" in caplog.text


def test_a_payload_that_is_not_the_documented_one_is_an_error() -> None:
    with pytest.raises(TypeError, match="tone"):
        rung.send_after_commit(object, pitch="high")


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_only_with_its_change() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record_event(type="bell.rung", aggregate="bell", aggregate_id=make_channel().public_id, version=1)


@pytest.mark.django_db
def test_append_only_rows_are_neither_changed_nor_deleted() -> None:
    variant = make_variant()
    price = make_price(variant=variant, amount=5)
    change = PriceChange.objects.create(price_list=price.price_list, variant=variant, amount=5)
    for spoil in (change.save, change.delete, PriceChange.objects.all().delete):
        with pytest.raises(AppendOnlyError, match="append-only"):
            spoil()
    with pytest.raises(AppendOnlyError, match="append-only"):
        PriceChange.objects.update(amount=1)
    assert PriceChange.objects.get(pk=change.pk).amount == 5
