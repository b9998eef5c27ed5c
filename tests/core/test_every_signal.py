"""Every service that changes something sends a signal after commit, with the payload that is documented."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from nexus_commerce.cart import services as cart
from nexus_commerce.catalog import services as catalog
from nexus_commerce.catalog.models import Attribute, Bundle, Category, Media, Option, Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout import services as checkout
from nexus_commerce.core.registry import PACKAGES
from nexus_commerce.core.signals import CommerceSignal
from nexus_commerce.customers import services as customers
from nexus_commerce.customers.models import Customer
from nexus_commerce.events import services as events
from nexus_commerce.fulfillment import services as fulfillment
from nexus_commerce.inventory import services as inventory
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.orders import services as orders
from nexus_commerce.payments import services as payments
from nexus_commerce.pricing import services as pricing
from nexus_commerce.pricing.models import PriceList
from nexus_commerce.promotions import services as promotions
from nexus_commerce.shipping import services as shipping
from nexus_commerce.tax import services as tax
from nexus_commerce.testing.factories import make_product
from tests.cart.shopping import BERLIN, guest_cart, ready_cart
from tests.core.charge_scenarios import CHARGE_SCENARIOS, CHARGE_SILENT
from tests.core.credit_scenarios import CREDIT_SCENARIOS, CREDIT_SILENT
from tests.core.fulfillment_scenarios import FULFILLMENT_SCENARIOS, FULFILLMENT_SILENT
from tests.core.payment_scenarios import PAYMENT_SCENARIOS, PAYMENT_SILENT
from tests.events.silent import EVENT_SILENT
from tests.events.webhook_scenarios import WEBHOOK_SCENARIOS, WEBHOOK_SILENT

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

SERVICES = (
    cart,
    catalog,
    checkout,
    customers,
    events,
    fulfillment,
    inventory,
    orders,
    payments,
    pricing,
    promotions,
    shipping,
    tax,
)
SILENT = {
    # They change nothing.
    "available_quantities",
    "available_subquery",
    "clean_attributes",
    "find_by_slug",
    "find_cart",
    "find_offer",
    "find_order",
    "get_provider",
    "input_json",
    "make_slug",
    "price_cart",
    "provider_aliases",
    "recompute_order",
    "verify_tree",
    # Parts of services that send one: the outbox, a cart's lock, an order's rows, a guest's new token and link.
    "record_event",
    "record_events",
    "renew_access",
    "request_access",
    "touch_cart",
    "write_order",
    # Repairs what is derived.
    "rebuild_tree",
    *CHARGE_SILENT,
    *CREDIT_SILENT,
    *EVENT_SILENT,
    *FULFILLMENT_SILENT,
    *PAYMENT_SILENT,
    *WEBHOOK_SILENT,
}


class Shop:
    """Rows that the scenarios use, each made when first asked for."""

    def __init__(self, channel: Channel, product: Product, category: Category, customer: Customer) -> None:
        self.channel, self.product, self.category, self.customer = channel, product, category, customer
        self.variant: Variant = product.variants.get()
        self.other: Variant = make_product(channel=channel, amount=500, stock=5).variants.get()
        self.location = StockLocation.objects.get()
        self.prices = PriceList.objects.get()

    def line(self) -> Any:
        return self.guest.lines.get().public_id

    @property
    def guest(self) -> Any:
        if not hasattr(self, "_guest"):
            self._guest = guest_cart(self.channel, self.variant)
        return self._guest

    def offer(self) -> Any:
        return cart.find_offer(channel=self.channel, public_id=self.other.public_id)

    def order(self) -> Any:
        return checkout.place_order(cart=ready_cart(self.channel, self.variant)).order

    def held(self, hold_for: timedelta = timedelta(hours=1)) -> UUID:
        holder = uuid4()
        inventory.reserve_stock(holder=holder, channel=self.channel, lines=[wanted(self.variant)], hold_for=hold_for)
        return holder

    def promised(self) -> UUID:
        order = uuid4()
        inventory.allocate_stock(order=order, channel=self.channel, lines=[wanted(self.variant)])
        return order

    def option(self) -> Option:
        return catalog.set_options(product=catalog.create_product(name="New"), options={"Size": ["L"]})[0]

    def bundle(self) -> Variant:
        return make_product(product_type=Bundle).variants.get()

    def attribute(self) -> Attribute:
        return catalog.create_attribute(code="wood", name="Wood")

    def address(self) -> Any:
        return customers.save_address(customer=self.customer, address=BERLIN).public_id

    def image(self) -> Media:
        return catalog.add_image(product=self.product, file=picture())

    def awaited(self) -> Media:
        return catalog.add_image_address(product=self.product, url="https://example.com/a.png")

    def archived(self) -> Product:
        return catalog.archive_product(product=self.product)


def picture() -> BytesIO:
    data = BytesIO()
    Image.new("RGB", (8, 8), "red").save(data, "PNG")
    data.seek(0)
    return data


def wanted(variant: Variant) -> inventory.Wanted:
    return inventory.Wanted(variant.public_id, variant.pk, variant.sku, 1, True, False)


SCENARIOS: dict[str, tuple[str, Callable[[Shop], Any]]] = {
    "create_cart": ("cart_created", lambda s: cart.create_cart(channel=s.channel)),
    "change_cart": ("cart_changed", lambda s: cart.change_cart(cart=s.guest, fields={"note": "x"})),
    "set_address": ("cart_changed", lambda s: cart.set_address(cart=s.guest, kind="shipping", address=BERLIN)),
    "acknowledge_changes": ("cart_changed", lambda s: cart.acknowledge_changes(cart=s.guest)),
    "add_line": ("line_added", lambda s: cart.add_line(cart=s.guest, offer=s.offer())),
    "add_lines": (
        "line_added",
        lambda s: cart.add_lines(cart=s.guest, lines=[cart.NewLine(s.other.public_id)]),
    ),
    "change_line": ("line_changed", lambda s: cart.change_line(cart=s.guest, line=s.line(), quantity=2)),
    "remove_line": ("line_removed", lambda s: cart.remove_line(cart=s.guest, line=s.line())),
    "change_customer": (
        "customer_changed",
        lambda s: customers.change_customer(customer=s.customer, fields={"language": "de"}),
    ),
    "get_customer": (
        "customer_created",
        lambda s: customers.get_customer(user=get_user_model().objects.create_user("new")),
    ),
    "save_address": ("address_saved", lambda s: s.address()),
    "delete_address": (
        "address_deleted",
        lambda s: customers.delete_address(customer=s.customer, public_id=s.address()),
    ),
    "set_on_hand": (
        "stock_changed",
        lambda s: inventory.set_on_hand(variant=s.variant, location=s.location, quantity=99),
    ),
    "set_stock_limits": (
        "stock_limits_changed",
        lambda s: inventory.set_stock_limits(stock_item=s.variant.stock_items.get(), low_stock_level=3),
    ),
    "allocate_stock": (
        "stock_allocated",
        lambda s: inventory.allocate_stock(order=s.product.public_id, channel=s.channel, lines=[wanted(s.variant)]),
    ),
    "reserve_stock": ("stock_reserved", lambda s: s.held()),
    "extend_reservations": (
        "stock_reserved",
        lambda s: inventory.extend_reservations(holder=s.held(), hold_for=timedelta(hours=1)),
    ),
    "release_reservations": ("stock_released", lambda s: inventory.release_reservations(holder=s.held())),
    "sweep_reservations": ("stock_released", lambda s: (s.held(timedelta(-1)), inventory.sweep_reservations())),
    "allocate_reserved": (
        "stock_allocated",
        lambda s: inventory.allocate_reserved(
            holder=s.held(), order=s.product.public_id, channel=s.channel, lines=[wanted(s.variant)]
        ),
    ),
    "consume_allocations": (
        "stock_consumed",
        lambda s: inventory.consume_allocations(order=s.promised(), units={s.variant.public_id: 1}),
    ),
    "release_allocations": ("stock_released", lambda s: inventory.release_allocations(order=s.promised())),
    "set_price": ("prices_changed", lambda s: pricing.set_price(price_list=s.prices, variant=s.variant, amount=7)),
    "set_prices": (
        "prices_changed",
        lambda s: pricing.set_prices(price_list=s.prices, rows=[pricing.PriceRow(s.variant.pk, 8)]),
    ),
    "create_price_list": (
        "price_list_changed",
        lambda s: pricing.create_price_list(code="sale", name="Sale", currency="EUR", channels=[s.channel]),
    ),
    "change_price_list": (
        "price_list_changed",
        lambda s: pricing.change_price_list(price_list=s.prices, name="Renamed"),
    ),
    "remove_price": ("prices_changed", lambda s: pricing.remove_price(price=s.variant.prices.get())),
    "create_product": ("product_created", lambda s: catalog.create_product(name="New")),
    "create_products": ("product_created", lambda s: catalog.create_products(rows=[catalog.ProductRow(name="New")])),
    "update_product": ("product_changed", lambda s: catalog.update_product(product=s.product, name="Renamed")),
    "archive_product": ("product_archived", lambda s: s.archived()),
    "restore_product": ("product_restored", lambda s: catalog.restore_product(product=s.archived())),
    "set_categories": ("product_changed", lambda s: catalog.set_categories(product=s.product, categories=[s.category])),
    "set_tags": ("product_changed", lambda s: catalog.set_tags(product=s.product, tags=["new"])),
    "set_listing": (
        "product_changed",
        lambda s: catalog.set_listing(product=s.product, channel=s.channel, is_visible=False),
    ),
    "remove_listing": ("product_changed", lambda s: catalog.remove_listing(product=s.product, channel=s.channel)),
    "relate_products": (
        "product_changed",
        lambda s: catalog.relate_products(product=s.product, related=[s.other.product]),
    ),
    "set_slug": ("slug_changed", lambda s: catalog.set_slug(owner=s.product, slug="another")),
    "add_variant": (
        "variant_added",
        lambda s: catalog.add_variant(product=catalog.create_product(name="New"), sku="NEW"),
    ),
    "update_variant": ("variant_changed", lambda s: catalog.update_variant(variant=s.variant, name="Renamed")),
    "archive_variant": ("variant_archived", lambda s: catalog.archive_variant(variant=s.variant)),
    "set_options": (
        "product_changed",
        lambda s: catalog.set_options(product=catalog.create_product(name="New"), options={"Size": ["L"]}),
    ),
    "rename_option": (
        "product_changed",
        lambda s: catalog.rename_option(option=s.option(), name="Length"),
    ),
    "rename_option_value": (
        "product_changed",
        lambda s: catalog.rename_option_value(option_value=s.option().values.get(), value="Large"),
    ),
    "set_bundle_items": (
        "product_changed",
        lambda s: catalog.set_bundle_items(bundle=s.bundle(), items=[catalog.BundlePart(variant=s.variant)]),
    ),
    "create_category": ("category_created", lambda s: catalog.create_category(name="New")),
    "update_category": ("category_changed", lambda s: catalog.update_category(category=s.category, description="x")),
    "rename_category": ("category_changed", lambda s: catalog.rename_category(category=s.category, name="Renamed")),
    "move_category": (
        "category_moved",
        lambda s: catalog.move_category(category=s.category, parent=catalog.create_category(name="Top")),
    ),
    "delete_category": ("category_deleted", lambda s: catalog.delete_category(category=s.category)),
    "create_attribute": ("attribute_created", lambda s: s.attribute()),
    "update_attribute": (
        "attribute_changed",
        lambda s: catalog.update_attribute(attribute=s.attribute(), name="Timber"),
    ),
    "archive_attribute": ("attribute_archived", lambda s: catalog.archive_attribute(attribute=s.attribute())),
    "add_image": ("media_added", lambda s: s.image()),
    "add_image_address": ("media_added", lambda s: s.awaited()),
    "attach_image": ("media_added", lambda s: catalog.attach_image(media=s.awaited(), file=picture())),
    "describe_image": ("media_changed", lambda s: catalog.describe_image(media=s.image(), alt="Front")),
    "remove_image": ("media_removed", lambda s: catalog.remove_image(media=s.image())),
    **CHARGE_SCENARIOS,
    **WEBHOOK_SCENARIOS,
    **CREDIT_SCENARIOS,
    **FULFILLMENT_SCENARIOS,
    **PAYMENT_SCENARIOS,
}


def signal_modules() -> Iterator[ModuleType]:
    for package in (*PACKAGES.values(), "nexus_commerce.checkout"):
        names = [name for _, name, _ in pkgutil.iter_modules(importlib.import_module(package).__path__)]
        if "signals" in names:
            yield importlib.import_module(f"{package}.signals")


def all_signals() -> dict[str, CommerceSignal]:
    return {
        name: value
        for module in signal_modules()
        for name, value in vars(module).items()
        if isinstance(value, CommerceSignal)
    }


def public_services() -> set[str]:
    return {name for module in SERVICES for name in module.__all__ if inspect.isfunction(getattr(module, name))}


@pytest.fixture
def heard() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Listen to every signal of the library."""
    found: list[tuple[str, dict[str, Any]]] = []
    receivers = {}
    for name, signal in all_signals().items():

        def hear(sender: object, heard_as: str = name, **payload: Any) -> None:
            found.append((heard_as, payload))

        receivers[name] = hear
        signal.connect(hear)
    yield found
    for name, signal in all_signals().items():
        signal.disconnect(receivers[name])


@pytest.fixture
def shop(channel: Channel, product: Product, category: Category, customer: Customer) -> Shop:
    return Shop(channel, product, category, customer)


def test_every_service_that_changes_something_is_tried() -> None:
    assert public_services() == SCENARIOS.keys() | SILENT


@pytest.mark.parametrize("service", SCENARIOS)
def test_a_change_is_told_after_commit_with_the_documented_payload(
    service: str,
    shop: Shop,
    heard: list[tuple[str, dict[str, Any]]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    expected, run = SCENARIOS[service]
    with django_capture_on_commit_callbacks(execute=True):
        run(shop)
        assert heard == []
    assert expected in {name for name, _ in heard}
    for name, payload in heard:
        payload.pop("signal")
        assert payload.keys() == all_signals()[name].payload.keys()


def test_every_signal_is_sent_by_some_service() -> None:
    assert {expected for expected, _ in SCENARIOS.values()} == all_signals().keys()


def test_every_signal_and_each_part_of_its_payload_is_documented() -> None:
    assert all_signals().keys() == {name for module in signal_modules() for name in module.__all__}
    for signal in all_signals().values():
        assert signal.__doc__
        assert signal.payload
        assert all(signal.payload.values())
