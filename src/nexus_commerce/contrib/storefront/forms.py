"""The forms of the storefront: their shape only; the services judge."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from nexus_commerce.contrib.storefront.countries import country_choices
from nexus_commerce.customers.services import AddressData
from nexus_commerce.payments.services import provider_aliases

__all__ = [
    "AddForm",
    "CheckoutForm",
    "CouponForm",
    "DeliveryForm",
    "LookUpForm",
    "OpenForm",
    "PlaceForm",
    "QuantityForm",
]

ADDRESS: Final = ("first_name", "last_name", "line1", "postal_code", "city", "region", "country")


class QuantityForm(forms.Form):
    """So many units."""

    quantity = forms.IntegerField(min_value=0, max_value=1_000_000, initial=1)


class AddForm(QuantityForm):
    """So many units of a variant."""

    variant = forms.UUIDField()


class CountryField(forms.ChoiceField):
    """A country by its two letters."""

    default_error_messages = {"invalid_choice": _("Choose a country.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=country_choices, label=_("Country"), **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the code in capitals."""
        return str(super().to_python(value)).upper()


class PlaceForm(forms.Form):
    """Where the goods go, as far as shipping and tax depend on it."""

    country = CountryField(widget=forms.Select({"autocomplete": "country"}))
    postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=32,
        required=False,
        widget=forms.TextInput({"autocomplete": "postal-code", "size": 8}),
    )
    region = forms.CharField(
        label=_("State or region"),
        max_length=64,
        required=False,
        widget=forms.TextInput({"autocomplete": "address-level1", "size": 8}),
    )

    def destination(self) -> AddressData:
        """Return the place as an address that names no street."""
        return AddressData(line1="", city="", **self.cleaned_data)


class CouponForm(forms.Form):
    """The code of a coupon."""

    code = forms.CharField(max_length=64)


class DeliveryForm(forms.Form):
    """The code of a way to send the cart."""

    shipping = forms.CharField(max_length=128)


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
    region = forms.CharField(
        label=_("State or region, where it has one"),
        max_length=64,
        required=False,
        widget=forms.TextInput({"autocomplete": "address-level1"}),
    )
    country = CountryField(widget=forms.Select({"autocomplete": "country"}))
    shipping = forms.CharField(max_length=128, required=False, widget=forms.HiddenInput)
    provider = forms.ChoiceField(label=_("Payment"), required=False)
    gift_card = forms.CharField(
        label=_("Gift card"),
        max_length=64,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    expected_total = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    expected_rest = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    cart = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """The cart that the page showed: a form that is sent twice, or late, orders no other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [(alias, alias) for alias in provider_aliases()]  # type: ignore[attr-defined]

    def clean_provider(self) -> str:
        """Return what was chosen; the first where nothing was, for it is asked last."""
        return str(self.cleaned_data["provider"] or provider_aliases()[0])

    def address(self) -> AddressData:
        """Return the address that was filled in."""
        said = self.cleaned_data
        return AddressData(**{name: said[name] for name in ADDRESS})

    def address_fields(self) -> list[forms.BoundField]:
        """Return the fields that say who buys and where it goes."""
        return [self[name] for name in ("email", *ADDRESS)]


class LookUpForm(forms.Form):
    """What a guest knows of an order."""

    number = forms.CharField(
        label=_("Order number"), max_length=64, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))


class OpenForm(forms.Form):
    """The token that opens an order, by itself or behind the ``#`` of its link."""

    token = forms.CharField(
        label=_("Link"), max_length=1000, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )

    def clean_token(self) -> str:
        """Return the token alone."""
        return str(self.cleaned_data["token"]).rpartition("#")[2].strip()
