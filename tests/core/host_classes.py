"""Classes that a host might name, right and wrong."""

from django.db import models

from nexus_commerce.catalog.abstract_models import AbstractProduct, AbstractTag
from nexus_commerce.orders.abstract_models import AbstractOrder

ANSWER = 42


class GoodTag(AbstractTag):
    class Meta:
        abstract = True

    def shout(self) -> str:
        return self.name.upper()


class ColoredTag(AbstractTag):
    color = models.CharField(max_length=16, default="gray")

    class Meta:
        abstract = True


class PaintedTag(models.Model):
    color = models.CharField(max_length=8, default="red")

    class Meta:
        abstract = True


class SettledTag(ColoredTag, PaintedTag):
    color = models.CharField(max_length=32, default="blue")

    class Meta:
        abstract = True


class NamelessTag(AbstractTag):
    name = None

    class Meta:
        abstract = True


class NumberedTag(AbstractTag):
    name = models.IntegerField()

    class Meta:
        abstract = True


class DemandingTag(AbstractTag):
    shelf = models.IntegerField()

    class Meta:
        abstract = True


class MovedTag(AbstractTag):
    class Meta:
        abstract = True
        db_table = "mine"


class KeyedTag(AbstractTag):
    code = models.CharField(max_length=8, primary_key=True)

    class Meta:
        abstract = True


class PlainWithField:
    color = models.CharField(max_length=16)


class PlainWithMethod:
    def shout(self) -> str:
        return "plain"


class SortedTag(models.Model):
    class Meta:
        abstract = True
        ordering = ["-name"]


class OtherOrder(AbstractOrder):
    class Meta:
        abstract = True


class SlimProduct(AbstractProduct):
    nexus_without = ["nexus_product_name"]

    class Meta:
        abstract = True


class NumberPolicy:
    """Derives from nothing of the library."""


def step(*args: object) -> None:
    """A step of the totals."""


class SpecialTag(GoodTag):
    class Meta:
        abstract = True
