"""Promotions in the admin: a list that says what each does, and a form made from the registered classes."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, object_action
from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, without_fields
from nexus_commerce.admin.formatting import EMPTY, format_money, list_link
from nexus_commerce.admin.promotions.code_sources import CODE_SOURCES, is_currency
from nexus_commerce.admin.promotions.coupon_batches import CouponBatchForm, batches_of, make_batch
from nexus_commerce.admin.promotions.forms import PromotionForm
from nexus_commerce.admin.promotions.previews import PreviewPanel, make_panel
from nexus_commerce.admin.promotions.row_edits import BUTTON, edit_rows
from nexus_commerce.admin.promotions.rule_forms import KINDS, blank_row
from nexus_commerce.admin.promotions.samples import PREFIX, first_sample
from nexus_commerce.admin.promotions.states import PromotionStateFilter, promotion_badge, window_of, with_states
from nexus_commerce.admin.promotions.wording import words_of_promotion, words_of_rules
from nexus_commerce.channels.models import Channel
from nexus_commerce.promotions.models import Coupon, Promotion
from nexus_commerce.promotions.services import archive_promotion, change_promotion, create_promotion

__all__ = ["PromotionAdmin"]

PREVIEW = "_preview"
"""The name of the button that shows what the promotion on the form would do."""


@admin.register(Promotion)
class PromotionAdmin(ObjectActionsMixin, CommerceAdmin):
    form = PromotionForm
    change_form_template: ClassVar[Any] = "admin/nexus_commerce/promotion_change_form.html"
    list_display = ["name", "state_label", "what", "coupons_link", "used"]
    list_filter = [PromotionStateFilter, "needs_coupon", "channels", "currency"]
    search_fields = ["name", "description", "group", "=coupons__code"]
    autocomplete_fields = ["channels"]
    readonly_fields = ["coupons_link", "batches", "uses_of_limit", "spent_of_budget", "archived_at"]
    readonly_fields += ["created_at", "updated_at", "public_id"]
    object_actions = ["archive", "make_codes"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "description",
                    ("is_active", "archived_at"),
                    "channels",
                    ("currency", "basis"),
                    ("valid_from", "valid_until"),
                ]
            },
        ),
        (
            _("Limits"),
            {"fields": [("usage_limit", "usage_limit_per_customer", "budget"), ("uses_of_limit", "spent_of_budget")]},
        ),
        (_("Coupons"), {"fields": ["needs_coupon", ("coupons_link", "batches")]}),
        (_("Together with others"), {"fields": [("priority", "group"), ("is_exclusive", "stops_others")]}),
        (_("For shoppers"), {"fields": ["upsell_message"]}),
        (_("Record"), {"classes": ["collapse"], "fields": [("created_at", "updated_at"), "public_id"]}),
        FREE_DATA,
    ]

    class Media:
        css: ClassVar[Any] = {"all": ["nexus_commerce/promotions.css"]}

    def get_urls(self) -> list[URLPattern]:
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("rows/<slug:kind>/", view(self.row_view), name=f"{base}_row"),
            path("choices/<slug:of>/", view(self.choices_view), name=f"{base}_choices"),
            path("<path:object_id>/preview/", view(self.preview_view), name=f"{base}_preview"),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = with_states(super().get_queryset(request))
        counted: QuerySet[Any] = found.annotate(coupon_count=Count("coupons", distinct=True))
        return counted

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        given = super().get_changeform_initial_data(request)
        channel = Channel.objects.order_by("-is_default", "pk").first()
        return {"currency": channel.currency, **given} if channel else given

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_fieldsets(request, obj)
        later = [name for name in self.readonly_fields if name != "archived_at" or not obj]
        if obj:
            return given if obj.archived_at else without_fields(given, ["archived_at"])
        return [entry for entry in without_fields(given, later) if entry[1]["fields"]]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.is_draft = BUTTON in request.POST
        form.is_trial = PREVIEW in request.POST
        form.fresh = getattr(request, "nexus_fresh", {})
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            edited = edit_rows(request.POST)
            request.POST = edited.data  # type: ignore[assignment]
            request.nexus_fresh = edited.fresh  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form, obj = context["adminform"].form, kwargs.get("obj")
        context["rules"] = form.rules
        if form.is_bound and not form.is_draft:
            context["errors"].extend(error for rows in form.rules.values() for error in rows.errors if error)
            context["errors"].extend(rows.non_form_errors() for rows in form.rules.values() if rows.non_form_errors())
        if not (self.has_change_permission(request, obj) if obj else self.has_add_permission(request)):
            context["rules"] = None
            context["words"] = words_by_kind(obj)
        context["preview"] = self.panel(request, form) if context["rules"] else None
        return super().render_change_form(request, context, *args, **kwargs)

    def panel(self, request: HttpRequest, form: PromotionForm) -> PreviewPanel:
        """Return the panel that tries the promotion as it is on the form."""
        is_asked = PREVIEW in request.POST and form.is_right
        channels = form.cleaned_data.get("channels") if is_asked else None
        data = request.POST if is_asked else None
        return make_panel(request, form.instance, site=self.admin_site, data=data, channels=channels)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what the promotion, as it is stored, does to a sample cart."""
        promotion = self.get_object(request, unquote(object_id))
        if promotion is None:
            raise Http404
        if not self.has_view_or_change_permission(request, promotion):
            raise PermissionDenied
        data = request.GET if f"{PREFIX}-channel" in request.GET else first_sample(promotion)
        panel = make_panel(request, promotion, site=self.admin_site, data=data, channels=None)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "subtitle": str(promotion),
            "opts": self.opts,
            "original": promotion,
            "preview": panel,
            "words": words_by_kind(promotion),
            "media": self.media + panel.form.media + panel.lines.media,
        }
        return TemplateResponse(request, "admin/nexus_commerce/promotion_preview.html", context)

    def row_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Answer with an empty row of a class, for the script that adds it to the form."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        asked, place = request.GET, request.GET.get("place", "")
        currency = asked.get("currency", "")
        if kind not in KINDS or not place.isdecimal() or len(place) > 4:
            raise Http404
        form = blank_row(
            kind, asked.get("code", ""), place=int(place), currency=currency if is_currency(currency) else ""
        )
        if form is None:
            raise Http404
        context = {"form": form, "kind": kind, "place": place}
        return TemplateResponse(request, "admin/nexus_commerce/promotion_rule.html", context)

    def choices_view(self, request: HttpRequest, of: str) -> HttpResponse:
        """Answer the search of a field for codes, in the form that Django's own answers have."""
        if not (self.has_view_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        if of not in CODE_SOURCES:
            raise Http404
        page = request.GET.get("page", "1")
        number = int(page) if page.isdecimal() and 0 < len(page) < 6 else 1
        found, more = CODE_SOURCES[of].search(request.GET.get("term", "").replace("\x00", ""), max(number, 1))
        results = [{"id": code, "text": str(label)} for code, label in found]
        return JsonResponse({"results": results, "pagination": {"more": more}})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        channels = form.cleaned_data.get("channels") if "channels" in form.changed_data else None
        if not change:
            saved = create_promotion(fields=form.new_columns(), channels=channels or ())
        elif (fields := form.changed_columns()) or channels is not None:
            saved = change_promotion(promotion=Promotion.objects.get(pk=obj.pk), fields=fields, channels=channels)
        else:
            return
        obj.__dict__.update(saved.__dict__)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Promotions are archived: orders keep what they took off."""
        return False

    @object_action(_("Archive"), open_for=lambda promotion: promotion.archived_at is None)
    def archive(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Take a promotion out of use."""
        archive_promotion(promotion=obj)
        return _("%(name)s is archived.") % {"name": obj}

    @object_action(
        _("Make codes"),
        form=CouponBatchForm,
        open_for=lambda promotion: promotion.needs_coupon and promotion.archived_at is None,
    )
    def make_codes(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Make a batch of codes."""
        return make_batch(obj, data)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, promotion: Any) -> str:
        badge, window = promotion_badge(promotion.state), window_of(promotion)
        return badge if window == EMPTY else format_html('{}<div class="nexus-quiet">{}</div>', badge, window)

    @admin.display(description=_("what it does"))
    def what(self, promotion: Any) -> str:
        return words_of_promotion(promotion)

    @admin.display(description=_("codes"), ordering="coupon_count")
    def coupons_link(self, promotion: Any) -> str:
        if not promotion.pk or not (promotion.needs_coupon or promotion.coupon_count):
            return EMPTY
        return list_link(Coupon, promotion.coupon_count, promotion__id__exact=promotion.pk)

    @admin.display(description=_("batches"))
    def batches(self, promotion: Any) -> str:
        return batches_of(promotion)

    @admin.display(description=_("uses"), ordering="uses")
    def uses_of_limit(self, promotion: Any) -> str:
        if promotion.usage_limit is None:
            return EMPTY
        return _("%(uses)s of %(limit)s") % {"uses": promotion.uses, "limit": promotion.usage_limit}

    @admin.display(description=_("spent"), ordering="spent")
    def spent_of_budget(self, promotion: Any) -> str:
        if promotion.budget is None or not promotion.currency:
            return EMPTY
        spent, budget = (format_money(minor, promotion.currency) for minor in (promotion.spent, promotion.budget))
        return _("%(spent)s of %(budget)s") % {"spent": spent, "budget": budget}

    @admin.display(description=_("used"), ordering="uses")
    def used(self, promotion: Any) -> str:
        told = [self.uses_of_limit(promotion), self.spent_of_budget(promotion)]
        lines = [(text,) for text in told if text != EMPTY]
        return format_html_join("", '<div class="nexus-line">{}</div>', lines) or EMPTY


def words_by_kind(promotion: Any) -> Mapping[Any, list[str]]:
    """Return the conditions and effects of a promotion in words, by the titles of the lists."""
    titles = {"conditions": _("Conditions"), "effects": _("Effects")}
    return {
        title: [words_of_rules(kind, [stored], promotion.currency) for stored in getattr(promotion, kind)]
        for kind, title in titles.items()
    }
