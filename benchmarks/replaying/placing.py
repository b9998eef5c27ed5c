"""Put the rows of an invoice into a cart and place the order, as the two requests of a shopper would."""

from typing import Final

from django.db import transaction

from benchmarks.replaying.invoices import Invoice
from benchmarks.replaying.reading import FileRow
from benchmarks.replaying.shop import CHANNEL_COUNTRY, COUNTRIES, Shop
from nexus_commerce.cart.services import NewLine, add_lines, create_cart, set_address
from nexus_commerce.checkout.services import place_order
from nexus_commerce.customers.services import AddressData

__all__ = ["place_invoice"]

GUEST: Final = "guest@customers.example"


def place_invoice(shop: Shop, invoice: Invoice) -> int:
    """Place the order of an invoice at the file's time and prices; return its total in minor units.

    Each row becomes a line of its own, also where a code comes twice: what tells the lines apart, and carries the
    price to the price policy, is their personalization. The shopper agrees to the total that the cart showed.
    """
    customer = shop.customers.get(invoice.customer)
    with transaction.atomic():
        cart, _ = create_cart(
            channel=shop.channel,
            customer=customer,
            fields={
                "email": customer.email if customer else GUEST,
                "metadata": {"invoice": invoice.number, "country": invoice.country},
            },
        )
        set_address(cart=cart, kind="shipping", address=address_of(invoice))
    priced = add_lines(cart=cart, lines=[new_line(shop, row) for row in invoice.rows], now=invoice.at)
    placed = place_order(cart=cart, expected_total=priced.totals.total, now=invoice.at)
    return int(placed.order.total)


def new_line(shop: Shop, row: FileRow) -> NewLine:
    """Return the line of a row, with its price and what tells it from others of the same code."""
    wish = {"row": row.line, "price": str(row.price)}
    return NewLine(variant=shop.variants[row.code], quantity=row.quantity, personalization=wish)


def address_of(invoice: Invoice) -> AddressData:
    """Return an address in the invoice's country; the file gives no more of it."""
    country = COUNTRIES.get(invoice.country, CHANNEL_COUNTRY)
    return AddressData(line1="Not in the file", city=invoice.country, country=country)
