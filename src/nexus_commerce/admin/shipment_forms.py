"""What staff say of a shipment: its units, who carries it, and how it is followed."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ActionForm
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.fulfillment.services import left_to_ship
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.orders.models import Order, OrderLine

__all__ = ["NewShipmentForm", "NoteForm", "TrackingForm"]


class NoteForm(ActionForm):
    """Why something is done to a shipment."""

    note = forms.CharField(label=_("Note"), max_length=255, required=False)


class TrackingForm(ActionForm):
    """Who carries a shipment and how it is followed."""

    carrier = forms.CharField(label=_("Carrier"), max_length=64, required=False)
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=128, required=False)
    tracking_url = forms.URLField(
        label=_("Tracking address"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("The customer sees it as a link."),
    )

    def __init__(self, data: Any = None, *, row: Shipment | Order) -> None:
        super().__init__(data, row=row)
        if isinstance(row, Shipment):
            for name in ("carrier", "tracking_number", "tracking_url"):
                self.initial[name] = getattr(row, name)


class NewShipmentForm(TrackingForm):
    """Units of an order to be packed: all that is left, unless less is said."""

    leaves_now = forms.BooleanField(
        label=_("It leaves now"),
        required=False,
        initial=True,
        help_text=_("Else it waits: pack it, and send it from its own page."),
    )
    location = forms.ModelChoiceField(
        label=_("Stock location"),
        queryset=StockLocation.objects.none(),
        required=False,
        empty_label=_("Wherever the stock is promised"),
    )
    note = forms.CharField(label=_("Note for staff"), max_length=2000, required=False)

    def __init__(self, data: Any = None, *, row: Order) -> None:
        super().__init__(data, row=row)
        self.left = left_to_ship(order=row)
        self.lines: dict[str, OrderLine] = {
            f"units_{line.pk}": line for line in row.lines.all() if line.public_id in self.left
        }
        self.fields["location"].queryset = StockLocation.objects.filter(is_active=True)  # type: ignore[attr-defined]
        units = {name: self.units_field(line) for name, line in self.lines.items()}
        self.fields = {**units, **self.fields}

    def units_field(self, line: OrderLine) -> forms.IntegerField:
        """Return the field for the units of a line."""
        left = self.left[line.public_id]
        return forms.IntegerField(
            label=line.variant_name or line.product_name,
            min_value=0,
            max_value=left,
            initial=left,
            required=False,
            help_text=_("%(sku)s, %(left)s left of %(ordered)s")
            % {"sku": line.sku, "left": left, "ordered": line.quantity},
        )

    def chosen(self) -> Iterator[tuple[str, UUID, int]]:
        """Yield field, line and units of each line that is to be sent."""
        for name, line in self.lines.items():
            if units := self.cleaned_data.get(name):
                yield name, line.public_id, units

    def clean(self) -> dict[str, Any]:
        """Compare the units with what the chosen location holds, and gather them under ``units``."""
        cleaned = super().clean() or self.cleaned_data
        if location := cleaned.get("location"):
            there = left_to_ship(order=self.row, location=location)
            for name, line, units in list(self.chosen()):
                if units > there.get(line, 0):
                    message = _("%(location)s holds %(units)s of it for this order.")
                    self.add_error(name, message % {"location": location, "units": there.get(line, 0)})
        cleaned["units"] = {line: units for _name, line, units in self.chosen()}
        if not cleaned["units"] and not self.errors:
            raise forms.ValidationError(_("Choose at least one unit."))
        return cleaned
