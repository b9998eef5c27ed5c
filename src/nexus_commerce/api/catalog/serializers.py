"""How the catalog is shown. The library's own replies are dicts from the listing; these classes describe them, and a
host's subclass of one adds to them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, money_json
from nexus_commerce.api.serializers import OutputSerializer
from nexus_commerce.catalog.models import Attribute, Category, Collection, Product, Variant
from nexus_commerce.core.expose import readable
from nexus_commerce.core.fields import MinorUnitsField
from nexus_commerce.listing.exposed import subtypes

__all__ = [
    "AttributeSerializer",
    "CategoryNodeSerializer",
    "CategorySerializer",
    "CollectionSerializer",
    "ProductDetailSerializer",
    "ProductSerializer",
    "card_json",
    "detail_json",
]


class SizeSerializer(serializers.Serializer[Any]):
    """A generated size of a picture."""

    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PictureSerializer(serializers.Serializer[Any]):
    """A picture with its generated sizes by name."""

    url = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    alt = serializers.CharField(help_text="The alternative text.")
    sizes = serializers.DictField(child=SizeSerializer())


AVAILABILITY = "`in_stock`, `out_of_stock`, or `untracked` where stock is not counted."


class ProductSerializer(OutputSerializer):
    """A product as a list shows it. ``instance`` is a Product whose ``card`` is what the listing says of it."""

    exposes = Product

    id = serializers.UUIDField()
    slug = serializers.CharField(allow_null=True)
    type = serializers.CharField(help_text="The product type, such as `nexus_catalog.physical`.")
    name = serializers.CharField()
    subtitle = serializers.CharField()
    picture = PictureSerializer(allow_null=True, help_text="The first picture.")
    price = MoneyField(allow_null=True, help_text="The lowest price of the variants.")
    compare_at = MoneyField(allow_null=True, help_text="The price that it was reduced from.")
    price_per = serializers.IntegerField(help_text="How many units the price is for.")
    has_price_range = serializers.BooleanField(help_text="Whether variants have other prices.")
    availability = serializers.CharField(help_text=AVAILABILITY)
    attributes = serializers.DictField(help_text="Values by the codes of attributes.")

    def represent(self, instance: Any) -> dict[str, Any]:
        """Return the card."""
        return card_json(instance.card, self.context["currency"])

    def currency_of(self, instance: Any) -> str:
        """Return the channel's currency."""
        return str(self.context["currency"])


class OptionSerializer(serializers.Serializer[Any]):
    """What the variants differ in."""

    name = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


class CrumbSerializer(serializers.Serializer[Any]):
    """A step of the path to where one is."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField(allow_null=True)


class BundleItemSerializer(serializers.Serializer[Any]):
    """So many units of a variant in a bundle."""

    quantity = serializers.IntegerField()
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    product = serializers.DictField(child=serializers.CharField(), help_text="Its `name` and `slug`.")


class TierSerializer(serializers.Serializer[Any]):
    """What a variant costs from a larger quantity on."""

    min_quantity = serializers.IntegerField()
    price = MoneyField()
    compare_at = MoneyField(allow_null=True)
    price_per = serializers.IntegerField()


class VariantSerializer(serializers.Serializer[Any]):
    """What is sold."""

    id = serializers.UUIDField(help_text="What a cart line names.")
    sku = serializers.CharField()
    name = serializers.CharField()
    barcode = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField(), help_text="Values by the names of options.")
    price = MoneyField(allow_null=True)
    compare_at = MoneyField(allow_null=True)
    price_per = serializers.IntegerField()
    lowest_price_30_days = MoneyField(
        allow_null=True,
        help_text="Where `compare_at` is above the price: the lowest public price of the 30 days before the reduction "
        "(Directive 98/6/EC, article 6a), for `lowest_price_per` units.",
    )
    lowest_price_per = serializers.IntegerField(allow_null=True)
    reduced_since = serializers.DateTimeField(allow_null=True, help_text="When the reduction began.")
    tiers = TierSerializer(many=True, help_text="Prices from larger quantities on, smallest first.")
    availability = serializers.CharField(help_text=AVAILABILITY)
    unit = serializers.CharField(help_text="What quantities count, such as `piece` or `gram`.")
    quantity_step = serializers.IntegerField()
    min_quantity = serializers.IntegerField()
    max_quantity = serializers.IntegerField(allow_null=True)
    weight = serializers.IntegerField(allow_null=True, help_text="In grams.")
    length = serializers.IntegerField(allow_null=True, help_text="In millimeters.")
    width = serializers.IntegerField(allow_null=True, help_text="In millimeters.")
    height = serializers.IntegerField(allow_null=True, help_text="In millimeters.")
    attributes = serializers.DictField()
    bundle_items = BundleItemSerializer(many=True)
    pictures = serializers.ListField(
        child=serializers.IntegerField(), help_text="Which of the product's `pictures` show this variant."
    )


class RelatedSerializer(serializers.Serializer[Any]):
    """A product shown beside another."""

    kind = serializers.CharField()
    product = ProductSerializer()


class ProductDetailSerializer(ProductSerializer):
    """A product as its page shows it. ``instance`` is a Product whose ``card`` is what the listing says of it."""

    description = serializers.CharField(help_text="Clean HTML.")
    seo_title = serializers.CharField()
    seo_description = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    pictures = PictureSerializer(many=True)
    options = OptionSerializer(many=True)
    breadcrumbs = CrumbSerializer(many=True)
    variants = VariantSerializer(many=True)
    related = RelatedSerializer(many=True)

    def represent(self, instance: Any) -> dict[str, Any]:
        """Return the page."""
        return detail_json(instance.card, self.context["currency"])


class CategoryNodeSerializer(OutputSerializer):
    """A node of the category tree. ``instance`` is a dict of the listing."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField(allow_null=True)
    image = serializers.CharField(allow_null=True, help_text="The address of the picture.")
    product_count = serializers.IntegerField(allow_null=True, help_text="Null without `count=true`.")
    children = serializers.ListField(child=serializers.DictField(), help_text="Nodes like this one.")

    def represent(self, instance: Any) -> dict[str, Any]:
        """Return the node, and those below it the same way."""
        return {**instance, "children": [self.to_representation(child) for child in instance["children"]]}


