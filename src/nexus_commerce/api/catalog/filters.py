"""What the query of the product list may say, and how its texts are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from nexus_commerce.api.serializers import QuerySerializer
from nexus_commerce.catalog.models import Product
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.money import Money
from nexus_commerce.listing.attributes import read_attribute_filters
from nexus_commerce.listing.cursors import Cursor
from nexus_commerce.listing.exposed import subtypes, type_label
from nexus_commerce.listing.hostfields import host_filters, read_host_filter
from nexus_commerce.listing.offers import IN_STOCK, OUT_OF_STOCK, UNTRACKED
from nexus_commerce.listing.orderings import DEFAULT_ORDERING, ORDERINGS
from nexus_commerce.listing.query import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, ProductQuery

__all__ = ["CategoryFilter", "ProductFilter", "is_storable", "product_types"]

MAX_TEXT: Final = 4096
MAX_VALUES: Final = 50
ATTRIBUTE: Final = "attributes."
BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


class ProductFilter(QuerySerializer):
    """The query of the product list.

    The declared fields describe the query; the method ``read_<name>`` reads the texts given for a name and returns
    fields of ``ProductQuery``. A host adds a filter by both in a subclass, for example::

        class ShopProductFilter(ProductFilter):
            featured = serializers.BooleanField(required=False)

            def read_featured(self, texts):
                return {"host": (Featured(),)}

    where ``Featured.condition(number, using)`` returns a key, a function that makes the ``Q`` and its parameters.
    """

    filters = Product

    after = None  # type: ignore[assignment]
    cursor = serializers.CharField(required=False, help_text="Where the page begins: from `next` of the page before.")
    category = serializers.CharField(required=False, help_text="The slug of a category; what is below it comes along.")
    collection = serializers.CharField(required=False, help_text="The code of a collection.")
    tag = serializers.CharField(required=False, help_text="A tag; repeat it for any of several.")
    type = serializers.CharField(required=False, help_text="A product type, such as `physical`; repeat it for several.")
    price_min = serializers.CharField(required=False, help_text="The least price, such as `12.50`.")
    price_max = serializers.CharField(required=False, help_text="The greatest price.")
    availability = serializers.ChoiceField(choices=[IN_STOCK, OUT_OF_STOCK, UNTRACKED], required=False)
    search = serializers.CharField(required=False, help_text="Words that must all occur in name, subtitle, SKU or tag.")
    ordering = serializers.ChoiceField(choices=list(ORDERINGS), default=DEFAULT_ORDERING)
    count = serializers.BooleanField(required=False, help_text="Whether to count all that match, which costs more.")

    def read(self, params: QueryDict, channel: Channel) -> ProductQuery:
        """Return what the query asks for. Raises ValidationError naming every name and value that is wrong."""
        if not params:
            return ProductQuery()
        self.channel = channel
        asked: dict[str, Any] = {}
        errors: dict[str, list[ErrorDetail]] = {}
        for name, texts in params.lists():
            try:
                _merge(asked, self._read_one(name, [_storable(text) for text in texts[:MAX_VALUES]]))
            except serializers.ValidationError as exc:
                errors[name] = exc.detail  # type: ignore[assignment]
        if errors:
            raise serializers.ValidationError(errors)
        return self._query(asked)

    def _read_one(self, name: str, texts: list[str]) -> Mapping[str, Any]:
        if name.startswith(ATTRIBUTE):
            return {"attributes": {name.removeprefix(ATTRIBUTE): texts}}
        if name in self._declared_fields:
            found: Mapping[str, Any] = getattr(self, f"read_{name}")(texts)
            return found
        if name in host_filters():
            return {"host": (read_host_filter(name, texts[-1]),)}
        known = [*self._declared_fields, *host_filters()]
        raise _refusal(_("There is no filter %(given)s."), name, known, "unknown_field")

    def _query(self, asked: dict[str, Any]) -> ProductQuery:
        ordering = ORDERINGS[asked.get("ordering", DEFAULT_ORDERING)]
        if "cursor" in asked:
            asked["cursor"] = Cursor.decode(asked["cursor"], ordering=ordering.name, numeric=ordering.numeric)
        if "attributes" in asked:
            language = self.channel.default_language
            asked["attributes"] = read_attribute_filters(asked["attributes"], language=language)
        return ProductQuery(**asked)

    def read_category(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the slug."""
        return {"category": texts[-1].lower()}

    def read_collection(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the code."""
        return {"collection": texts[-1]}

    def read_tag(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the tags."""
        return {"tags": tuple(texts)}

    def read_type(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the product types."""
        known = product_types()
        for text in texts:
            if text.lower() not in known:
                raise _refusal(_("There is no product type %(given)s."), text, known, "invalid_choice")
        return {"types": tuple({known[text.lower()] for text in texts})}

    def read_price_min(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the least price in minor units."""
        return {"price_min": self._amount(texts[-1])}

    def read_price_max(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the greatest price in minor units."""
        return {"price_max": self._amount(texts[-1])}

    def read_availability(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the availability."""
        return {"availability": _one_of((IN_STOCK, OUT_OF_STOCK, UNTRACKED), texts[-1])}

    def read_search(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the words."""
        return {"search": " ".join(texts)}

    def read_ordering(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the name of the ordering."""
        return {"ordering": _one_of(ORDERINGS, texts[-1])}

    def read_cursor(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the text, which can be read once the ordering is known."""
        return {"cursor": texts[-1]}

    def read_limit(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return the size of the page."""
        text = texts[-1]
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_PAGE_SIZE):
            message = _("Give a number from 1 to %(most)s; without it a page has %(usual)s.")
            raise _invalid(message % {"most": MAX_PAGE_SIZE, "usual": DEFAULT_PAGE_SIZE})
        return {"size": int(text)}

    def read_count(self, texts: Sequence[str]) -> Mapping[str, Any]:
        """Return whether to count."""
        if texts[-1].lower() not in BOOLEANS:
            raise _invalid(_("Give true or false."))
        return {"with_count": BOOLEANS[texts[-1].lower()]}

    def _amount(self, text: str) -> int:
        try:
            minor = Money.parse(text, self.channel.currency).minor
        except ValueError as exc:
            raise _invalid(str(exc)) from exc
        if minor < 0:
            raise _invalid(_("A price is not negative."))
        return minor


class CategoryFilter(QuerySerializer):
    """The query of the category tree."""

    after = None  # type: ignore[assignment]
    limit = None  # type: ignore[assignment]
    count = serializers.BooleanField(default=False, help_text="Whether to say how many products each category has.")


@lru_cache(maxsize=1)
def product_types() -> dict[str, type[Product]]:
    """Return the product types by their labels, and by their bare names where only one has it."""
    found: dict[str, type[Product]] = {}
    types: list[Any] = subtypes(Product)
    names = [model._meta.model_name for model in types]
    for model in types:
        found[type_label(model)] = model
        if names.count(model._meta.model_name) == 1:
            found[model._meta.model_name] = model
    return found


def is_storable(text: str) -> bool:
    """Tell whether every database can hold the text: no NUL, no lone surrogate, and not endless."""
    if len(text) > MAX_TEXT or "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _storable(text: str) -> str:
    if not is_storable(text):
        raise _invalid(_("The text is too long or has characters that cannot be searched for."))
    return text


def _merge(asked: dict[str, Any], found: Mapping[str, Any]) -> None:
    for name, value in found.items():
        if name == "attributes":
            asked.setdefault(name, {}).update(value)
        elif name == "host":
            asked[name] = (*asked.get(name, ()), *value)
        else:
            asked[name] = value


def _one_of(known: Iterable[str], text: str) -> str:
    if text not in known:
        raise _refusal(_("%(given)s is not one of the choices."), text, known, "invalid_choice")
    return text


def _refusal(message: str, given: str, known: Iterable[str], code: str) -> serializers.ValidationError:
    """Return the error with the nearest right word, or with all of them."""
    words = list(known)
    near = get_close_matches(given[:64], words, n=1, cutoff=0.5)
    hint = _("Did you mean %(near)s?") % {"near": near[0]} if near else ""
    hint = hint or _("Known: %(known)s.") % {"known": ", ".join(words)}
    return serializers.ValidationError([ErrorDetail(f"{message % {'given': repr(given[:64])}} {hint}", code)])


def _invalid(message: str) -> serializers.ValidationError:
    return serializers.ValidationError([ErrorDetail(message, "invalid")])
