"""What the admin asks for when webhook endpoints are set up."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ActionForm

__all__ = ["EndpointForm", "RotationForm"]

OVERLAPS: Final = (
    (1, _("an hour")),
    (24, _("a day")),
    (24 * 7, _("a week")),
    (0, _("not at all: the old secret is known to somebody it should not be known to")),
)


class EndpointForm(ActionForm):
    """The name, the address and the types of events of an endpoint, new or changed."""

    name = forms.CharField(label=_("Name"), max_length=255, widget=forms.TextInput(attrs={"class": "vTextField"}))
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Such as https://erp.example.com/webhooks: https and a public address."),
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    events = forms.CharField(
        label=_("Events"),
        help_text=_(
            "A type in each line, such as order.placed, or the beginning of types with a star, such as order.* or "
            "shipment.*. A star alone is everything."
        ),
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data, row=row)
        self.initial["events"] = "order.*"
        if row is not None:
            self.initial.update(name=row.name, url=row.url, events="\n".join(row.events))

    def clean_events(self) -> list[str]:
        return str(self.cleaned_data["events"]).split()


class RotationForm(ActionForm):
    """How long the old secret stays valid beside the new one."""

    overlap = forms.TypedChoiceField(
        label=_("The old secret stays valid for"),
        choices=OVERLAPS,
        initial=24,
        coerce=lambda hours: timedelta(hours=int(hours)),
        help_text=_("Until then requests are signed with both, so that the receiver can change in their own time."),
    )
