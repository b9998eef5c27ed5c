"""What a promotion would do to a sample cart, as the rows of a table."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from nexus_commerce.admin.formatting import format_money
from nexus_commerce.admin.promotions.preview_rows import Row, line_rows, refusal_rows, sum_rows
from nexus_commerce.admin.promotions.samples import SampleForm, lines_of, sample_lines, suggested_lines
from nexus_commerce.cart.services.previewing import PromotionPreview, preview_promotion
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.promotions.registry import build_rules, condition_classes, effect_classes
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.promotions.wording import words_of_refusal

__all__ = ["PreviewPanel", "make_panel", "promotion_input"]


@dataclass(slots=True)
class PreviewPanel:
    """The sample cart as a form, and what came of it; ``problem`` says why nothing did."""

    form: SampleForm
    lines: Any
    preview: PromotionPreview | None = None
    problem: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """The currency of the sample cart."""
        return self.preview.priced.cart.currency if self.preview else ""

    @property
    def verdict(self) -> str:
        """What came of it in one sentence."""
        assert self.preview is not None
        tried = self.preview.tried
        if not tried.reason:
            return _("It applies and takes %(amount)s off.") % {"amount": format_money(tried.amount, self.currency)}
        reasons = {
            "other_currency": _("It is for another currency than that of the channel."),
            "other_channel": _("It is not for this channel."),
        }
        why = reasons.get(tried.reason) or words_of_refusal(tried, currency=self.currency)
        return _("It does not apply.") + " " + why

    @property
    def refusals(self) -> list[Row]:
        """The conditions that are not met, with what was asked for and what was found."""
        return refusal_rows(self.preview) if self.preview else []

    @property
    def rows(self) -> list[Row]:
        """What each line and charge costs, before and after."""
        return line_rows(self.preview) if self.preview else []

    @property
    def sums(self) -> list[Row]:
        """The sums, before and after."""
        return sum_rows(self.preview) if self.preview else []

    @property
    def others(self) -> list[tuple[str, str]]:
        """What came of the other promotions."""
        if self.preview is None:
            return []
        own = self.preview.tried.promotion
        return [
            (
                tried.name,
                words_of_refusal(tried, currency=self.currency) or f"−{format_money(tried.amount, self.currency)}",
            )
            for tried in self.preview.priced.totals.tried
            if tried.promotion != own
        ]


def make_panel(
    request: HttpRequest, promotion: Promotion, *, site: AdminSite, data: Any, channels: Iterable[Channel] | None
) -> PreviewPanel:
    """Return the panel for a promotion as it is on the form or stored; without ``data`` it is empty.

    ``channels`` are those that the promotion is for; None asks the database. A sample cart without lines is filled.
    """
    bound = channels if channels is not None else list(promotion.channels.all()) if promotion.pk else []
    first = next(iter(bound), None) or Channel.objects.order_by("-is_default", "pk").first()
    initial = {"channel": first and first.pk, "with_others": True}
    sees = request.user.has_perm("nexus_customers.view_customer")
    form = SampleForm(data, site=site, initial=initial, sees_customers=sees)
    if data is None:
        return PreviewPanel(form, sample_lines())
    lines = sample_lines(data)
    panel = PreviewPanel(form, lines)
    if form.is_valid() and lines.is_valid():
        try:
            fill(panel, promotion, list(bound))
        except CommerceError as refusal:
            panel.problem = str(refusal)
    return panel


def fill(panel: PreviewPanel, promotion: Promotion, bound: list[Channel]) -> None:
    """Compute the preview that the panel asks for."""
    filled = panel.form.cleaned_data
    now = filled["moment"] or timezone.now()
    channel = filled["channel"]
    wanted = promotion_input(promotion, channel, bound)
    lines = lines_of(panel.lines) or suggested_lines(wanted, panel.form, now)
    if not lines:
        panel.problem = _("The channel offers nothing that has a price.")
        return
    panel.lines = sample_lines(lines=lines)
    panel.preview = preview_promotion(
        promotion=wanted, sample=panel.form.cart(lines), with_others=filled["with_others"], now=now
    )
    panel.notes = notes_of(panel.preview, promotion, now)


def notes_of(preview: PromotionPreview, promotion: Promotion, now: Any) -> list[str]:
    """Return what one should know of a preview besides: what is shown although it would not be so."""
    notes = []
    if preview.missing:
        skus = Variant.objects.filter(public_id__in=preview.missing).values_list("sku", flat=True)
        notes.append(_("Not offered by the channel, so not in the cart: %(skus)s.") % {"skus": ", ".join(skus)})
    if any(change.code == "shipping_outdated" for change in preview.priced.changes):
        notes.append(_("The shipping method is not offered for this cart."))
    starts, ends = promotion.valid_from, promotion.valid_until
    if (starts and now < starts) or (ends and now >= ends) or not promotion.is_active or promotion.archived_at:
        notes.append(_("At this moment it is not in force; this is what it does when it is."))
    if promotion.needs_coupon:
        notes.append(_("Shown as if the shopper had entered one of its codes."))
    return notes


def promotion_input(promotion: Promotion, channel: Channel, bound: list[Channel]) -> PromotionInput:
    """Return a promotion, saved or not, as the totals engine reads it for a cart of ``channel``."""
    return PromotionInput(
        id=str(promotion.public_id),
        rank=promotion.pk or sys.maxsize,
        name=promotion.name,
        conditions=build_rules(condition_classes(), promotion.conditions, where="conditions"),
        effects=build_rules(effect_classes(), promotion.effects, where="effects"),
        priority=promotion.priority,
        is_exclusive=promotion.is_exclusive,
        stops_others=promotion.stops_others,
        group=promotion.group,
        basis=cast('Literal["", "net", "gross"]', promotion.basis),
        refusal=refusal_of(promotion, channel, bound),
        budget_left=None if promotion.budget is None else max(0, promotion.budget - promotion.spent),
        upsell_message=promotion.upsell_message,
    )


def refusal_of(promotion: Promotion, channel: Channel, bound: list[Channel]) -> str:
    """Return why a promotion cannot apply to any cart of the channel; empty where it can."""
    reasons: Mapping[str, bool] = {
        "other_currency": promotion.currency not in ("", channel.currency),
        "other_channel": bool(bound) and channel not in bound,
        "used_up": promotion.usage_limit is not None and promotion.uses >= promotion.usage_limit,
        "budget_exhausted": promotion.budget is not None and promotion.spent >= promotion.budget,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")
