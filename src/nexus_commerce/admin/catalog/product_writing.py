"""Saving the page of a product through the services of the catalog."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import save_exposed
from nexus_commerce.admin.catalog.product_forms import ProductForm
from nexus_commerce.catalog.models import (
    Media,
    Option,
    Product,
    ProductCategory,
    ProductListing,
    ProductRelation,
    Variant,
)
from nexus_commerce.catalog.services import (
    add_image,
    add_variant,
    attach_image,
    create_product,
    describe_image,
    relate_products,
    remove_image,
    remove_listing,
    rename_option,
    set_categories,
    set_listing,
    set_options,
    update_product,
    update_variant,
)
from nexus_commerce.core.errors import InvalidInput

__all__ = ["FORMSET_WRITERS", "describe_media", "kept_rows", "save_product"]


def save_product(obj: Product, form: ProductForm, *, change: bool) -> None:
    """Create or update the product that a form describes; ``obj`` becomes what was written."""
    if change:
        saved = update_product(
            product=type(obj).objects.get(pk=obj.pk),
            slug=form.changed_slug(),
            attributes=form.changed_attributes() or None,
            expected_version=form.cleaned_data.get("read_version"),
            **form.changed_columns(),
        )
    else:
        columns = form.changed_columns()
        saved = create_product(
            product_type=type(obj),
            slug=form.cleaned_data["slug"],
            attributes={code: value for code, value in form.attribute_values().items() if value is not None},
            **columns,
        )
    obj.__dict__.update(saved.__dict__)


def kept_rows(formset: Any) -> list[Any]:
    """Return the rows that a formset leaves a product with, in the order of its forms."""
    forms = [form for form in formset.forms if form not in formset.deleted_forms]
    return [form.instance for form in forms if form.instance.pk or form.has_changed()]


def save_placements(product: Product, formset: Any) -> None:
    """Place the product in the categories that were left."""
    rows = kept_rows(formset)
    primary = next((row.category for row in rows if row.is_primary), None)
    set_categories(product=product, categories=[row.category for row in rows], primary=primary)


def save_listings(product: Product, formset: Any) -> None:
    """Put the product into the channels that were left, and out of the others."""
    for row in formset.deleted_objects:
        remove_listing(product=product, channel=row.channel)
    for form in formset.forms:
        row = form.instance
        if form.has_changed() and form not in formset.deleted_forms:
            saved = set_listing(
                product=product,
                channel=row.channel,
                is_visible=row.is_visible,
                visible_from=row.visible_from,
                visible_until=row.visible_until,
            )
            row.pk, row._state.adding = saved.pk, False
            save_exposed(row, form)


def save_relations(product: Product, formset: Any) -> None:
    """Relate the product to those that were left, in the order of their positions."""
    kinds: dict[str, list[Product]] = defaultdict(list)
    before = {row.kind for row in ProductRelation.objects.filter(product=product)}
    for row in sorted(kept_rows(formset), key=lambda row: row.position or 0):
        kinds[row.kind].append(row.related)
    for kind in before | set(kinds):
        relate_products(product=product, related=kinds[kind], kind=kind)


def save_options(product: Product, formset: Any) -> None:
    """Give the product the options that were left, under the names and with the values typed."""
    kept = [form for form in formset.forms if form not in formset.deleted_forms]
    kept = [form for form in kept if form.instance.pk or form.has_changed()]
    kept.sort(key=lambda form: form.instance.position or 0)
    for form in kept:
        if form.instance.pk and "name" in form.changed_data:
            rename_option(
                option=Option.objects.select_related("product").get(pk=form.instance.pk), name=form.instance.name
            )
    set_options(product=product, options={form.instance.name: form.values() for form in kept})


def save_variants(product: Product, formset: Any) -> None:
    """Add and change variants."""
    for form in formset.forms:
        row = form.instance
        if not form.has_changed():
            continue
        columns = form.changed_columns()
        if row.pk:
            stored = Variant.objects.select_related("product").get(pk=row.pk)
            update_variant(variant=stored, options=form.changed_options(), **columns)
        else:
            sku = columns.pop("sku")
            saved = add_variant(product=product, sku=sku, options=form.chosen_options(), **columns)
            row.pk, row._state.adding = saved.pk, False


def save_pictures(product: Product, formset: Any) -> None:
    """Remove, add and describe pictures."""
    for row in formset.deleted_objects:
        remove_image(media=Media.objects.get(pk=row.pk))
    for form in formset.forms:
        if not form.has_changed() or form in formset.deleted_forms:
            continue
        row, file = form.instance, form.cleaned_data.get("file")
        if not row.pk:
            if not file:
                raise InvalidInput(_("Choose a file for the new picture."), field="file")
            saved = add_image(product=product, file=file.file, alt=row.alt, position=row.position)
            row.pk, row._state.adding = saved.pk, False
        elif "file" in form.changed_data and file:
            attach_image(media=Media.objects.get(pk=row.pk), file=file.file)
        describe_media(row, form)


def describe_media(media: Media, form: Any) -> None:
    """Write what a form says of a picture, but for its file."""
    columns = {field.name for field in media._meta.concrete_fields} - {"file", "product", "id"}
    changed = {name: form.cleaned_data[name] for name in form.changed_data if name in columns}
    if changed:
        describe_image(media=Media.objects.select_related("product").get(pk=media.pk), **changed)


FORMSET_WRITERS: dict[type[Any], Callable[[Product, Any], None]] = {
    ProductCategory: save_placements,
    ProductListing: save_listings,
    ProductRelation: save_relations,
    Media: save_pictures,
    Option: save_options,
    Variant: save_variants,
}
"""What saves the rows of each kind on the page of a product."""
