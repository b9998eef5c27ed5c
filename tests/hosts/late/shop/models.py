"""What the shop had before it extended the library: a product type and a table that points at products."""

from django.db import models

from nexus_commerce.catalog.models import Product


class Workshop(Product):
    """A product type of the shop."""

    seats = models.PositiveIntegerField(default=8)


class Review(models.Model):
    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="reviews")
    stars = models.PositiveSmallIntegerField()
