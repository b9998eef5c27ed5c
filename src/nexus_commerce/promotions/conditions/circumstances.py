"""Conditions about the cart as a whole: who buys, where, and how it is sent."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.conditions.selections import texts_of
from nexus_commerce.promotions.goods import Goods
from nexus_commerce.promotions.rules import Check, Condition

__all__ = [
    "ChannelCondition",
    "CountryCondition",
    "CurrencyCondition",
    "CustomerGroupCondition",
    "FirstOrderCondition",
    "LoggedInCondition",
    "MetadataCondition",
    "NthOrderCondition",
    "ShippingMethodCondition",
]

EXCLUDE = "All but these"


def among(found: Collection[str], wanted: Collection[str], *, exclude: bool) -> Check:
    """Return the check whether one of those found is wanted; where ``exclude``, whether none is."""
    is_met = (not set(wanted).isdisjoint(found)) is not exclude
    return Check(is_met, data={"found": sorted(filter(None, found))})


@dataclass(frozen=True)
class CustomerGroupCondition(Condition):
    """The customer is in one of some groups, or in none of them."""

    code: ClassVar[str] = "customer_group"
    label: ClassVar[str] = "Customer group"
    needs: ClassVar[frozenset[str]] = frozenset({"customer_groups"})

    groups: tuple[str, ...] = rules.codes("Customer groups", of="customer_group", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return among(goods.cart.facts.customer_groups, self.groups, exclude=self.exclude)


@dataclass(frozen=True)
class FirstOrderCondition(Condition):
    """It would be the customer's first order. Not met where it is unknown how many they have placed."""

    code: ClassVar[str] = "first_order"
    label: ClassVar[str] = "First order"
    needs: ClassVar[frozenset[str]] = frozenset({"order_count"})

    def check(self, goods: Goods) -> Check:
        return Check(goods.cart.facts.order_count == 0, data={"orders": goods.cart.facts.order_count})


@dataclass(frozen=True)
class NthOrderCondition(Condition):
    """It would be the customer's n-th order, or every n-th: the 5th, the 10th and so on."""

    code: ClassVar[str] = "nth_order"
    label: ClassVar[str] = "Certain order of a customer"
    needs: ClassVar[frozenset[str]] = frozenset({"order_count"})

    number: int = rules.count("Which order", required=True, least=1)
    every: bool = rules.flag("And every such number again")

    def check(self, goods: Goods) -> Check:
        placed = goods.cart.facts.order_count
        data = {"orders": placed, "number": self.number}
        if placed is None:
            return Check(False, data=data)
        this = placed + 1
        return Check(this % self.number == 0 if self.every else this == self.number, data=data)


@dataclass(frozen=True)
class LoggedInCondition(Condition):
    """The customer is logged in, or is not."""

    code: ClassVar[str] = "logged_in"
    label: ClassVar[str] = "Logged in"

    exclude: bool = rules.flag("Only guests")

    def check(self, goods: Goods) -> Check:
        return Check(goods.cart.facts.is_logged_in is not self.exclude)


@dataclass(frozen=True)
class ChannelCondition(Condition):
    """The order is placed in one of some channels, or in none of them."""

    code: ClassVar[str] = "channel"
    label: ClassVar[str] = "Channel"

    channels: tuple[str, ...] = rules.codes("Channels", of="channel", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return among([goods.cart.facts.channel], self.channels, exclude=self.exclude)


@dataclass(frozen=True)
class CountryCondition(Condition):
    """The order goes to one of some countries, or to none of them (also where the country is not known yet)."""

    code: ClassVar[str] = "country"
    label: ClassVar[str] = "Country"

    countries: tuple[str, ...] = rules.codes("Countries", of="country", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return among([goods.cart.facts.country], self.countries, exclude=self.exclude)


@dataclass(frozen=True)
class CurrencyCondition(Condition):
    """The order is paid in one of some currencies, or in none of them."""

    code: ClassVar[str] = "currency"
    label: ClassVar[str] = "Currency"

    currencies: tuple[str, ...] = rules.codes("Currencies", of="currency", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return among([goods.cart.currency], self.currencies, exclude=self.exclude)


@dataclass(frozen=True)
class ShippingMethodCondition(Condition):
    """The order is sent by one of some methods, or by none of them."""

    code: ClassVar[str] = "shipping_method"
    label: ClassVar[str] = "Shipping method"

    methods: tuple[str, ...] = rules.codes("Shipping methods", of="shipping_method", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        chosen = {goods.cart.facts.shipping_method, *(method.method for method in goods.cart.shipping)}
        return among(chosen, self.methods, exclude=self.exclude)


@dataclass(frozen=True)
class MetadataCondition(Condition):
    """The cart's metadata has a key, with a certain value where one is given."""

    code: ClassVar[str] = "cart_metadata"
    label: ClassVar[str] = "Metadata of the cart"

    key: str = rules.text("Key", required=True)
    value: str = rules.text("Value", help="Empty: any value.")
    exclude: bool = rules.flag("Must not be so")

    def check(self, goods: Goods) -> Check:
        found = texts_of(goods.cart.facts.metadata.get(self.key))
        return Check((self.value in found if self.value else bool(found)) is not self.exclude, data={"key": self.key})
