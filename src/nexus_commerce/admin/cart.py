"""Carts in the admin, to look at: shoppers and services change them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import FREE_DATA, ReadOnlyAdmin, ReadOnlyInline
from nexus_commerce.admin.formatting import money_column, state_badge
from nexus_commerce.cart.models import Cart, CartAddress, CartLine

__all__ = ["CartAddressInline", "CartAdmin", "CartLineInline"]


class CartLineInline(ReadOnlyInline):
    """The lines of a cart; its prices are computed when it is asked for, so only the last seen one is shown."""

    model = CartLine
    fields = ["variant", "product_name", "quantity", "seen_money", "personalization"]
    readonly_fields = ["product_name", "seen_money"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("cart", "variant__product")

    @admin.display(description=_("product"))
    def product_name(self, line: Any) -> str:
        return str(line.variant.product.name)

    seen_money = money_column("seen_unit_price", _("unit price last seen"), currency="cart__currency")


class CartAddressInline(ReadOnlyInline):
    """The addresses of a cart."""

    model = CartAddress
    fields = ["kind", "as_text", "phone"]
    readonly_fields = ["as_text"]

    @admin.display(description=_("address"))
    def as_text(self, address: Any) -> str:
        return str(address)


@admin.register(Cart)
class CartAdmin(ReadOnlyAdmin):
    list_display = ["public_id", "channel", "customer", "email", "state_label", "line_total", "updated_at"]
    list_filter = ["state", "channel", "updated_at"]
    list_select_related = ["channel", "customer"]
    search_fields = ["public_id", "email", "customer__email"]
    date_hierarchy = "updated_at"
    inlines = [CartLineInline, CartAddressInline]
    fieldsets = [
        (None, {"fields": ["public_id", "state_label", "channel", "currency", "customer", "email", "language"]}),
        (_("Wishes"), {"fields": ["name", "note", "shipping_method", "coupon_codes"]}),
        (_("Record"), {"fields": ["created_at", "updated_at", "version"]}),
        FREE_DATA,
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(line_count=Count("lines"))

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, cart: Any) -> str:
        return state_badge(cart.state)

    @admin.display(description=_("lines"), ordering="line_count")
    def line_total(self, cart: Any) -> int:
        return int(cart.line_count)
