"""The forms of the storefront: their shape only; the services judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nexus_commerce.customers.services import AddressData
from nexus_commerce.payments.services import get_provider, provider_aliases

__all__ = ["AddForm", "CheckoutForm", "QuantityForm"]


class QuantityForm(forms.Form):
    """So many units."""

    quantity = forms.IntegerField(min_value=0, max_value=1_000_000, initial=1)


class AddForm(QuantityForm):
    """So many units of a variant."""

    variant = forms.UUIDField()


class CheckoutForm(forms.Form):
    """Who buys, where it goes, and how it is paid."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))
    first_name = forms.CharField(
        label=_("First name"), max_length=255, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=255, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    line1 = forms.CharField(
        label=_("Street and number"), max_length=255, widget=forms.TextInput({"autocomplete": "address-line1"})
    )
    postal_code = forms.CharField(
        label=_("Postal code"), max_length=32, widget=forms.TextInput({"autocomplete": "postal-code"})
    )
    city = forms.CharField(label=_("City"), max_length=255, widget=forms.TextInput({"autocomplete": "address-level2"}))
    country = forms.RegexField(
        r"^[A-Za-z]{2}\Z",
        label=_("Country (two letters)"),
        widget=forms.TextInput({"autocomplete": "country", "maxlength": 2, "size": 2}),
        error_messages={"invalid": _("Give the two letters of the country, such as DE.")},
    )
    provider = forms.ChoiceField(label=_("Payment"), widget=forms.RadioSelect)
    expected_total = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [  # type: ignore[attr-defined]
            (alias, get_provider(alias=alias).name) for alias in provider_aliases()
        ]

    def address(self) -> AddressData:
        """Return the address that was filled in."""
        said = self.cleaned_data
        names = ("first_name", "last_name", "line1", "postal_code", "city")
        return AddressData(**{name: said[name] for name in names}, country=said["country"].upper())
