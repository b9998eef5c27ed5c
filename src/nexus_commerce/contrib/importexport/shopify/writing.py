"""Write drafts to the shop in batches, each product wholly or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import DataError, IntegrityError, transaction

from nexus_commerce.catalog.models import Product, Slug
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.importexport.problems import Problem
from nexus_commerce.contrib.importexport.shopify.columns import COLUMNS
from nexus_commerce.contrib.importexport.shopify.creating import create_drafts
from nexus_commerce.contrib.importexport.shopify.drafts import ProductDraft
from nexus_commerce.contrib.importexport.shopify.seen import Seen
from nexus_commerce.contrib.importexport.shopify.target import Target, prepare_target
from nexus_commerce.contrib.importexport.shopify.updating import update_draft
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.inventory.models import StockLocation

__all__ = ["Outcome", "Result", "Writer"]

REFUSALS: Final = (CommerceError, IntegrityError, DataError)
COLUMN_OF_FIELD: Final = {
    "slug": "handle",
    "name": "title",
    "description": "body",
    "sku": "sku",
    "barcode": "barcode",
    "weight": "grams",
    "options": "option1_value",
    "attributes.type": "type",
    "attributes.vendor": "vendor",
    "amount": "price",
    "compare_at": "compare_at",
    "quantity": "quantity",
}


class Outcome(StrEnum):
    """What became of a product."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one draft; ``problem`` says why it failed."""

    draft: ProductDraft
    outcome: Outcome
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the shop has of a handle: the product and what earlier runs said of it."""

    product_id: int
    seen: Seen


class Writer:
    """Writes to one channel and one location. A dry run does all of it and takes it back, batch by batch."""

    def __init__(self, *, channel: Channel, location: StockLocation | None, dry_run: bool = False) -> None:
        self.channel = channel
        self.location = location
        self.dry_run = dry_run
        self.target: Target | None = None

    def write(self, drafts: Sequence[ProductDraft]) -> list[Result]:
        """Write some products in one transaction, and return what became of each, in no order."""
        with transaction.atomic():
            if self.target is None or self.dry_run:
                self.target = prepare_target(self.channel, self.location)
            results = self._write(drafts, self.target)
            transaction.set_rollback(self.dry_run)
        return results

    def _write(self, drafts: Sequence[ProductDraft], target: Target) -> list[Result]:
        known = find_known(drafts, target)
        new: list[ProductDraft] = []
        results: list[Result] = []
        for draft in drafts:
            found = known.get(draft.handle)
            if found is None:
                new.append(draft)
            elif found.seen.covers(Seen.of(draft, target.channel.code, target.location.code)):
                results.append(Result(draft, Outcome.UNCHANGED))
            else:
                results.append(update(found.product_id, draft, target))
        return results + create(new, target)


def find_known(drafts: Sequence[ProductDraft], target: Target) -> dict[str, Known]:
    """Return what the shop has by handle: the slug of a product, also one that it no longer has."""
    rows = Slug.objects.filter(
        product__isnull=False, language=target.language, slug__in=[draft.handle for draft in drafts]
    ).values_list("slug", "product_id", "product__private_metadata")
    return {slug: Known(product_id, Seen.load(metadata)) for slug, product_id, metadata in rows}


def create(drafts: Sequence[ProductDraft], target: Target) -> list[Result]:
    """Create all at once; when that fails, one by one, so that only those fail that must."""
    if not drafts:
        return []
    try:
        with transaction.atomic():
            create_drafts(drafts, target)
    except REFUSALS as exc:
        if len(drafts) == 1:
            return [Result(drafts[0], Outcome.FAILED, problem_of(exc, drafts[0]))]
        return [result for draft in drafts for result in create([draft], target)]
    return [Result(draft, Outcome.CREATED) for draft in drafts]


def update(product_id: int, draft: ProductDraft, target: Target) -> Result:
    """Update one product."""
    try:
        with transaction.atomic():
            update_draft(Product.objects.get(pk=product_id), draft, target)
    except REFUSALS as exc:
        return Result(draft, Outcome.FAILED, problem_of(exc, draft))
    return Result(draft, Outcome.UPDATED)


def problem_of(exc: Exception, draft: ProductDraft) -> Problem:
    """Say what refused a product as a problem of its row."""
    if not isinstance(exc, CommerceError):
        reason, cure = (
            "The database refused the product.",
            "Import it again; if it is refused again, ask your developer.",
        )
        return Problem(draft.line, draft.handle, COLUMNS["handle"][0], "database_refused", reason, cure)
    sku = exc.params.get("sku")
    line = next((variant.line for variant in draft.variants if variant.sku == sku), draft.line)
    column = COLUMNS[COLUMN_OF_FIELD.get(exc.field or "", "handle")][0]
    return Problem(line, draft.handle, column, exc.code, str(exc), "Change the row, or the product in the shop.")
