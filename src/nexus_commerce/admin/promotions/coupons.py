"""Codes of promotions in the admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import CommerceAdmin, CommerceForm
from nexus_commerce.admin.formatting import list_link, state_badge
from nexus_commerce.admin.promotions.coupon_batches import codes_file
from nexus_commerce.admin.promotions.states import window_of
from nexus_commerce.promotions.models import Coupon, Redemption
from nexus_commerce.promotions.services import normalize_code

__all__ = ["CouponAdmin", "CouponForm"]


class CouponForm(CommerceForm):
    """A code is kept in upper case, and opens a promotion that needs one."""

    def clean_code(self) -> str:
        return normalize_code(self.cleaned_data["code"])

    def clean_usage_limit(self) -> int | None:
        limit: int | None = self.cleaned_data["usage_limit"]
        if limit is not None and limit < self.instance.uses:
            message = _("It was used %(uses)s times already.")
            raise ValidationError(message, code="uses", params={"uses": self.instance.uses})
        return limit

    def clean_promotion(self) -> Any:
        promotion = self.cleaned_data["promotion"]
        if not promotion.needs_coupon:
            raise ValidationError(_("The promotion applies without a code."), code="promotion")
        return promotion


class CouponStateFilter(admin.SimpleListFilter):
    """Narrow to the codes that can be used, or that cannot."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("usable", _("Usable")),
            ("used_up", _("Used up")),
            ("scheduled", _("Not yet valid")),
            ("ended", _("Ended")),
            ("off", _("Switched off")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        states = {
            "used_up": Q(uses__gte=F("usage_limit")),
            "scheduled": Q(valid_from__gt=now),
            "ended": Q(valid_until__lte=now),
            "off": Q(is_active=False),
        }
        if self.value() == "usable":
            left = Q(usage_limit__isnull=True) | Q(uses__lt=F("usage_limit"))
            begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
            lasting = Q(valid_until__isnull=True) | Q(valid_until__gt=now)
            return queryset.filter(left, begun, lasting, is_active=True)
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(Coupon)
class CouponAdmin(CommerceAdmin):
    form = CouponForm
    list_display = ["code", "promotion", "batch", "state_label", "uses_of_limit", "window"]
    list_filter = [CouponStateFilter, ("batch", admin.AllValuesFieldListFilter)]
    list_select_related = ["promotion"]
    search_fields = ["code", "=batch", "promotion__name"]
    autocomplete_fields = ["promotion"]
    readonly_fields = ["redemptions_link", "created_at", "public_id"]
    actions = ["download_codes", "switch_off"]
    fieldsets = [
        (None, {"fields": ["promotion", "code", "batch", "is_active"]}),
        (_("Limits"), {"fields": [("usage_limit", "redemptions_link"), ("valid_from", "valid_until")]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["created_at", "public_id"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        own = path("download/", self.admin_site.admin_view(self.download_view), name="nexus_promotions_coupon_download")
        return [own, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the promotion and the code of a coupon: both may be printed somewhere."""
        given = super().get_readonly_fields(request, obj)
        return [*given, "promotion", "code"] if obj else given

    def download_view(self, request: HttpRequest) -> HttpResponse:
        """Answer with the codes of one batch of a promotion."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        promotion = request.GET.get("promotion", "")
        batch = request.GET.get("batch", "").replace("\x00", "")
        known = promotion.isdecimal() and len(promotion) < 19
        coupons = Coupon.objects.filter(promotion=int(promotion) if known else 0, batch=batch)
        return codes_file(coupons.order_by("pk").iterator(chunk_size=2000))

    @admin.action(description=_("Download as CSV"), permissions=["view"])
    def download_codes(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return codes_file(queryset.iterator(chunk_size=2000))

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        off = queryset.update(is_active=False, updated_at=timezone.now())
        self.message_user(request, _("%(count)s codes were switched off.") % {"count": off})

    @admin.display(description=_("state"))
    def state_label(self, coupon: Any) -> str:
        now = timezone.now()
        if not coupon.is_active:
            return state_badge("off")
        if coupon.usage_limit is not None and coupon.uses >= coupon.usage_limit:
            return state_badge("used_up")
        if coupon.valid_until and coupon.valid_until <= now:
            return state_badge("ended")
        return state_badge("scheduled" if coupon.valid_from and coupon.valid_from > now else "active")

    @admin.display(description=_("uses"), ordering="uses")
    def uses_of_limit(self, coupon: Any) -> str:
        if coupon.usage_limit is None:
            return str(_("no limit"))
        return _("%(uses)s of %(limit)s") % {"uses": coupon.uses, "limit": coupon.usage_limit}

    @admin.display(description=_("valid"), ordering="valid_from")
    def window(self, coupon: Any) -> str:
        return window_of(coupon)

    @admin.display(description=_("redemptions"))
    def redemptions_link(self, coupon: Any) -> str:
        if not coupon.pk:
            return ""
        return list_link(Redemption, coupon.redemptions.count(), coupon__id__exact=coupon.pk)
