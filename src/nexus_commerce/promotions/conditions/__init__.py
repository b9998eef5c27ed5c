"""The conditions that the library brings."""

from nexus_commerce.promotions.rules import Condition

__all__ = ["CONDITIONS"]

CONDITIONS: tuple[type[Condition], ...] = ()
