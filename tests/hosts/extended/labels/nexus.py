"""A plugin that puts a label on products and lines. It derives from nothing of the library."""

from django.db import models

from nexus_commerce.core.expose import Expose


class LabeledProduct(models.Model):
    label_color = models.CharField(max_length=16, default="white")

    nexus_api = {"label_color": Expose(read="public", write="staff", filter=True)}

    class Meta:
        abstract = True


class LabeledOrderLine(models.Model):
    label_printed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        indexes = [models.Index(name="orderline_label", fields=["label_printed_at"])]
