"""What the shop adds to the models of the library."""

from django.db import models

from nexus_commerce.catalog.abstract_models import (
    AbstractCategory,
    AbstractDigital,
    AbstractPhysical,
    AbstractProduct,
    AbstractTag,
    AbstractVariant,
)
from nexus_commerce.core.expose import Expose
from nexus_commerce.customers.abstract_models import AbstractCustomer
from nexus_commerce.orders.abstract_models import AbstractOrder, AbstractOrderLine


class LateProduct(AbstractProduct):
    """Null, default, index, unique, check, ordering and a method, all of them late."""

    isbn = models.CharField(max_length=13, null=True, blank=True, unique=True)
    grade = models.CharField(max_length=8, default="A", db_index=True)
    substitutes = models.ManyToManyField("self", blank=True, symmetrical=False)

    nexus_api = {"isbn": Expose(read="public", write="staff", filter=True)}

    class Meta:
        abstract = True
        ordering = ["name", "-id"]
        indexes = [models.Index(name="product_grade", fields=["grade", "name"])]
        constraints = [models.CheckConstraint(name="product_grade_known", condition=models.Q(grade__in=["A", "B"]))]

    def label(self) -> str:
        return f"{self.name} ({self.grade})"


class LatePhysical(AbstractPhysical):
    packing_note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class LateDigital(AbstractDigital):
    license_terms = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


class LateCategory(AbstractCategory):
    menu_icon = models.CharField(max_length=40, null=True, blank=True)

    class Meta:
        abstract = True


class LateTag(AbstractTag):
    color = models.CharField(max_length=16, default="gray")

    class Meta:
        abstract = True


class LateVariant(AbstractVariant):
    supplier_number = models.CharField(max_length=40, null=True, blank=True, unique=True)

    class Meta:
        abstract = True


class LateCustomer(AbstractCustomer):
    points = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class LateOrder(AbstractOrder):
    delivery_slot = models.CharField(max_length=16, default="any")

    nexus_api = {"delivery_slot": Expose(read="owner", write="staff", filter=True, checkout=True)}

    class Meta:
        abstract = True


class LateOrderLine(AbstractOrderLine):
    cost = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True
