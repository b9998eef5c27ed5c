from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import AppendOnly, Free, Named, Timestamped, Versioned
from nexus_commerce.core.fields import MAX_QUANTITY, CurrencyField, MinorUnitsField, amount_bounds, at_most
from nexus_commerce.customers.abstract_models import AddressFields


class AbstractOrder(Named, Timestamped, Versioned, Free):
    """A placed, immutable snapshot of a cart, with the states that follow.

    All amounts are minor units of ``currency``. ``total = subtotal - discount_total + shipping_total + fee_total +
    rounding_total``, plus ``tax_total`` where prices do not include tax; discounts are positive figures that were
    taken off, ``shipping_total`` is after its own, and ``rounding_total`` is what rounding tax once on the whole
    order moved (at most a unit or so a line, of either sign).
    ``policies`` names the policies in force and ``explanation`` says where each amount came from, so that the order
    can be recomputed from itself.

    ``authorized``, ``captured``, ``refunded`` and ``refund_pending`` are the sums of its payments. While it is
    ``pending``, stock and promotions are held for it until ``expires_at``. A guest's token is made from
    ``access_nonce`` and a key of the project, so that a mail can carry it though only its hash is kept.
    """

    number = models.CharField(_("number"), max_length=64, unique=True)
    channel = models.ForeignKey("nexus_channels.Channel", models.PROTECT, related_name="orders")
    customer = models.ForeignKey(
        "nexus_customers.Customer", models.PROTECT, null=True, blank=True, related_name="orders"
    )
    cart = models.ForeignKey("nexus_cart.Cart", models.SET_NULL, null=True, blank=True, related_name="orders")
    state = models.CharField(_("state"), max_length=32, default="pending")
    payment_state = models.CharField(_("payment state"), max_length=32, default="unpaid")
    fulfillment_state = models.CharField(_("fulfillment state"), max_length=32, default="unfulfilled")
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    access_token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    access_token_expires_at = models.DateTimeField(null=True, editable=False)
    access_nonce = models.CharField(max_length=32, blank=True, editable=False)
    currency = CurrencyField(_("currency"))
    language = models.CharField(_("language"), max_length=16)
    time_zone = models.CharField(_("time zone"), max_length=64)
    prices_include_tax = models.BooleanField(_("prices include tax"))
    display_tax = models.BooleanField(_("shown with tax"))
    subtotal = MinorUnitsField(_("subtotal"))
    discount_total = MinorUnitsField(_("discounts"), default=0)
    shipping_total = MinorUnitsField(_("shipping"), default=0)
    fee_total = MinorUnitsField(_("fees"), default=0)
    rounding_total = MinorUnitsField(_("rounding"), default=0)
    tax_total = MinorUnitsField(_("tax"), default=0)
    total = MinorUnitsField(_("total"))
    authorized = MinorUnitsField(_("authorized"), default=0)
    captured = MinorUnitsField(_("captured"), default=0)
    refunded = MinorUnitsField(_("refunded"), default=0)
    refund_pending = MinorUnitsField(_("refunds under way"), default=0)
    expires_at = models.DateTimeField(_("to be paid until"), null=True, blank=True)
    review_reason = models.CharField(_("to be looked at because of"), max_length=64, blank=True)
    placed_at = models.DateTimeField(_("placed at"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    canceled_at = models.DateTimeField(_("canceled at"), null=True, blank=True)
    note = models.TextField(_("note of the customer"), blank=True)
    shipping_method = models.CharField(_("shipping method"), max_length=64, blank=True)
    coupon_codes = models.JSONField(_("coupon codes"), default=list, blank=True)
    policies = models.JSONField(_("policies in force"), default=dict, editable=False)
    explanation = models.JSONField(_("explanation"), default=dict, editable=False)
    defaults_version = models.CharField(_("defaults version"), max_length=16, editable=False)

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(name="nexus_order_state", fields=["state", "placed_at"]),
            models.Index(name="nexus_order_email", fields=["email"]),
            models.Index(name="nexus_order_placed", fields=["channel", "placed_at"]),
            models.Index(name="nexus_order_expiry", fields=["expires_at"], condition=models.Q(state="pending")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="nexus_order_one_live_per_cart",
                fields=["cart"],
                condition=models.Q(cart__isnull=False) & ~models.Q(state="expired"),
            ),
            amount_bounds(
                "nexus_order_amounts",
                [
                    "subtotal",
                    "discount_total",
                    "shipping_total",
                    "fee_total",
                    "tax_total",
                    "total",
                    "authorized",
                    "captured",
                ],
            ),
            at_most("nexus_order_refunds", "refunded", "refund_pending", limit="captured"),
        ]

    def __str__(self) -> str:
        return self.number


class AbstractOrderLine(Named, Timestamped, Free):
    """What was bought on a line, as it was then: nothing here changes when the catalog does.

    ``unit_price`` and ``list_price`` are minor units per ``per`` units; ``subtotal`` is the rounded line before
    discounts, ``total`` what the customer pays for it in the order's price basis.
    """

    order = models.ForeignKey("nexus_orders.Order", models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("position"))
    variant = models.ForeignKey("nexus_catalog.Variant", models.PROTECT, related_name="order_lines")
    product_public_id = models.UUIDField(_("product"))
    variant_public_id = models.UUIDField(_("variant"))
    product_type = models.CharField(_("product type"), max_length=100)
    sku = models.CharField(_("SKU"), max_length=64)
    product_name = models.CharField(_("product name"), max_length=255)
    variant_name = models.CharField(_("variant name"), max_length=255, blank=True)
    options = models.JSONField(_("options"), default=list, blank=True)
    personalization = models.JSONField(_("personalization"), default=dict, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit = models.CharField(_("unit of measure"), max_length=16, default="piece")
    unit_price = MinorUnitsField(_("unit price"))
    per = models.PositiveIntegerField(_("per units"), default=1)
    list_price = MinorUnitsField(_("list price"))
    price_list = models.CharField(_("price list"), max_length=64, blank=True)
    tax_class = models.CharField(_("tax class"), max_length=32, blank=True)
    is_discountable = models.BooleanField(_("discountable"), default=True)
    requires_shipping = models.BooleanField(_("requires shipping"), default=True)
    weight = models.PositiveIntegerField(_("weight of a unit (g)"), null=True, blank=True)
    subtotal = MinorUnitsField(_("subtotal"))
    discount_total = MinorUnitsField(_("discounts"), default=0)
    tax_total = MinorUnitsField(_("tax"), default=0)
    total = MinorUnitsField(_("total"))
    canceled_quantity = models.PositiveIntegerField(_("canceled"), default=0)
    shipped_quantity = models.PositiveIntegerField(_("shipped"), default=0)
    returned_quantity = models.PositiveIntegerField(_("returned"), default=0)
    refunded_quantity = models.PositiveIntegerField(_("refunded"), default=0)
    refunded_amount = MinorUnitsField(_("refunded amount"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(name="nexus_orderline_position", fields=["order", "position"]),
            models.CheckConstraint(
                name="nexus_orderline_quantity",
                condition=models.Q(quantity__gte=1, quantity__lte=MAX_QUANTITY, per__gte=1),
            ),
            amount_bounds(
                "nexus_orderline_amounts",
                ["unit_price", "list_price", "subtotal", "discount_total", "tax_total", "total"],
            ),
            at_most("nexus_orderline_shipped", "shipped_quantity", "canceled_quantity", limit="quantity"),
            at_most("nexus_orderline_returned", "returned_quantity", limit="shipped_quantity"),
            at_most("nexus_orderline_refunded", "refunded_quantity", limit="quantity"),
            models.CheckConstraint(
                name="nexus_orderline_refunded_amount",
                condition=models.Q(
                    refunded_amount__gte=0, refunded_amount__lte=models.F("total") + models.F("tax_total")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class AbstractOrderAddress(AddressFields):
    """The shipping or billing address of an order, as it was then."""

    order = models.ForeignKey("nexus_orders.Order", models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=16)

    class Meta:
        abstract = True
        verbose_name = _("order address")
        verbose_name_plural = _("order addresses")
        constraints = [models.UniqueConstraint(name="nexus_orderaddress_unique", fields=["order", "kind"])]


class AbstractOrderEvent(AppendOnly):
    """Something that happened to an order: who did what, and when. States change nowhere without one."""

    order = models.ForeignKey("nexus_orders.Order", models.CASCADE, related_name="events")
    type = models.CharField(_("type"), max_length=64)
    from_state = models.CharField(_("from state"), max_length=32, blank=True)
    to_state = models.CharField(_("to state"), max_length=32, blank=True)
    actor = models.CharField(_("actor"), max_length=255, blank=True)
    note = models.TextField(_("note"), blank=True)
    data = models.JSONField(_("data"), default=dict)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("order event")
        verbose_name_plural = _("order events")

    def __str__(self) -> str:
        return self.type
