"""One row and more in every table of the library, written through the models in force, and a way to compare them."""

import datetime
import uuid
from typing import Any

from django.apps import apps
from django.db import connection

from nexus_commerce.core.registry import MODELS

__all__ = ["snapshot", "write_rows"]

THEN = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC)
ADDRESS = {"line1": "Main Street 1", "city": "Berlin", "country": "DE"}


def model(key: str) -> Any:
    label, name = MODELS[key].label, key.split(".")[1]
    return apps.get_model(label, name)


def make(key: str, /, **values: Any) -> Any:
    return model(key)._default_manager.create(**values)


def write_rows() -> None:
    """Write a three-level category tree, products of every type, and a row in every other table."""
    channel = make("channels.Channel", code="late", name="Late", currency="EUR", country="DE")
    root = make("catalog.Category", name="Goods")
    middle = make("catalog.Category", name="Books", parent=root)
    leaf = make("catalog.Category", name="Novels", parent=middle)
    make("catalog.Category", name="Services")
    product = _catalog(channel, leaf)
    variant = _variants(product)
    customer = _customers()
    _prices(channel, customer, variant)
    location = _stock(channel, variant)
    _taxes()
    _promotions(channel)
    _shipping(channel, location)
    _orders(channel, customer, variant)
    told = uuid.uuid4()
    event = make("events.OutboxEvent", type="order.placed", aggregate="order", aggregate_id=told, version=1)
    make("events.InboxEntry", consumer="erp", event=event, aggregate_id=told)
    endpoint = make("events.WebhookEndpoint", name="ERP", url="https://erp.example/hook", events=["*"], secret="-")
    make("events.WebhookDelivery", endpoint=endpoint, event=event)
    make("events.Job", kind="import")
    later = datetime.datetime(2040, 1, 1, tzinfo=datetime.UTC)
    make("events.IdempotencyKey", scope="s", principal="p", operation="o", fingerprint="f", expires_at=later)
    make("access.RateCount", key="k", window=later)


def _catalog(channel: Any, leaf: Any) -> Any:
    tag = make("catalog.Tag", name="new")
    plain = make("catalog.Product", name="Plain")
    physical = make("catalog.Physical", name="Novel", customs_code="4901")
    digital = make("catalog.Digital", name="E-book", download_limit=3)
    bundle = make("catalog.Bundle", name="Both")
    for product in (plain, physical, digital, bundle):
        product.tags.add(tag)
        make("catalog.ProductListing", channel=channel, product=product)
        make("catalog.Slug", language="en", slug=f"p-{product.pk}", product=product)
    make("catalog.ProductRelation", product=physical, related=digital)
    make("catalog.ProductCategory", product=physical, category=leaf, is_primary=True)
    # The catalog derives this row itself when the placement is written through it.
    model("catalog.ProductAncestor").objects.get_or_create(product=physical, category=leaf)
    collection = make("catalog.Collection", code="gifts", name="Gifts")
    make("catalog.CollectionProduct", collection=collection, product=physical)
    make("catalog.Attribute", code="pages", name="Pages", kind="integer").categories.add(leaf)
    media = make("catalog.Media", product=physical, alt="Cover")
    make("catalog.MediaRendition", media=media, size="small", file="small.png", width=10, height=10)
    return physical


def _variants(product: Any) -> Any:
    option = make("catalog.Option", product=product, name="Cover")
    value = make("catalog.OptionValue", option=option, value="Hard")
    variant = make("catalog.Variant", product=product, sku="NOVEL-HARD", signature=str(value.pk))
    variant.option_values.add(value)
    both = make("catalog.Variant", product=model("catalog.Bundle").objects.get(), sku="BOTH")
    make("catalog.BundleItem", bundle=both, variant=variant, quantity=2)
    return variant


def _customers() -> Any:
    group = make("customers.CustomerGroup", code="club", name="Club")
    customer = make("customers.Customer", email="ada@example.com")
    customer.groups.add(group)
    make("customers.Address", customer=customer, **ADDRESS)
    return customer


def _prices(channel: Any, customer: Any, variant: Any) -> None:
    prices = make("pricing.PriceList", code="eur", name="Euro", currency="EUR", customer_group=customer.groups.get())
    prices.channels.add(channel)
    make("pricing.Price", price_list=prices, variant=variant, amount=1290)
    make("pricing.PriceChange", price_list=prices, variant=variant, amount=1290)
    make("pricing.PriceListChange", price_list=prices, channels=[channel.pk], is_public=False)


def _stock(channel: Any, variant: Any) -> Any:
    location = make("inventory.StockLocation", code="main", name="Main")
    location.channels.add(channel)
    item = make("inventory.StockItem", location=location, variant=variant, on_hand=7, allocated=1, reserved=1)
    make("inventory.StockMovement", stock_item=item, quantity=7, reason="count")
    ids = {"stock_item": item, "quantity": 1}
    make("inventory.Reservation", holder=uuid.uuid4(), line=uuid.uuid4(), expires_at=THEN, **ids)
    make("inventory.Allocation", order=uuid.uuid4(), line=uuid.uuid4(), **ids)
    return location


def _taxes() -> None:
    tax_class = make("tax.TaxClass", code="standard", name="Standard", is_default=True)
    zone = make("tax.TaxZone", code="de", name="Germany", allows_reverse_charge=True)
    make("tax.TaxZoneArea", zone=zone, country="DE")
    make("tax.TaxRate", zone=zone, tax_class=tax_class, name="VAT 19 %", rate=19, valid_from=THEN)


