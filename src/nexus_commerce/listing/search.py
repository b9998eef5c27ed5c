"""Finding products by words."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q

from nexus_commerce.catalog.models import Product, Variant
from nexus_commerce.core.prepared import Slot

__all__ = ["MAX_WORDS", "ProductSearch"]

MAX_WORDS: Final = 8
"""How many words of a search count; further ones are left out."""


class ProductSearch:
    """Products in which every word occurs: in the name, the subtitle, a SKU or a tag, whatever the case.

    It compares with LIKE, which reads every candidate, and on SQLite knows the case of ASCII letters only. A search
    engine takes its place by answering the same two questions.
    """

    def words(self, text: str) -> tuple[str, ...]:
        """Return the words of a search."""
        return tuple(dict.fromkeys(text.split()))[:MAX_WORDS]

    def condition(self, count: int) -> Q:
        """Return the condition on products for so many words, given as the parameters ``word0``, ``word1``, ..."""
        found = Q()
        for number in range(count):
            found &= self._one(Slot(f"word{number}"))
        return found

    def _one(self, word: Slot) -> Q:
        variants = Variant.objects.filter(product=OuterRef("pk"), archived_at=None, sku__icontains=word)
        tagged = Product.tags.through.objects.filter(product=OuterRef("pk"), tag__name__icontains=word)
        return (
            Q(name__icontains=word) | Q(subtitle__icontains=word) | Q(Exists(variants.order_by())) | Q(Exists(tagged))
        )
