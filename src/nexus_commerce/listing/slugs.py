"""Slugs as columns of listing queries."""

from nexus_commerce.catalog.models import Slug
from nexus_commerce.listing.sql import Table

__all__ = ["slug_of"]


def slug_of(owner: str, key: str) -> str:
    """Return the subquery of the present slug of a product or category, in the viewer's language if there is one."""
    slug = Table(Slug, "g")
    return (
        f"(SELECT {slug.slug} FROM {slug} WHERE {getattr(slug, owner)} = {key} AND {slug.is_current} "
        f"ORDER BY CASE WHEN {slug.language} = %(language)s THEN 0 ELSE 1 END, {slug.language} LIMIT 1)"
    )
