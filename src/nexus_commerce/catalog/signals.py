"""Signals of the catalog, sent after commit. A receiver must take ``**kwargs``: payloads may grow."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = [
    "attribute_archived",
    "attribute_changed",
    "attribute_created",
    "category_changed",
    "category_created",
    "category_deleted",
    "category_moved",
    "media_added",
    "media_changed",
    "media_removed",
    "product_archived",
    "product_changed",
    "product_created",
    "product_restored",
    "slug_changed",
    "variant_added",
    "variant_archived",
    "variant_changed",
]

_CHANGED = "the names of what changed, a frozenset of str"

product_created = CommerceSignal("A product was created; in bulk, sent once for each.", product="the Product")
product_changed = CommerceSignal(
    "A product's own data, or its categories, tags, listings, relations, options or bundle items changed.",
    product="the Product",
    changed=_CHANGED,
)
product_archived = CommerceSignal("A product was taken out of sale for good.", product="the Product")
product_restored = CommerceSignal("An archived product is back.", product="the Product")
variant_added = CommerceSignal("A product has a new variant; in bulk, sent once for each.", variant="the Variant")
variant_changed = CommerceSignal("A variant changed.", variant="the Variant", changed=_CHANGED)
variant_archived = CommerceSignal("A variant was taken out of sale for good.", variant="the Variant")
category_created = CommerceSignal("A category was created.", category="the Category")
category_changed = CommerceSignal("A category's own data changed.", category="the Category", changed=_CHANGED)
category_moved = CommerceSignal(
    "A category, and what is below it, has another place in the tree.",
    category="the Category",
    old_parent_id="the primary key of the parent it had, or None",
)
category_deleted = CommerceSignal("A category was deleted.", public_id="the public id that it had", name="its name")
media_added = CommerceSignal("A picture was added to a product, or its file to an address.", media="the Media")
media_changed = CommerceSignal(
    "What is said of a picture changed: its alternative text, position or variant.",
    media="the Media",
    changed=_CHANGED,
)
media_removed = CommerceSignal(
    "A picture was removed from a product.", product="the Product", public_id="the public id that it had"
)
attribute_created = CommerceSignal("A merchant defined an attribute.", attribute="the Attribute")
attribute_changed = CommerceSignal("The definition of an attribute changed.", attribute="the Attribute")
attribute_archived = CommerceSignal("An attribute was taken out of use.", attribute="the Attribute")
slug_changed = CommerceSignal(
    "A product or category has another present slug; the old one redirects.",
    owner="the Product or Category",
    slug="the Slug",
)
