"""What is read of a cart together: lines, offers, addresses, and whether the shop has what would be asked for."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F

from nexus_commerce.cart.models import CartLine
from nexus_commerce.cart.services import add_line, find_offer, price_cart, set_address
from nexus_commerce.cart.services.loading import load_cart, load_cart_and_offers
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.pricing.inputs import Taxation, TaxRate
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.tax.models import TaxZone
from nexus_commerce.tax.policies import TaxAnswer, TaxPolicy, TaxQuery
from nexus_commerce.testing.factories import make_promotion
from tests.cart.shopping import BERLIN, guest_cart
from tests.cart.test_lines import sold
from tests.tax.places import zone

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_lines_and_offers_are_those_that_are_read_singly(channel: Channel, variant: Variant) -> None:
    other, further = sold(channel), sold(channel)
    cart = guest_cart(channel, variant, other)
    add_line(cart=cart, offer=variant.public_id, personalization={"name": "Ada"}, fields={"metadata": {"a": 1}})
    wanted = [further.public_id, variant.public_id, uuid4()]
    loaded, offers = load_cart_and_offers(cart, public_ids=wanted, now=NOW)
    alone = load_cart(cart, now=NOW)

    def told(lines: list[CartLine]) -> list[dict[str, Any]]:
        return [{field.attname: getattr(line, field.attname) for field in CartLine._meta.fields} for line in lines]

    assert told(loaded.lines) == told(alone.lines)
    assert len(loaded.lines) == 3
    assert [line.variant.product for line in loaded.lines] == [line.variant.product for line in alone.lines]
    assert loaded.offers == alone.offers
    assert offers == {
        named.public_id: find_offer(channel=channel, public_id=named.public_id, now=NOW) for named in (further, variant)
    }
    loaded.lines[2].quantity = 7
    loaded.lines[2].save()
    assert CartLine.objects.filter(quantity=7).count() == 1


def test_an_offer_or_the_id_of_its_variant_do_the_same(channel: Channel, variant: Variant) -> None:
    one, two = guest_cart(channel, sold(channel)), guest_cart(channel, sold(channel))
    by_offer = add_line(cart=one, offer=find_offer(channel=channel, public_id=variant.public_id), quantity=2)
    by_id = add_line(cart=two, offer=variant.public_id, quantity=2)
    assert by_offer.totals.total == by_id.totals.total
    assert [line.quantity for line in price_cart(cart=two).input.lines] == [1, 2]


def test_an_unknown_variant_is_not_for_sale(channel: Channel) -> None:
    cart = guest_cart(channel)
    with pytest.raises(CommerceError) as caught:
        add_line(cart=cart, offer=uuid4())
    assert (caught.value.code, caught.value.field) == ("not_for_sale", "variant")


def test_what_the_channel_does_not_offer_is_absent(channel: Channel, variant: Variant) -> None:
    cart, gone = guest_cart(channel, variant), sold(channel)
    variant.product.listings.all().delete()
    gone.product.listings.all().delete()
    loaded, offers = load_cart_and_offers(cart, public_ids=[variant.public_id, gone.public_id], now=NOW)
    assert offers == {}
    assert [offer.is_listed for offer in loaded.offers] == [False]


def test_addresses_come_with_all_their_columns(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant)
    assert load_cart(cart, now=NOW).addresses == {}
    rows = {kind: set_address(cart=cart, kind=kind, address=BERLIN) for kind in ("shipping", "billing")}
    found = load_cart(cart, now=NOW).addresses
    assert found == rows
    for kind, row in rows.items():
        row.refresh_from_db()
        columns = [field.attname for field in row._meta.fields]
        assert [getattr(found[kind], name) for name in columns] == [getattr(row, name) for name in columns]


def test_what_a_shop_does_not_have_is_not_asked_for(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant)

    def known() -> tuple[bool, bool]:
        loaded = load_cart(cart, now=NOW)
        return loaded.has_promotions, loaded.has_tax_zones

    assert known() == (False, False)
    promotion = make_promotion()
    assert known() == (True, False)
    Promotion.objects.filter(pk=promotion.pk).update(is_active=False)
    zone("home", ("DE", "", ""))
    assert known() == (False, True)
    TaxZone.objects.update(is_active=False)
    Promotion.objects.update(is_active=True, archived_at=F("created_at"))
    assert known() == (False, False)


class FlatTax(TaxPolicy):
    """A host's own: a tenth on everything, whatever zones there are."""

    def taxes(self, query: TaxQuery) -> TaxAnswer:
        tenth = Taxation((TaxRate.of_percent("Flat", 10, "flat"),))
        return TaxAnswer({"": tenth}, {"": tenth}, self.keeps)


def test_a_hosts_own_tax_policy_is_asked_without_any_zone(channel: Channel, variant: Variant, settings: Any) -> None:
    cart = guest_cart(channel, variant)
    assert price_cart(cart=cart).totals.tax_total == 0
    settings.NEXUS_COMMERCE = {**nexus_settings.given, "TAX_POLICY": f"{__name__}.FlatTax"}
    assert price_cart(cart=cart).totals.tax_total > 0
