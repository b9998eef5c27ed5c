"""Customers, their groups and address books in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, ExposedInline, StackedInline
from nexus_commerce.admin.filters import ArchivedFilter
from nexus_commerce.admin.formatting import list_link
from nexus_commerce.customers.models import Address, Customer, CustomerGroup
from nexus_commerce.orders.models import Order

__all__ = ["AddressAdmin", "AddressInline", "CustomerAdmin", "CustomerGroupAdmin"]

ADDRESS_FIELDS: list[Any] = [
    ("first_name", "last_name"),
    ("company", "vat_number"),
    "line1",
    "line2",
    "line3",
    ("postal_code", "city"),
    ("region", "country"),
    "phone",
]


class AddressInline(ExposedInline, StackedInline):
    """A customer's address book."""

    model = Address
    extra = 0
    fields = ["label", *ADDRESS_FIELDS, ("is_default_shipping", "is_default_billing")]
    classes = ["collapse"]


@admin.register(CustomerGroup)
class CustomerGroupAdmin(CommerceAdmin):
    list_display = ["name", "code", "members"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}
    fieldsets = [(None, {"fields": ["name", "code"]})]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(member_count=Count("customers"))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @admin.display(description=_("customers"), ordering="member_count")
    def members(self, group: Any) -> str:
        return list_link(Customer, group.member_count, groups__id__exact=group.pk)


@admin.register(Customer)
class CustomerAdmin(CommerceAdmin):
    list_display = ["__str__", "full_name", "user", "group_names", "orders_link", "created_at"]
    list_filter = [ArchivedFilter, "groups"]
    list_select_related = ["user"]
    search_fields = ["email", "first_name", "last_name"]
    date_hierarchy = "created_at"
    autocomplete_fields = ["groups"]
    raw_id_fields = ["user"]
    readonly_fields = ["orders_link", "created_at", "public_id"]
    inlines = [AddressInline]
    fieldsets = [
        (None, {"fields": ["email", ("first_name", "last_name"), "language", "user", "groups", "orders_link"]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["archived_at", "created_at", "public_id"]}),
        FREE_DATA,
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        customers = super().get_queryset(request).prefetch_related("groups")
        return customers.annotate(order_count=Count("orders", distinct=True))

    @admin.display(description=_("name"), ordering="last_name")
    def full_name(self, customer: Any) -> str:
        return f"{customer.first_name} {customer.last_name}".strip()

    @admin.display(description=_("groups"))
    def group_names(self, customer: Any) -> str:
        return ", ".join(group.name for group in customer.groups.all())

    @admin.display(description=_("orders"), ordering="order_count")
    def orders_link(self, customer: Any) -> str:
        return list_link(Order, customer.order_count, customer__id__exact=customer.pk) if customer.pk else ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Customers are archived; personal data is erased by its own command."""
        return False


@admin.register(Address)
class AddressAdmin(CommerceAdmin):
    list_display = ["__str__", "customer", "label", "country", "is_default_shipping", "is_default_billing"]
    list_filter = ["country"]
    list_select_related = ["customer"]
    search_fields = ["last_name", "company", "city", "postal_code", "customer__email"]
    autocomplete_fields = ["customer"]
    fieldsets = [
        (None, {"fields": ["customer", "label", *ADDRESS_FIELDS]}),
        (_("Used for"), {"fields": ["is_default_shipping", "is_default_billing"]}),
    ]
