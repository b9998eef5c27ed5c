"""Several worker processes sell scarce goods over HTTP: none is sold twice, nobody pays for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_channel, make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.faults.buying import Answer, all_at_once, fill_carts, outcomes, sold_out
from tests.faults.serving import NIGHTLY, Site, site_at

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

UNITS, BUYERS = (100, 500) if NIGHTLY else (30, 150)
ROUNDS = 40 if NIGHTLY else 10


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    with site_at(tmp_path) as site:
        site.start()
        yield site


def shop(stock: int) -> tuple[Channel, Variant]:
    channel = make_channel(code="default", is_default=True)
    return channel, make_product(channel=channel, amount=1000, stock=stock).variants.get()


def assert_sold(site: Site, variant: Variant, units: int) -> None:
    """So many orders, each paid once, and no trace of any other."""
    item = StockItem.objects.get(variant=variant)
    assert (item.allocated, item.reserved) == (units, 0)
    assert Counter(Order.objects.values_list("state", "payment_state")) == {("placed", "paid"): units}
    charges = site.bank.charges()
    assert len(charges) == len({charge.payment for charge in charges}) == units
    assert "Traceback" not in site.log(), site.log()
    assert_invariants()


def test_ten_units_and_fifty_buyers_at_once(site: Site) -> None:
    channel, variant = shop(stock=10)
    buyers = fill_carts(channel, variant, 50)
    site.wait()

    answers = all_at_once([partial(buyer.ask, site) for buyer in buyers])

    print("50 buyers for 10:", outcomes(answers))
    assert outcomes(answers)["201 placed"] == 10
    assert sum(isinstance(answer, Answer) and sold_out(answer) for answer in answers) == 40, outcomes(answers)
    assert_sold(site, variant, 10)


def test_nobody_is_told_sold_out_while_there_is_stock(site: Site) -> None:
    channel, variant = shop(stock=UNITS)
    buyers = fill_carts(channel, variant, BUYERS)
    site.wait()

    replies = all_at_once([partial(buyer.insist, site) for buyer in buyers], at_most=48)

    last = [each[-1] if isinstance(each, list) else each for each in replies]
    print(f"{BUYERS} buyers for {UNITS}:", outcomes(last), "at first:", outcomes([each[0] for each in replies]))
    assert outcomes(last)["201 placed"] == UNITS
    assert sum(isinstance(answer, Answer) and sold_out(answer) for answer in last) == BUYERS - UNITS, outcomes(last)
    assert_sold(site, variant, UNITS)


def test_a_double_click_makes_one_order(site: Site) -> None:
    channel, variant = shop(stock=20)
    buyers = fill_carts(channel, variant, 20)
    site.wait()

    clicks = [partial(buyer.insist, site) for buyer in buyers for _ in range(2)]
    replies = all_at_once(clicks)

    print("20 double clicks:", outcomes([each[0] for each in replies]))
    for first, second in zip(replies[::2], replies[1::2], strict=True):
        assert first[-1].status == second[-1].status == 201
        assert first[-1].body == second[-1].body
        assert sum("idempotency-replayed" in each[-1].headers for each in (first, second)) == 1
    assert_sold(site, variant, 20)


def test_the_last_unit_is_sold_once_however_often_it_is_raced_for(site: Site) -> None:
    channel, _ = shop(stock=0)
    rounds = [make_product(channel=channel, amount=1000, stock=1).variants.get() for _ in range(ROUNDS)]
    crowds = [fill_carts(channel, variant, 4) for variant in rounds]
    site.wait()
    for crowd in crowds:
        answers = all_at_once([partial(buyer.ask, site) for buyer in crowd])
        assert outcomes(answers)["201 placed"] == 1, outcomes(answers)
        assert sum(isinstance(answer, Answer) and sold_out(answer) for answer in answers) == 3, outcomes(answers)
    for variant in rounds:
        assert StockItem.objects.get(variant=variant).allocated == 1
    assert len(site.bank.charges()) == ROUNDS
    assert "Traceback" not in site.log(), site.log()
    assert_invariants()
