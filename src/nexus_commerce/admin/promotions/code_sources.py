"""What the codes of a promotion may name, and how a merchant finds it: products, countries, days of the week."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from babel import Locale
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet, UUIDField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nexus_commerce.catalog.models import Category, Collection, Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.fields import validate_currency
from nexus_commerce.core.formatting import active_locale
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.pricing.models import PriceList
from nexus_commerce.promotions.conditions import WEEKDAYS
from nexus_commerce.shipping.models import ShippingMethod

__all__ = ["CODE_SOURCES", "CodeSource", "ListSource", "RowSource", "countries", "currencies_in_use", "is_currency"]

PAGE = 20
"""How many suggestions a search answers with at a time."""

NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "QO", "ZZ"})
DAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


class CodeSource:
    """Something that codes name. ``is_short`` says that all of it fits on a form."""

    is_short = False

    def labels(self, codes: Iterable[str]) -> dict[str, str]:
        """Return what to show for each of some codes; those that name nothing are absent."""
        raise NotImplementedError

    def search(self, term: str, page: int) -> tuple[list[tuple[str, str]], bool]:
        """Return a page, from 1, of what a search finds as codes and labels, and whether there is more."""
        raise NotImplementedError

    def typed(self, words: Iterable[str]) -> dict[str, str]:
        """Return the codes of what somebody typed by hand, by the words; ambiguous or unknown ones are absent."""
        raise NotImplementedError


class RowSource(CodeSource):
    """Rows of a table, named by the column ``key``.

    ``show`` are the columns of a label, ``searched`` those that a search looks into, ``exact`` those whose value may be
    typed instead of the key.
    """

    def __init__(
        self,
        model: type[Model],
        *,
        key: str = "public_id",
        show: Sequence[str] = ("name",),
        searched: Sequence[str] = ("name",),
        exact: Sequence[str] = ("name",),
    ) -> None:
        self.model, self.key, self.show, self.searched, self.exact = model, key, tuple(show), searched, exact
        self.has_uuid = isinstance(model._meta.get_field(key), UUIDField)

    def rows(self) -> "QuerySet[Any]":
        """Return the rows that may be named."""
        return self.model._default_manager.order_by(*self.show, "pk")

    def labels(self, codes: Iterable[str]) -> dict[str, str]:
        wanted = [code for code in codes if not self.has_uuid or is_uuid(code)]
        if not wanted:
            return {}
        rows = self.rows().filter(**{f"{self.key}__in": wanted}).values_list(self.key, *self.show)
        return {str(code): label_of(parts) for code, *parts in rows}

    def search(self, term: str, page: int) -> tuple[list[tuple[str, str]], bool]:
        rows = self.rows()
        if any(field.name == "archived_at" for field in self.model._meta.get_fields()):
            rows = rows.filter(archived_at__isnull=True)
        for word in term.split():
            rows = rows.filter(any_of(self.searched, "icontains", word))
        found = rows.values_list(self.key, *self.show)[(page - 1) * PAGE : page * PAGE + 1]
        return [(str(code), label_of(parts)) for code, *parts in found[:PAGE]], len(found) > PAGE

    def typed(self, words: Iterable[str]) -> dict[str, str]:
        found = {}
        for word in words:
            codes = self.rows().filter(any_of(self.exact, "iexact", word)).values_list(self.key, flat=True)[:2]
            if len(codes) == 1:
                found[word] = str(codes[0])
        return found


class ListSource(CodeSource):
    """A list that is known beforehand; ``is_known`` tells of further codes that may be named although not offered."""

    def __init__(
        self,
        choices: Callable[[], Mapping[str, str]],
        *,
        is_short: bool = False,
        is_known: Callable[[str], bool] = lambda code: False,
    ) -> None:
        self.choices, self.is_short, self.is_known = choices, is_short, is_known

    def labels(self, codes: Iterable[str]) -> dict[str, str]:
        known = self.choices()
        return {code: known.get(code, code) for code in codes if code in known or self.is_known(code)}

    def search(self, term: str, page: int) -> tuple[list[tuple[str, str]], bool]:
        words = term.lower().split()
        found = [(code, label) for code, label in self.choices().items() if all(w in label.lower() for w in words)]
        return found[(page - 1) * PAGE : page * PAGE], len(found) > page * PAGE

    def typed(self, words: Iterable[str]) -> dict[str, str]:
        known = {text.lower(): code for code, label in self.choices().items() for text in (label, code)}
        return {word: known[word.lower()] for word in words if word.lower() in known}


def is_uuid(text: str) -> bool:
    """Tell whether a text is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def any_of(columns: Iterable[str], lookup: str, value: str) -> Q:
    """Return the condition that one of some columns fits."""
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{column}__{lookup}": value})
    return condition


def label_of(parts: Iterable[Any]) -> str:
    """Return the label of a row out of its columns, without those that are empty."""
    return " · ".join(str(part) for part in parts if part)


def product_types() -> dict[str, str]:
    """Return the types of product that the site knows."""
    types = [model for model in apps.get_models() if issubclass(model, Product) and model is not Product]
    return {model._meta.label_lower: str(model._meta.verbose_name).capitalize() for model in types}


def countries() -> dict[str, str]:
    """Return the countries in the active language, each with its code."""
    named = Locale.parse(active_locale()).territories
    found = {code: name for code, name in named.items() if len(code) == 2 and code not in NO_COUNTRIES}
    return {code: f"{name} ({code})" for code, name in sorted(found.items(), key=lambda pair: pair[1])}


def currencies_in_use() -> dict[str, str]:
    """Return the currencies of channels and price lists."""
    named = (model.objects.order_by().values_list("currency", flat=True).distinct() for model in (Channel, PriceList))
    return {code: code for code in sorted({code for codes in named for code in codes})}


def is_currency(code: str) -> bool:
    """Tell whether there is such a currency."""
    try:
        validate_currency(code)
    except ValidationError:
        return False
    return True


def weekdays() -> dict[str, str]:
    """Return the days of the week."""
    return {code: _(str(day)) for code, day in zip(WEEKDAYS, DAYS, strict=True)}


CODED: dict[str, Any] = {"key": "code", "searched": ("name", "code"), "exact": ("code", "name")}

CODE_SOURCES: dict[str, CodeSource] = {
    "product": RowSource(Product, searched=("name", "variants__sku"), exact=("variants__sku", "name")),
    "variant": RowSource(
        Variant, show=("product__name", "name", "sku"), searched=("sku", "name", "product__name"), exact=("sku",)
    ),
    "category": RowSource(Category, show=("parent__name", "name"), searched=("name",)),
    "collection": RowSource(Collection, searched=("name", "code"), exact=("code", "name")),
    "customer_group": RowSource(CustomerGroup, **CODED),
    "channel": RowSource(Channel, **CODED),
    "shipping_method": RowSource(ShippingMethod, **CODED),
    "product_type": ListSource(product_types, is_short=True),
    "weekday": ListSource(weekdays, is_short=True),
    "country": ListSource(countries),
    "currency": ListSource(currencies_in_use, is_known=is_currency),
}
"""What ``Argument.of`` may say. A host adds its own here; codes of anything else are typed, one a line."""
