"""The cart that a promotion is tried on: what the form asks for, and what it starts with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.forms.formsets import formset_factory
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.promotions.code_fields import CodeField
from nexus_commerce.admin.promotions.code_sources import CODE_SOURCES, countries
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import NewLine
from nexus_commerce.cart.services.previewing import SampleCart, suggest_lines
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.customers.models import Customer
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.promotions.rules import PromotionInput, arguments_of
from nexus_commerce.shipping.models import ShippingMethod

__all__ = ["PREFIX", "SampleForm", "first_sample", "lines_of", "sample_lines", "suggested_lines"]

PREFIX = "sample"
NAMED_BY = {
    "product": "product__public_id__in",
    "variant": "public_id__in",
    "category": "product__ancestors__category__public_id__in",
    "collection": "product__collections__public_id__in",
}
"""How the variants are found that a code of a rule names."""

CANDIDATES = 12
ROWS = 4


class SampleForm(forms.Form):
    """Where and when the cart is, and whose it is."""

    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Channel"))
    country = forms.ChoiceField(label=_("Sent to"), required=False)
    shipping_method = forms.ChoiceField(label=_("Shipping method"), required=False)
    customer = forms.ModelChoiceField(Customer.objects.none(), label=_("Customer"), required=False)
    moment = forms.SplitDateTimeField(label=_("At"), required=False, widget=AdminSplitDateTime)
    with_others = forms.BooleanField(label=_("With the other active promotions"), required=False)

    def __init__(self, data: Any, *, site: AdminSite, initial: Any, sees_customers: bool) -> None:
        super().__init__(data, prefix=PREFIX, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["channel"].queryset = Channel.objects.order_by("-is_default", "code")
        fields["country"].choices = [("", _("As the channel")), *countries().items()]
        methods = ShippingMethod.objects.filter(is_active=True).values_list("code", "name")
        fields["shipping_method"].choices = [("", _("None")), *methods]
        fields["customer"].queryset = Customer.objects.all()
        fields["customer"].widget = AutocompleteSelect(Cart._meta.get_field("customer"), site)
        fields["customer"].widget.choices = fields["customer"].choices
        if not sees_customers:
            del self.fields["customer"]

    def cart(self, lines: Sequence[NewLine]) -> SampleCart:
        """Return the cart that was described."""
        filled = self.cleaned_data
        return SampleCart(
            channel=filled["channel"],
            lines=lines,
            customer=filled.get("customer"),
            country=filled["country"],
            shipping_method=filled["shipping_method"],
        )


class SampleLineForm(forms.Form):
    """So many units of a variant."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["variant"] = CodeField("variant", CODE_SOURCES["variant"], required=False, label=_("Variant"))
        self.fields["quantity"] = forms.IntegerField(
            label=_("Quantity"),
            min_value=1,
            max_value=MAX_QUANTITY,
            required=False,
            widget=forms.NumberInput({"class": "nexus-count"}),
        )


def first_sample(promotion: Promotion) -> dict[str, Any]:
    """Return what the form would send for the first channel that a promotion is for, without lines."""
    channels = Channel.objects.order_by("-is_default", "pk")
    first = channels.filter(promotions=promotion).first() or channels.first()
    filled = {"channel": first.pk if first else "", "with_others": "on"}
    return {f"{PREFIX}-{name}": value for name, value in filled.items()} | {
        f"{PREFIX}-lines-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")
    }


def sample_lines(data: Any = None, lines: Sequence[NewLine] = ()) -> Any:
    """Return the rows of the sample cart: as they were sent, or ``lines`` and some empty ones."""
    made = formset_factory(SampleLineForm, extra=max(1, ROWS - len(lines)), max_num=50)
    initial = [{"variant": str(line.variant), "quantity": line.quantity} for line in lines]
    return made(data, prefix=f"{PREFIX}-lines", initial=initial)


def lines_of(formset: Any) -> list[NewLine]:
    """Return the lines that were filled in; one unit where no quantity is given."""
    filled = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("variant")]
    return [NewLine(UUID(row["variant"]), row["quantity"] or 1) for row in filled]


def suggested_lines(promotion: PromotionInput, form: SampleForm, now: datetime) -> list[NewLine]:
    """Return a few lines that show what the promotion does: what its rules name, and what else the channel offers."""
    found = candidates(promotion, form.cleaned_data["channel"], now)
    sample = form.cart([NewLine(variant) for variant in found])
    return suggest_lines(promotion=promotion, sample=sample, now=now)


def candidates(promotion: PromotionInput, channel: Channel, now: datetime) -> list[UUID]:
    """Return variants to try a promotion on, those that its rules name first."""
    found: dict[UUID, None] = {}
    usable = Variant.objects.filter(archived_at__isnull=True).order_by("pk")
    for rule in (*promotion.conditions, *promotion.effects):
        for name, argument in arguments_of(rule).items():
            codes = getattr(rule, name) if argument.kind == "codes" and argument.of in NAMED_BY else ()
            if codes:
                named = usable.filter(**{NAMED_BY[argument.of]: codes}).values_list("public_id", flat=True)
                found |= dict.fromkeys(named[:CANDIDATES])
    visible = nexus_settings.PUBLICATION_POLICY().visible_products(channel=channel, now=now)
    others = usable.filter(product__in=visible.order_by()).values_list("public_id", flat=True)
    found |= dict.fromkeys(others[:CANDIDATES])
    return list(found)
