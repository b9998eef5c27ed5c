"""The example of a host's own step: the deposit on bottles."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import override_settings

from example_project.shop.totals import charge_deposit
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.conf.pipeline import TOTALS_STEPS
from nexus_commerce.orders.services import recompute_order
from nexus_commerce.pricing.inputs import CartInput, LineInput, Quote, Taxation, TaxRate
from nexus_commerce.pricing.steps import price_lines, sum_totals
from nexus_commerce.pricing.totals import compute
from nexus_commerce.promotions.effects.lines import LinePercentEffect
from nexus_commerce.tax.steps import add_tax
from nexus_commerce.testing.factories import make_product, make_promotion, make_tax
from tests.cart.shopping import put, ready_cart

WITH_DEPOSIT = TOTALS_STEPS.after("add_fees", f"{charge_deposit.__module__}.{charge_deposit.__qualname__}")


def test_the_deposit_is_charged_and_taxed_with_its_line() -> None:
    vat = Taxation((TaxRate.of_percent("VAT 19 %", Decimal(19)),))
    lines = [
        LineInput("juice", 6, Quote(120), tax_class="drinks", data={"deposit": 25}),
        LineInput("glass", 1, Quote(500), tax_class="drinks"),
    ]
    cart = CartInput("EUR", False, lines, datetime(2026, 1, 1, tzinfo=UTC), taxes={"drinks": vat})
    totals = compute(cart, [price_lines, charge_deposit, add_tax, sum_totals])
    (deposit,) = totals.fees
    assert (deposit.name, deposit.line, deposit.subtotal, deposit.tax_total) == ("Deposit", "juice", 150, 29)
    assert totals.fee_total == 150
    assert totals.total == 720 + 500 + 150 + totals.tax_total


# end of the example


@pytest.mark.django_db
@override_settings(NEXUS_COMMERCE={"TOTALS_STEPS": WITH_DEPOSIT})
def test_the_deposit_reaches_the_order_and_no_promotion_lowers_it(channel: Channel) -> None:
    make_tax(percent=19, tax_class="standard")
    make_promotion(LinePercentEffect(percent=Decimal(50)), channel=channel)
    juice = make_product(channel=channel, amount=120, stock=10).variants.get()
    juice.metadata = {"deposit": 25}
    juice.save()
    cart = ready_cart(channel)
    put(cart, juice, 6)
    order = place_order(cart=cart).order
    (fee,) = order.fees.all()
    assert (fee.code, fee.amount, fee.line.sku) == ("deposit", 150, juice.sku)
    assert (order.fee_total, order.discount_total) == (150, 360)
    assert recompute_order(order=order).total == order.total
