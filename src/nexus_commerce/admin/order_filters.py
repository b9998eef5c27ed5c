"""Filters of the list of orders. Their choices are known: none has to be read from the table."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.order_panels import REVIEW_REASONS
from nexus_commerce.orders.flows import order_flow
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund

__all__ = ["AttentionFilter", "FulfillmentFilter", "PaymentFilter", "ReviewFilter", "StateFilter"]

LIBRARY_ORDER = ("review", "pending", "placed", "completed", "canceled", "expired")


class ValuesFilter(admin.SimpleListFilter):
    """Narrow to one of the values that a text column can have."""

    column: ClassVar[str]

    def values(self) -> Iterable[str]:
        """Return the values to choose from."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(value, value.replace("_", " ")) for value in self.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class StateFilter(ValuesFilter):
    """The states of the flow in force."""

    title = _("state")
    parameter_name = column = "state"

    def values(self) -> Iterable[str]:
        own = sorted(order_flow().states - set(LIBRARY_ORDER))
        return (*LIBRARY_ORDER, *own)


class PaymentFilter(ValuesFilter):
    """How far orders are paid."""

    title = _("payment")
    parameter_name = column = "payment_state"

    def values(self) -> Iterable[str]:
        return ("unpaid", "authorized", "partially_paid", "paid", "partially_refunded", "refunded")


class FulfillmentFilter(ValuesFilter):
    """How far orders are sent."""

    title = _("fulfillment")
    parameter_name = column = "fulfillment_state"

    def values(self) -> Iterable[str]:
        return ("unfulfilled", "partially_fulfilled", "fulfilled")


class ReviewFilter(ValuesFilter):
    """Why orders are in review."""

    title = _("review")
    parameter_name = column = "review_reason"

    def values(self) -> Iterable[str]:
        return REVIEW_REASONS


class AttentionFilter(admin.SimpleListFilter):
    """What does not go on by itself, or has not yet, is one click away."""

    title = _("what needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("any", _("Any of these")),
            ("review", _("In review")),
            ("refunds", _("Refunds under way")),
            ("unknown", _("Outcome unknown")),
            ("asked", _("Provider being asked")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        found = {
            "review": Q(state="review"),
            "refunds": Q(pk__in=Refund.objects.filter(state="pending").values("payment__order")),
            "unknown": Q(pk__in=Payment.objects.filter(state="unknown").values("order")),
            "asked": Q(pk__in=Payment.objects.exclude(operation="").values("order")),
        }
        chosen = self.value() or ""
        if chosen == "any":
            return queryset.filter(found["review"] | found["refunds"] | found["unknown"] | found["asked"])
        return queryset.filter(found[chosen]) if chosen in found else queryset
