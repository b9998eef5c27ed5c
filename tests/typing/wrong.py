"""What a host may not write: each line with ``# error`` is one error of that kind, and no other line is."""

from nexus_commerce.catalog.models import Product
from nexus_commerce.conf import nexus_settings
from tests.typing import aliases


def host_field_of_the_library_class(product: Product) -> object:
    return product.grade  # error: attr-defined


def misspelt(product: aliases.Product) -> object:
    Product.objects.filter(nam="Novel")  # error: misc
    return product.grad  # error: attr-defined


def wrong_type(product: aliases.Product) -> int:
    return product.grade  # error: return-value


def unknown_expose() -> None:
    from nexus_commerce.core.expose import Expose

    Expose(read="everyone")  # error: arg-type


def policy_is_a_class() -> str:
    return nexus_settings.PRICE_POLICY  # error: return-value
