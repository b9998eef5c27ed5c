"""What the templates of the storefront say about this shop."""

from functools import cache

from django.http import HttpRequest

from nexus_commerce.contrib.demo.reading import read_catalogue

__all__ = ["shop"]


def shop(request: HttpRequest) -> dict[str, str]:
    """Return the shop's name, its line and its story."""
    return told()


@cache
def told() -> dict[str, str]:
    """Read what the demo catalogue says of the shop, once."""
    shop = read_catalogue().shop
    return {"shop_name": shop.name, "shop_tagline": shop.tagline, "shop_about": shop.about}
