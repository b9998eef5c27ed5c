"""Shipments in the admin: what is left to send of an order, sending it, and the slip that it is packed by."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.base import FREE_DATA, ReadOnlyAdmin, ReadOnlyInline
from nexus_commerce.admin.formatting import EMPTY, change_link, state_badge
from nexus_commerce.admin.packing import parcel_of
from nexus_commerce.admin.shipment_forms import NoteForm, TrackingForm
from nexus_commerce.fulfillment.flows import shipment_flow
from nexus_commerce.fulfillment.models import Shipment, ShipmentLine
from nexus_commerce.fulfillment.services import (
    cancel_shipment,
    deliver_shipment,
    find_shipment,
    left_to_ship,
    may_be_shipped,
    ship_shipment,
)
from nexus_commerce.orders.models import Order

__all__ = ["OrderShipmentInline", "ShipmentAdmin", "has_goods_to_send", "to_ship_panel"]


def may_become(state: str) -> Any:
    """Return the test whether a shipment may become ``state`` by the flow in force."""
    return lambda shipment: state in shipment_flow().transitions.get(shipment.state, ())


def has_goods_to_send(order: Order) -> bool:
    """Return whether the goods of an order may leave and some are left."""
    return may_be_shipped(order=order) and bool(left_to_ship(order=order))


def to_ship_panel(order: Order) -> str:
    """Return what is ordered, sent, packed and left of each line, as a table."""
    left = left_to_ship(order=order)
    rows = [
        {
            "line": line,
            "wanted": line.quantity - line.canceled_quantity,
            "left": left.get(line.public_id, 0),
            "packed": line.quantity - line.canceled_quantity - line.shipped_quantity - left.get(line.public_id, 0),
        }
        for line in order.lines.all()
    ]
    context = {"rows": rows, "left": sum(left.values()), "may_ship": may_be_shipped(order=order)}
    context["state"] = _("in review") if order.state == "review" else order.state.replace("_", " ")
    context["payment"] = order.payment_state.replace("_", " ")
    return render_to_string("admin/nexus_commerce/to_ship.html", context)


def tracking_link(shipment: Shipment) -> SafeString | str:
    """Return carrier and tracking number, linked where an address is known."""
    text = " ".join(filter(None, [shipment.carrier, shipment.tracking_number])) or shipment.tracking_url
    if not text:
        return EMPTY
    if not shipment.tracking_url.startswith(("https://", "http://")):
        return text
    return format_html('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>', shipment.tracking_url, text)


def units_in(shipment: Shipment) -> SafeString:
    """Return what is in a shipment; its lines are loaded."""
    rows = [(row.quantity, row.order_line.sku) for row in shipment.lines.all()]
    return format_html_join("", "{} × {}<br>", rows)


class OrderShipmentInline(ReadOnlyInline):
    """The shipments of an order."""

    model = Shipment
    fields = ["link", "state_label", "what", "tracking", "location", "shipped_at", "slip"]
    readonly_fields: ClassVar[Any] = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("location")
        return rows.prefetch_related("lines__order_line")

    @admin.display(description=_("shipment"))
    def link(self, shipment: Any) -> str:
        return change_link(shipment, short_name(shipment))

    @admin.display(description=_("state"))
    def state_label(self, shipment: Any) -> str:
        return state_badge(shipment.state)

    @admin.display(description=_("units"))
    def what(self, shipment: Any) -> str:
        return units_in(shipment)

    @admin.display(description=_("tracking"))
    def tracking(self, shipment: Any) -> str:
        return tracking_link(shipment)

    @admin.display(description=_("packing slip"))
    def slip(self, shipment: Any) -> str:
        return format_html('<a href="{}">{}</a>', slip_address(shipment), _("Open"))


def short_name(shipment: Shipment) -> str:
    """Return the first letters of a shipment's public id, enough to tell those of one order apart."""
    return str(shipment.public_id)[:8].upper()


def slip_address(shipment: Shipment) -> str:
    return reverse("admin:nexus_fulfillment_shipment_packing", args=[shipment.pk])


class ShipmentLineInline(ReadOnlyInline):
    """What is in a shipment."""

    model = ShipmentLine
    fields = ["article", "quantity"]
    readonly_fields: ClassVar[Any] = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("order_line")

    @admin.display(description=_("article"))
    def article(self, row: Any) -> str:
        line = row.order_line
        return format_html('{}<br><span class="nexus-quiet">{}</span>', line.product_name, line.sku)


@admin.register(Shipment)
class ShipmentAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    list_display = ["name", "order", "state_label", "what", "tracking", "location", "created_at", "shipped_at"]
    list_filter = ["state", "location", "carrier", "created_at"]
    list_select_related = ["order", "location"]
    search_fields = ["order__number", "tracking_number", "public_id", "lines__order_line__sku"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    inlines = [ShipmentLineInline]
    object_actions = ["send", "deliver", "cancel"]
    fieldsets = [
        (None, {"fields": [("order_link", "state_label"), ("tracking", "location"), "note"]}),
        (_("Record"), {"fields": [("created_at", "shipped_at"), ("delivered_at", "canceled_at"), "public_id"]}),
        FREE_DATA,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("lines__order_line")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.packing_view)
        own = path("<path:object_id>/packing/", view, name="nexus_fulfillment_shipment_packing")
        return [own, *super().get_urls()]

    def open_actions(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Add the packing slip, which everybody who sees the shipment may open."""
        return [*super().open_actions(request, obj), {"label": _("Packing slip"), "url": slip_address(obj)}]

    def packing_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what goes into the parcel, where it lies, and where it goes, to be printed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        shipment = find_shipment(public_id=row.public_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Packing slip"),
            "opts": self.opts,
            "original": shipment,
            "shipment": shipment,
            "name": short_name(shipment),
            "address": shipment.order.addresses.filter(kind="shipping").first(),
            "parcel": parcel_of(shipment),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/nexus_commerce/packing.html", context)

    @object_action(_("Send"), form=TrackingForm, open_for=may_become("shipped"))
    def send(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Note that a shipment left."""
        ship_shipment(shipment=obj, **data, actor=actor_of(request))
        return _("The shipment was sent.")

    @object_action(_("Delivered"), form=NoteForm, open_for=may_become("delivered"))
    def deliver(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Note that a shipment arrived."""
        deliver_shipment(shipment=obj, note=data["note"], actor=actor_of(request))
        return _("The shipment arrived.")

    @object_action(_("Cancel"), form=NoteForm, open_for=may_become("canceled"))
    def cancel(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Give up a shipment that has not left."""
        cancel_shipment(shipment=obj, note=data["note"], actor=actor_of(request))
        return _("The shipment was canceled; its units can be sent again.")

    @admin.display(description=_("shipment"), ordering="id")
    def name(self, shipment: Any) -> str:
        return short_name(shipment)

    @admin.display(description=_("order"))
    def order_link(self, shipment: Any) -> str:
        return change_link(shipment.order)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, shipment: Any) -> str:
        return state_badge(shipment.state)

    @admin.display(description=_("units"))
    def what(self, shipment: Any) -> str:
        return units_in(shipment)

    @admin.display(description=_("tracking"), ordering="tracking_number")
    def tracking(self, shipment: Any) -> str:
        return tracking_link(shipment)
