"""The effects that the library brings."""

from nexus_commerce.promotions.rules import Effect

__all__ = ["EFFECTS"]

EFFECTS: tuple[type[Effect], ...] = ()
