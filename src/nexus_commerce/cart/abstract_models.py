from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Free, Named, Timestamped, Versioned
from nexus_commerce.core.fields import MAX_QUANTITY, CurrencyField, MinorUnitsField, amount_bounds
from nexus_commerce.core.labels import label_of
from nexus_commerce.customers.abstract_models import AddressFields


class AbstractCart(Named, Timestamped, Versioned, Free):
    """An open intention to buy, of a customer or of whoever has its token (kept as a SHA-256 only).

    States: ``open``, ``frozen`` while an order is made of it, ``ordered``, ``merged`` into another cart. Totals are
    computed, never stored.

    ``shipping_choice`` keeps what the chosen method cost and what that depended on, ``tax_answer`` what an outside
    tax engine said of the cart, so that neither is asked inside a transaction.
    """

    channel = models.ForeignKey("nexus_channels.Channel", models.PROTECT, related_name="carts")
    customer = models.ForeignKey(
        "nexus_customers.Customer", models.CASCADE, null=True, blank=True, related_name="carts"
    )
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=32, default="open")
    currency = CurrencyField(_("currency"))
    language = models.CharField(_("language"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    note = models.TextField(_("note"), blank=True)
    shipping_method = models.CharField(_("shipping method"), max_length=64, blank=True)
    shipping_choice = models.JSONField(default=dict, blank=True, editable=False)
    coupon_codes = models.JSONField(_("coupon codes"), default=list, blank=True)
    tax_answer = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        indexes = [models.Index(name="nexus_cart_stale", fields=["state", "updated_at"])]
        constraints = [
            models.UniqueConstraint(
                name="nexus_cart_one_open",
                fields=["customer", "channel", "name"],
                condition=models.Q(state="open", customer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AbstractCartLine(Named, Timestamped, Free):
    """A quantity of a variant in a cart.

    ``personalization`` is what the shopper asks for on this line (an engraving); lines that differ in it stay apart.
    ``seen_unit_price`` (minor units per ``seen_per`` units) is the price when the shopper last saw it.
    """

    cart = models.ForeignKey("nexus_cart.Cart", models.CASCADE, related_name="lines")
    variant = models.ForeignKey("nexus_catalog.Variant", models.CASCADE, related_name="cart_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    personalization = models.JSONField(_("personalization"), default=dict, blank=True)
    personalization_hash = models.CharField(max_length=64, blank=True, editable=False)
    seen_unit_price = MinorUnitsField(_("unit price last seen"), null=True, blank=True, editable=False)
    seen_per = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("cart line")
        verbose_name_plural = _("cart lines")
        constraints = [
            models.UniqueConstraint(name="nexus_cartline_unique", fields=["cart", "variant", "personalization_hash"]),
            models.CheckConstraint(
                name="nexus_cartline_quantity", condition=models.Q(quantity__gte=1, quantity__lte=MAX_QUANTITY)
            ),
            amount_bounds("nexus_cartline_seen_price", ["seen_unit_price"]),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {label_of(self, 'variant')}"


class AbstractCartAddress(AddressFields, Timestamped):
    """The shipping or billing address of a cart."""

    cart = models.ForeignKey("nexus_cart.Cart", models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=16)

    class Meta:
        abstract = True
        verbose_name = _("cart address")
        verbose_name_plural = _("cart addresses")
        constraints = [models.UniqueConstraint(name="nexus_cartaddress_unique", fields=["cart", "kind"])]
