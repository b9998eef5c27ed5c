"""An order that nobody placed, for previews in a shop without orders, and what the mails say besides of a real one."""

from django.utils import timezone
from django.utils.translation import gettext as _

from nexus_commerce.core.formatting import format_money
from nexus_commerce.notifications.parts import Parcel, PaymentShown, RefundShown, goods_item
from nexus_commerce.notifications.receipts import AddressShown, Item, Receipt, Row, country_name
from nexus_commerce.orders.models import Order

__all__ = ["SAMPLE_NUMBER", "sample_parcel", "sample_payment", "sample_receipt", "sample_refund"]

SAMPLE_NUMBER = "7KQ0F-3XMDP"
CURRENCY = "EUR"
TRACKING = "https://parcels.example/00340434161094021501"


def sample_receipt() -> Receipt:
    """Return an order over 54.40 euros that nobody placed."""
    return Receipt(
        number=SAMPLE_NUMBER,
        placed_at=timezone.now(),
        items=sample_items(priced=True),
        sums=(
            Row(_("Subtotal"), euros(5200)),
            Row(_("Welcome (HELLO5)"), euros(-250)),
            Row(_("Parcel"), euros(490)),
        ),
        total=euros(5440),
        included=(Row(_("VAT 19 %"), euros(869), _("on %(base)s") % {"base": euros(4571)}),),
        addresses=(AddressShown("shipping", ("Ada Ling", "Allee 1", "10115 Berlin", country_name("DE"))),),
    )


def sample_items(*, priced: bool) -> tuple[Item, ...]:
    """Return a shirt and two cups."""
    return (
        Item(_("Linen shirt"), 1, (_("Size: M, Color: blue"),), euros(3600) if priced else ""),
        Item(_("Cup"), 2, (), euros(1600) if priced else ""),
    )


def sample_payment() -> PaymentShown:
    """Return a bank transfer that is still to come."""
    said = _("Please transfer the total, naming your order number.")
    return PaymentShown(ways=(Row(_("Bank transfer"), euros(5440)),), due=euros(5440), instructions=(said,))


def sample_parcel(order: Order | None) -> Parcel:
    """Return a parcel with all of an order."""
    items = (
        tuple(goods_item(line, line.quantity) for line in order.lines.all()) if order else sample_items(priced=False)
    )
    return Parcel(items, _("Parcel service"), TRACKING.rpartition("/")[2], TRACKING)


def sample_refund(order: Order | None) -> RefundShown:
    """Return a refund of all that an order cost."""
    amount = format_money(order.total, order.currency) if order else euros(5440)
    return RefundShown(amount, way=_("Bank transfer"))


def euros(minor: int) -> str:
    """Return an amount of euros in the active language."""
    return format_money(minor, CURRENCY)
