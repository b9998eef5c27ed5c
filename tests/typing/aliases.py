"""A host's module of models with the full type: for type checkers the class has both sides, at run time it is one."""

from typing import TYPE_CHECKING

from nexus_commerce.catalog.models import Product as LibraryProduct
from tests.hosts.extended.shop.nexus.catalog import ShopProduct

if TYPE_CHECKING:

    class Product(ShopProduct, LibraryProduct):  # type: ignore[misc]
        """The library's product with the shop's fields."""
else:
    Product = LibraryProduct

__all__ = ["Product"]
