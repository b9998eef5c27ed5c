from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import AppendOnly, Free, Named, Timestamped, Versioned
from nexus_commerce.core.fields import MAX_QUANTITY, at_most, country_validator
from nexus_commerce.core.labels import label_of


class AbstractStockLocation(Named, Timestamped, Free):
    """A place that holds stock and serves channels."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[country_validator])
    channels = models.ManyToManyField("nexus_channels.Channel", blank=True, related_name="stock_locations")
    priority = models.IntegerField(_("priority"), default=0, help_text=_("The higher one serves first."))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True
        ordering = ["-priority", "id"]
        verbose_name = _("stock location")
        verbose_name_plural = _("stock locations")

    def __str__(self) -> str:
        return self.name


class AbstractStockItem(Named, Timestamped, Versioned):
    """The stock of a variant at a location.

    ``on_hand`` units are there; of them ``allocated`` are promised to orders and ``reserved`` are held for
    checkouts. What can be sold is ``on_hand + backorder_limit - allocated - reserved``; the constraint holds it from
    below.
    """

    location = models.ForeignKey("nexus_inventory.StockLocation", models.PROTECT, related_name="items")
    variant = models.ForeignKey("nexus_catalog.Variant", models.CASCADE, related_name="stock_items")
    on_hand = models.BigIntegerField(_("on hand"), default=0)
    allocated = models.BigIntegerField(_("allocated"), default=0, editable=False)
    reserved = models.BigIntegerField(_("reserved"), default=0, editable=False)
    backorder_limit = models.BigIntegerField(_("backorder limit"), default=0)
    low_stock_level = models.PositiveIntegerField(_("low-stock level"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["variant", "location"]
        verbose_name = _("stock item")
        verbose_name_plural = _("stock items")
        constraints = [
            models.UniqueConstraint(name="nexus_stockitem_unique", fields=["variant", "location"]),
            models.CheckConstraint(
                name="nexus_stockitem_not_oversold",
                condition=models.Q(
                    allocated__gte=0,
                    reserved__gte=0,
                    allocated__lte=models.F("on_hand") + models.F("backorder_limit") - models.F("reserved"),
                ),
            ),
            models.CheckConstraint(
                name="nexus_stockitem_bounds",
                condition=models.Q(
                    on_hand__gte=0, on_hand__lte=10**12, backorder_limit__gte=0, backorder_limit__lte=10**12
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'variant')} at {label_of(self, 'location')}"

    @property
    def available(self) -> int:
        """The units that can be sold now."""
        return self.on_hand + self.backorder_limit - self.allocated - self.reserved


class AbstractStockMovement(AppendOnly):
    """A change of what is on hand. The movements of a stock item sum to its ``on_hand``."""

    stock_item = models.ForeignKey("nexus_inventory.StockItem", models.PROTECT, related_name="movements")
    quantity = models.BigIntegerField(_("quantity"), help_text=_("Negative: taken away."))
    reason = models.CharField(_("reason"), max_length=32)
    note = models.CharField(_("note"), max_length=255, blank=True)
    actor = models.CharField(_("actor"), max_length=255, blank=True)
    reference = models.UUIDField(_("reference"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.CheckConstraint(name="nexus_stockmovement_not_zero", condition=~models.Q(quantity=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.reason}"


class AbstractReservation(Timestamped):
    """A hold on stock for a checkout, until ``expires_at``. ``holder`` is the public id of the cart that is being
    ordered, ``line`` that of the order line.

    The row is deleted when the hold ends; what it became is an allocation, or nothing.
    """

    stock_item = models.ForeignKey("nexus_inventory.StockItem", models.CASCADE, related_name="reservations")
    holder = models.UUIDField(_("cart"))
    line = models.UUIDField(_("order line"))
    quantity = models.PositiveBigIntegerField(_("quantity"))
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        abstract = True
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        indexes = [models.Index(name="nexus_reservation_expiry", fields=["expires_at"])]
        constraints = [
            models.UniqueConstraint(name="nexus_reservation_unique", fields=["holder", "line", "stock_item"]),
            models.CheckConstraint(
                name="nexus_reservation_quantity",
                condition=models.Q(quantity__gte=1, quantity__lte=MAX_QUANTITY**2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {label_of(self, 'stock_item')}"


class AbstractAllocation(Timestamped):
    """Units of a stock item promised to an order line, by its public id.

    Open units are ``quantity - consumed - released``; the open units of a stock item sum to its ``allocated``.
    ``per_unit`` of them make one unit of the line: more than one where the line is a bundle.
    """

    stock_item = models.ForeignKey("nexus_inventory.StockItem", models.PROTECT, related_name="allocations")
    order = models.UUIDField(_("order"), db_index=True)
    line = models.UUIDField(_("order line"))
    quantity = models.PositiveBigIntegerField(_("quantity"))
    per_unit = models.PositiveIntegerField(_("for one unit of the line"), default=1)
    consumed = models.PositiveBigIntegerField(_("consumed"), default=0)
    released = models.PositiveBigIntegerField(_("released"), default=0)

    class Meta:
        abstract = True
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.UniqueConstraint(name="nexus_allocation_unique", fields=["line", "stock_item"]),
            at_most("nexus_allocation_used", "consumed", "released", limit="quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {label_of(self, 'stock_item')}"