def _promotions(channel: Any) -> None:
    promotion = make(
        "promotions.Promotion",
        name="Club day",
        currency="EUR",
        conditions=[{"code": "order_value", "args": {"at_least": 1000}}],
        effects=[{"code": "order_percent", "args": {"percent": "10"}}],
        needs_coupon=True,
        usage_limit=100,
        usage_limit_per_customer=1,
        uses=1,
    )
    promotion.channels.add(channel)
    coupon = make("promotions.Coupon", promotion=promotion, code="CLUB", uses=1)
    make("promotions.CustomerUsage", promotion=promotion, customer_key="ada", usage_limit=1, uses=1)
    ids = {"promotion": promotion, "coupon": coupon, "customer_key": "ada"}
    make("promotions.Redemption", order=uuid.uuid4(), amount=100, currency="EUR", state="used", **ids)


def _shipping(channel: Any, location: Any) -> None:
    zone = make("shipping.ShippingZone", code="eu", name="Europe")
    make("shipping.ShippingZoneArea", zone=zone, country="DE", postcodes="10*")
    method = make("shipping.ShippingMethod", code="post", name="Post", kind="tiered")
    make("shipping.ShippingMethod", code="collect", name="Collect", kind="pickup", pickup_location=location)
    method.channels.add(channel)
    method.zones.add(zone)
    rate = make("shipping.ShippingRate", method=method, currency="EUR", amount=490, percent="1.5", free_from=5000)
    make("shipping.ShippingTier", rate=rate, starts_at=1000, amount=690)


def _orders(channel: Any, customer: Any, variant: Any) -> None:
    cart = make("cart.Cart", channel=channel, customer=customer, currency="EUR")
    make("cart.CartLine", cart=cart, variant=variant, quantity=2)
    make("cart.CartAddress", cart=cart, kind="shipping", **ADDRESS)
    place = {"language": "en", "time_zone": "UTC", "prices_include_tax": False, "display_tax": False}
    order = make(
        "orders.Order",
        number="N1",
        channel=channel,
        customer=customer,
        currency="EUR",
        subtotal=2580,
        total=2580,
        **place,
    )
    line = make(
        "orders.OrderLine",
        order=order,
        position=1,
        variant=variant,
        product_public_id=variant.product.public_id,
        variant_public_id=variant.public_id,
        product_type="nexus_catalog.physical",
        sku=variant.sku,
        product_name="Novel",
        quantity=2,
        unit_price=1290,
        list_price=1290,
        subtotal=2580,
        total=2580,
    )
    make("orders.OrderShipping", order=order, method="post", name="Post", amount=0)
    make("orders.OrderFee", order=order, code="wrap", name="Wrap", amount=0)
    make("orders.OrderDiscount", order=order, line=line, name="Club", amount=0)
    make("orders.OrderTax", order=order, line=line, name="VAT", rate=0, base=2580, amount=0)
    make("orders.OrderAddress", order=order, kind="shipping", **ADDRESS)
    make("orders.OrderEvent", order=order, type="placed")
    payment = make("payments.Payment", order=order, provider="manual", currency="EUR", amount=2580)
    make("payments.PaymentEvent", payment=payment, provider="manual", provider_event="1", type="created")
    make("payments.ProviderNotice", payment=payment, provider="manual", provider_event="1", type="captured")
    refund = make("payments.Refund", payment=payment, amount=0)
    make("payments.RefundLine", refund=refund, order_line=line, amount=0)
    account = make(
        "payments.CreditAccount",
        kind="gift_card",
        code_hash="a" * 60,
        code_end="ABCD",
        customer=customer,
        currency="EUR",
        balance=100,
    )
    make("payments.CreditEntry", account=account, amount=100, reason="issued", key="first")
    shipment = make("fulfillment.Shipment", order=order)
    make("fulfillment.ShipmentLine", shipment=shipment, order_line=line, quantity=1)


def snapshot() -> dict[str, Any]:
    """Return every row of every table of the library by its columns, the type of each product and its tags, the
    content types' ids, and what the tree says."""
    tables = {key: _rows(model(key)._meta.db_table) for key in MODELS}
    links = {
        f"{key}.{field.name}": _rows(field.remote_field.through._meta.db_table)
        for key in MODELS
        for field in model(key)._meta.local_many_to_many
    }
    products = model("catalog.Product").objects.order_by("pk")
    return {
        "tables": tables,
        "links": links,
        "types": {str(p.pk): type(p).__name__ for p in products},
        "tags": {str(p.pk): [tag.name for tag in p.tags.all()] for p in products},
        "tree": [(c.name, c.level, c.get_descendant_count()) for c in model("catalog.Category").objects.all()],
        "content types": {
            f"{c.app_label}.{c.model}": c.pk for c in apps.get_model("contenttypes.ContentType").objects.all()
        },
    }


def _rows(table: str) -> list[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
        columns = [column[0] for column in cursor.description]
        return [{c: _text(c, v) for c, v in zip(columns, row, strict=True)} for row in cursor.fetchall()]


def _text(column: str, value: Any) -> str:
    """Return a value to compare; a dump in JSON keeps no microseconds."""
    return str(value)[:19] if column.endswith("_at") else str(value)


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return what a later snapshot lost or changed; new columns, tables and content types are no loss."""
    lost = [
        f"{part} is {after[part]}" for part in ("types", "tags", "tree") if _plain(before[part]) != _plain(after[part])
    ]
    lost += [f"content type {k}" for k, pk in before["content types"].items() if after["content types"].get(k) != pk]
    for part in ("tables", "links"):
        for name, rows in before[part].items():
            kept = after[part].get(name, [])
            if [{c: row.get(c) for c in old} for old, row in zip(rows, kept, strict=False)] != rows:
                lost.append(f"{name}: {rows} became {kept}")
    return lost


def _plain(value: Any) -> Any:
    return [list(item) for item in value] if isinstance(value, list) else value
