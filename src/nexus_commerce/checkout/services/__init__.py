"""The way from a cart to an order."""

from nexus_commerce.checkout.services.place import PlacedOrder, place_order

__all__ = ["PlacedOrder", "place_order"]
