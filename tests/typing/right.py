"""What a host may write: mypy accepts every line."""

from typing import assert_type, cast

from django.utils import timezone

from nexus_commerce.catalog.models import Physical, Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.pricing.policies import PricePolicy
from tests.hosts.extended.shop.nexus.catalog import ShopProduct
from tests.typing import aliases


def library_fields(product: Product) -> str:
    return product.name


def host_fields_by_cast(product: Product) -> str:
    """Recipe (a): at run time the host's class is a base of the library's."""
    return cast(ShopProduct, product).grade


def host_fields_by_alias(product: aliases.Product) -> str:
    """Recipe (b): one module of aliases gives fields, queries and the constructor."""
    assert_type(product.margin, int)
    return product.grade + product.name + product.label()


def queries(channel: Channel) -> None:
    assert_type(Product.objects.filter(name="Novel").first(), Product | None)
    assert_type(Product.objects.non_polymorphic().filter(name="Novel").first(), Product | None)
    assert_type(Physical.objects.filter(name="Novel").first(), Physical | None)
    visible = nexus_settings.PUBLICATION_POLICY().visible_products(channel=channel, now=timezone.now())
    assert_type(visible.filter(name="Novel").first(), Product | None)
    assert_type(Variant.objects.filter(sku="NOVEL", season="all").first(), Variant | None)
    aliases.Product.objects.filter(grade="A").first()
    Product.objects.filter(isbn="9780000000001", name="Novel")
    assert_type(Physical().customs_code, str)
    aliases.Product(name="Novel", grade="B")


def relations(product: Product, variant: Variant) -> None:
    for each in product.variants.all():
        assert_type(each, Variant)
    assert_type(variant.product, Product)


def policies() -> None:
    assert_type(nexus_settings.PRICE_POLICY, type[PricePolicy])
    assert_type(nexus_settings.DEFAULTS_VERSION, str)
