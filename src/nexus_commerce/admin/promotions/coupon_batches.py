"""Many codes at once: making them, and taking them home as a file."""

import csv
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nexus_commerce.admin.actions import ActionForm
from nexus_commerce.admin.formatting import EMPTY
from nexus_commerce.promotions.models import Coupon, Promotion
from nexus_commerce.promotions.services import create_coupons

__all__ = ["CouponBatchForm", "batches_of", "codes_file", "make_batch"]

COLUMNS = ("code", "batch", "usage_limit", "uses", "valid_from", "valid_until", "is_active")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


class CouponBatchForm(ActionForm):
    """How many codes, and what they are like."""

    count = forms.IntegerField(label=gettext_lazy("How many codes"), min_value=1, initial=100)
    starts_with = forms.CharField(
        label=gettext_lazy("They begin with"), max_length=24, required=False, help_text=gettext_lazy("Such as SUMMER-")
    )
    length = forms.IntegerField(label=gettext_lazy("Random characters"), min_value=6, max_value=32, initial=10)
    batch = forms.CharField(
        label=gettext_lazy("Name of the batch"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("To find and download them together."),
    )
    usage_limit = forms.IntegerField(
        label=gettext_lazy("Uses of each code"),
        min_value=1,
        initial=1,
        required=False,
        help_text=gettext_lazy("Empty: any number."),
    )
    valid_from = forms.SplitDateTimeField(label=gettext_lazy("Valid from"), required=False, widget=AdminSplitDateTime)
    valid_until = forms.SplitDateTimeField(label=gettext_lazy("Valid until"), required=False, widget=AdminSplitDateTime)


def make_batch(promotion: Promotion, data: dict[str, Any]) -> SafeString:
    """Make the codes, and return the message with a link to their file."""
    terms = {name: value for name, value in data.items() if name != "starts_with"}
    made = len(create_coupons(promotion=promotion, prefix=data["starts_with"], **terms))
    text = ngettext("%(count)s code was made.", "%(count)s codes were made.", made) % {"count": made}
    return format_html('{} <a href="{}">{}</a>', text, file_address(promotion, data["batch"]), _("Download them"))


def file_address(promotion: Promotion, batch: str) -> str:
    """Return where the codes of a batch are downloaded."""
    query = urlencode({"promotion": str(promotion.pk), "batch": batch})
    return f"{reverse('admin:nexus_promotions_coupon_download')}?{query}"


def batches_of(promotion: Promotion) -> SafeString | str:
    """Return the batches of a promotion with their numbers of codes, each a link to its file; one statement."""
    if not promotion.pk:
        return EMPTY
    found = Coupon.objects.filter(promotion=promotion).order_by("batch").values_list("batch").annotate(Count("pk"))
    rows = [(file_address(promotion, batch), batch or _("without a name"), count) for batch, count in found[:50]]
    return format_html_join("", '<a href="{}">{}</a> ({})<br>', rows) or EMPTY


def codes_file(coupons: Iterable[Any]) -> HttpResponse:
    """Return coupons as a CSV file."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="codes.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for coupon in coupons:
        writer.writerow([cell_of(getattr(coupon, name)) for name in COLUMNS])
    return response


def cell_of(value: Any) -> str:
    """Return a value for a spreadsheet, which must not take it for a formula."""
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
