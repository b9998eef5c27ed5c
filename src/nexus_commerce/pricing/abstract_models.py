from typing import Any, ClassVar

from django.db import models, router, transaction
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import AppendOnly, Free, Named, Timestamped
from nexus_commerce.core.fields import (
    MAX_QUANTITY,
    CurrencyField,
    MinorUnitsField,
    amount_bounds,
    country_validator,
    window_order,
)
from nexus_commerce.core.labels import label_of
from nexus_commerce.pricing.querysets import (
    LIST_COLUMNS,
    PRICE_COLUMNS,
    PriceChangeManager,
    PriceListChangeManager,
    PriceListManager,
    PriceManager,
    PriceQuerySet,
    list_history,
    price_history,
)


class AbstractPriceList(Named, Timestamped, Free):
    """A named set of prices in one currency, for channels, and optionally one country, one customer group and a
    time.

    Whatever changes where, when or for whom it applies writes ``PriceListChange`` in the same transaction.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255)
    currency = CurrencyField(_("currency"))
    channels = models.ManyToManyField("nexus_channels.Channel", blank=True, related_name="price_lists")
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[country_validator])
    customer_group = models.ForeignKey(
        "nexus_customers.CustomerGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="price_lists",
        verbose_name=_("customer group"),
    )
    priority = models.IntegerField(_("priority"), default=0, help_text=_("The higher one wins."))
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PriceListManager()

    is_being_changed = False
    """Whether a service changes columns and channels together, and writes one row of history for both."""

    class Meta:
        abstract = True
        ordering = ["-priority", "id"]
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = [window_order("nexus_pricelist_window", "valid_from", "valid_until")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the row of history. Raises ``CurrencyIsFixed``; see there."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        columns = set(kwargs.get("update_fields") or {"currency", *LIST_COLUMNS})
        with transaction.atomic(using=using, savepoint=False):
            if "currency" in columns and self.pk is not None:
                lists: Any = type(self)._default_manager.using(using)
                lists.keep_currency([self.pk], self.currency)
            super().save(*args, **kwargs)
            if columns & LIST_COLUMNS and not self.is_being_changed:
                list_history(using).record([self.pk])


class AbstractPrice(Named, Timestamped):
    """``amount`` minor units for ``per`` units of a variant, from ``min_quantity`` units on, in a price list.

    ``compare_at`` is the original price shown beside a reduced one, ``floor`` the least that discounts may leave;
    both in minor units for the same ``per`` units. Every write of what is public writes ``PriceChange`` in the same
    transaction; ``pricing.services`` do that for many prices at once, and tell it.
    """

    price_list = models.ForeignKey("nexus_pricing.PriceList", models.CASCADE, related_name="prices")
    variant = models.ForeignKey("nexus_catalog.Variant", models.CASCADE, related_name="prices")
    min_quantity = models.PositiveIntegerField(_("from quantity"), default=1)
    amount = MinorUnitsField(_("amount"))
    per = models.PositiveIntegerField(_("per units"), default=1)
    compare_at = MinorUnitsField(_("compare-at price"), null=True, blank=True)
    floor = MinorUnitsField(_("price floor"), null=True, blank=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)

    objects = PriceManager()

    class Meta:
        abstract = True
        ordering = ["variant", "price_list", "min_quantity"]
        # Related managers write through the base manager: with Django's own, add() and set() would leave no history.
        base_manager_name = "objects"
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            amount_bounds("nexus_price_amounts", ["amount", "compare_at", "floor"]),
            models.CheckConstraint(
                name="nexus_price_quantities",
                condition=models.Q(
                    per__gte=1, per__lte=MAX_QUANTITY, min_quantity__gte=1, min_quantity__lte=MAX_QUANTITY
                ),
            ),
            window_order("nexus_price_window", "valid_from", "valid_until"),
            models.UniqueConstraint(
                name="nexus_price_unique",
                fields=["variant", "price_list", "min_quantity"],
                condition=models.Q(valid_from__isnull=True),
            ),
            models.UniqueConstraint(
                name="nexus_price_unique_scheduled",
                fields=["variant", "price_list", "min_quantity", "valid_from"],
                condition=models.Q(valid_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'variant')} from {self.min_quantity} in {label_of(self, 'price_list')}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the row of history."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            before = self._stored(using).lock_terms()
            super().save(*args, **kwargs)
            if not PRICE_COLUMNS.isdisjoint(kwargs.get("update_fields") or PRICE_COLUMNS):
                price_history(using).record(before, self._stored(using).terms())

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete with a row of history that it went."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            before = self._stored(using).lock_terms()
            deleted = super().delete(*args, **kwargs)
            price_history(using).record(before, {})
        return deleted

    def _stored(self, using: str) -> PriceQuerySet:
        rows = PriceQuerySet(type(self), using=using)
        return rows.filter(pk=self.pk) if self.pk is not None else rows.none()


class AbstractPriceChange(AppendOnly):
    """The history of public prices: what a price became, and when. ``amount`` is NULL where it was taken away.

    Kept so that the lowest price of the last 30 days can be shown beside a reduced one (Directive 98/6/EC, article 6a).
    So a list that ever had a price is switched off, not deleted.
    """

    price_list = models.ForeignKey("nexus_pricing.PriceList", models.PROTECT, related_name="changes")
    variant = models.ForeignKey("nexus_catalog.Variant", models.CASCADE, related_name="price_changes")
    min_quantity = models.PositiveIntegerField(_("from quantity"), default=1)
    amount = MinorUnitsField(_("amount"), null=True)
    per = models.PositiveIntegerField(_("per units"), default=1)
    valid_from = models.DateTimeField(_("valid from"), null=True)
    valid_until = models.DateTimeField(_("valid until"), null=True)

    objects: ClassVar[Any] = PriceChangeManager()

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        indexes = [models.Index(name="nexus_pricechange_recent", fields=["variant", "price_list", "created_at"])]
        constraints = [amount_bounds("nexus_pricechange_amount", ["amount"])]

    def __str__(self) -> str:
        return f"{label_of(self, 'variant')} from {self.min_quantity} in {label_of(self, 'price_list')}"


class AbstractPriceListChange(AppendOnly):
    """The history of price lists: what decided from then on whether and where a list applied.

    Together with ``PriceChange`` it says which price was public at any moment. ``channels`` holds primary keys;
    ``is_public`` is whether the list was for everybody, not for a customer group.
    """

    price_list = models.ForeignKey("nexus_pricing.PriceList", models.CASCADE, related_name="list_changes")
    channels = models.JSONField(_("channels"), default=list)
    country = models.CharField(_("country"), max_length=2, blank=True)
    priority = models.IntegerField(_("priority"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    is_public = models.BooleanField(_("public"), default=True)
    valid_from = models.DateTimeField(_("valid from"), null=True)
    valid_until = models.DateTimeField(_("valid until"), null=True)

    objects: ClassVar[Any] = PriceListChangeManager()

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("price list change")
        verbose_name_plural = _("price list changes")
        indexes = [models.Index(name="nexus_pricelistchange_recent", fields=["price_list", "created_at"])]

    def __str__(self) -> str:
        return label_of(self, "price_list")