class CategorySerializer(OutputSerializer):
    """A category as its page shows it. ``instance`` is a Category whose ``card`` is what the listing says of it."""

    exposes = Category

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField(allow_null=True)
    image = serializers.CharField(allow_null=True)
    description = serializers.CharField()
    seo_title = serializers.CharField()
    seo_description = serializers.CharField()
    breadcrumbs = CrumbSerializer(many=True)
    children = serializers.ListField(child=serializers.DictField(), help_text="The categories right below.")

    def represent(self, instance: Any) -> dict[str, Any]:
        """Return the page."""
        page: dict[str, Any] = instance.card
        return page


class CollectionSerializer(OutputSerializer):
    """A collection; its products are listed with `?collection=`."""

    exposes = Collection

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()

    def represent(self, instance: Collection) -> dict[str, Any]:
        """Return the collection."""
        return {
            "id": instance.public_id,
            "code": instance.code,
            "name": instance.name,
            "description": instance.description,
        }


class AttributeSerializer(OutputSerializer):
    """An attribute that products can be filtered by."""

    exposes = Attribute

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="The filter is `attributes.<code>`, or `.min` and `.max` below it.")
    name = serializers.CharField()
    kind = serializers.CharField()
    unit = serializers.CharField()
    choices = serializers.ListField(child=serializers.DictField(), help_text="`value` and `label` of each.")
    on_variant = serializers.BooleanField(help_text="Whether variants have it, and not the product.")

    def represent(self, instance: Attribute) -> dict[str, Any]:
        """Return the definition."""
        return {
            "id": instance.public_id,
            "code": instance.code,
            "name": instance.name,
            "kind": instance.kind,
            "unit": instance.unit,
            "choices": instance.choices,
            "on_variant": instance.on_variant,
        }


def card_json(card: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return a card of the listing with its amounts as JSON. It is changed in place."""
    return _with_money(card, currency, Product)


def detail_json(values: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return a product page of the listing with its amounts as JSON. It is changed in place."""
    for variant in values["variants"]:
        _with_money(variant, currency, Variant)
        for tier in variant["tiers"]:
            _with_money(tier, currency, Variant)
    for entry in values["related"]:
        card_json(entry["product"], currency)
    return card_json(values, currency)


def _with_money(values: dict[str, Any], currency: str, model: type[Model]) -> dict[str, Any]:
    for name in _amounts(model):
        if name in values:
            values[name] = money_json(values[name], currency)
    return values


@lru_cache(maxsize=8)
def _amounts(model: type[Model]) -> tuple[str, ...]:
    """Return the names that hold amounts: the library's, and those of fields that a host exposed."""
    names = {"price": None, "compare_at": None, "lowest_price_30_days": None}
    for cls in (model, *subtypes(model)):
        own = (name for name in readable(cls, "public") if isinstance(cls._meta.get_field(name), MinorUnitsField))
        names |= dict.fromkeys(own)
    return tuple(names)
