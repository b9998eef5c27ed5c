from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Free, Named, Timestamped, Versioned
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.core.labels import label_of


class AbstractShipment(Named, Timestamped, Versioned, Free):
    """A parcel of order lines. States: ``pending``, ``shipped``, ``delivered``, ``canceled``.

    Units of a pending shipment are spoken for: no other shipment of the order takes them. Stock is consumed when it
    is shipped.
    """

    order = models.ForeignKey("nexus_orders.Order", models.PROTECT, related_name="shipments")
    location = models.ForeignKey(
        "nexus_inventory.StockLocation", models.PROTECT, null=True, blank=True, related_name="shipments"
    )
    state = models.CharField(_("state"), max_length=32, default="pending")
    carrier = models.CharField(_("carrier"), max_length=64, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=128, blank=True)
    tracking_url = models.URLField(_("tracking address"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    canceled_at = models.DateTimeField(_("canceled at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        indexes = [models.Index(name="nexus_shipment_state", fields=["state", "created_at"])]

    def __str__(self) -> str:
        return str(self.public_id)


class AbstractShipmentLine(models.Model):
    """Units of an order line in a shipment."""

    shipment = models.ForeignKey("nexus_fulfillment.Shipment", models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("nexus_orders.OrderLine", models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("line of a shipment")
        verbose_name_plural = _("lines of shipments")
        constraints = [
            models.UniqueConstraint(name="nexus_shipmentline_unique", fields=["shipment", "order_line"]),
            models.CheckConstraint(
                name="nexus_shipmentline_quantity", condition=models.Q(quantity__gte=1, quantity__lte=MAX_QUANTITY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {label_of(self, 'order_line')}"
