"""Fetch pictures of imported products from their addresses."""

from collections.abc import Sequence
from io import BytesIO

from nexus_commerce.catalog.models import Media
from nexus_commerce.catalog.services import attach_image
from nexus_commerce.conf import nexus_settings
from nexus_commerce.contrib.importexport.problems import Problem, Severity
from nexus_commerce.contrib.importexport.shopify.columns import COLUMNS
from nexus_commerce.contrib.importexport.shopify.drafts import ProductDraft
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.http import SafeHttpClient

__all__ = ["ImageFetcher"]


class ImageFetcher:
    """Fetches the pictures that products have by their addresses only, one after the other.

    Addresses come from the file, that is from anybody: only ``SafeHttpClient`` goes there. What is no picture, too
    large or not to be had is a warning; the address stays, and the next run tries again.
    """

    def __init__(self, client: SafeHttpClient | None = None) -> None:
        self.client = client or SafeHttpClient()
        self.max_bytes = nexus_settings.MEDIA_POLICY().max_bytes
        self.fetched = 0
        self.failed = 0

    def fetch(self, drafts: Sequence[ProductDraft]) -> list[Problem]:
        """Fetch what is missing of these products, which the shop has; call it outside of transactions."""
        lines = {image.url: (image.line, draft.handle) for draft in drafts for image in draft.images}
        missing = Media.objects.filter(file="", product__slugs__slug__in=[draft.handle for draft in drafts])
        problems = []
        for media in missing.filter(source_url__in=lines).select_related("product").distinct():
            try:
                response = self.client.get(media.source_url, max_bytes=self.max_bytes)
                attach_image(media=media, file=BytesIO(response.body))
                self.fetched += 1
            except CommerceError as exc:
                self.failed += 1
                line, handle = lines[media.source_url]
                cure = "Check the address, or add the picture by hand."
                column = COLUMNS["image"][0]
                problems.append(Problem(line, handle, column, exc.code, str(exc), cure, Severity.WARNING))
        return problems
