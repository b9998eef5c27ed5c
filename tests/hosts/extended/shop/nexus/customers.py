"""What the shop adds to customers."""

from django.db import models

from nexus_commerce.core.expose import Expose
from nexus_commerce.customers.abstract_models import AbstractAddress, AbstractCustomer, AbstractCustomerGroup


class ShopCustomer(AbstractCustomer):
    """A customer who collects points; the e-mail index is replaced by a plain one of the same name."""

    points = models.PositiveIntegerField(default=0)
    favorite_brand = models.ForeignKey(
        "extended_shop.Brand", models.SET_NULL, null=True, blank=True, related_name="fans"
    )

    nexus_api = {"points": Expose(read="owner")}

    class Meta:
        abstract = True
        indexes = [models.Index(name="nexus_customer_email", fields=["email"])]
        constraints = [models.CheckConstraint(name="customer_points", condition=models.Q(points__lte=1_000_000))]


class ShopCustomerGroup(AbstractCustomerGroup):
    account_manager = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        abstract = True


class ShopAddress(AbstractAddress):
    door_code = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        abstract = True
