"""Rows that are written once: the managers refuse to change them, and PostgreSQL does whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.core.abstract_models import AppendOnlyError
from nexus_commerce.inventory.models import StockMovement
from nexus_commerce.payments.models import CreditEntry, PaymentEvent
from nexus_commerce.payments.services import capture_manually, issue_gift_card
from tests.cart.shopping import ready_cart

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

MODELS = [StockMovement, PaymentEvent, CreditEntry]


@pytest.fixture(autouse=True)
def rows(channel: Channel, variant: Variant) -> None:
    placed = place_order(cart=ready_cart(channel, variant))
    assert placed.payment is not None
    capture_manually(payment=placed.payment, amount=100)
    issue_gift_card(amount=100, currency="EUR")


@pytest.mark.parametrize("model", MODELS)
def test_managers_and_rows_refuse(model: type[StockMovement]) -> None:
    row = model.objects.order_by("pk").first()
    assert row is not None
    for change in (row.save, row.delete, model.objects.all().delete, lambda: model.objects.update(amount=0)):
        with pytest.raises(AppendOnlyError):
            change()


@pytest.mark.postgresql
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_database_refuses(model: type[StockMovement], statement: str) -> None:
    change = statement.format(model._meta.db_table)
    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        connection.cursor().execute(change)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL nexus.allow_changes = 'on'")
        cursor.execute(change)
        assert cursor.rowcount > 0
