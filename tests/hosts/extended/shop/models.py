"""The shop's own tables: one that the library's models point at, some that point at them, a product type."""

from django.db import models

from nexus_commerce.catalog.models import Product


class Brand(models.Model):
    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Shelf(models.Model):
    """Points at an extended model and holds many of another."""

    name = models.CharField(max_length=80)
    star = models.ForeignKey("nexus_catalog.Product", models.SET_NULL, null=True, blank=True, related_name="shelves")
    variants = models.ManyToManyField("nexus_catalog.Variant", blank=True, related_name="shelves")

    def __str__(self) -> str:
        return self.name


class Course(Product):
    """A product type of the shop."""

    lessons = models.PositiveIntegerField(default=1)
