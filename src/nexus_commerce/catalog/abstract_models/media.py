from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Named, Timestamped


class AbstractMedia(Named, Timestamped):
    """A picture or file of a product, or of one of its variants.

    ``source_url`` is where it came from; an import that was not asked to fetch leaves ``file`` empty.
    """

    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="media")
    variant = models.ForeignKey("nexus_catalog.Variant", models.CASCADE, null=True, blank=True, related_name="media")
    kind = models.CharField(_("kind"), max_length=16, default="image")
    file = models.FileField(_("file"), upload_to="nexus/media/%Y/%m/", max_length=255, blank=True)
    source_url = models.URLField(_("source address"), max_length=2000, blank=True)
    alt = models.CharField(_("alternative text"), max_length=512, blank=True)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    checksum = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("media")
        verbose_name_plural = _("media")

    def __str__(self) -> str:
        return self.alt or self.file.name or self.source_url


class AbstractMediaRendition(Timestamped):
    """A generated size of a picture."""

    media = models.ForeignKey("nexus_catalog.Media", models.CASCADE, related_name="renditions")
    size = models.CharField(_("size"), max_length=32)
    file = models.FileField(_("file"), upload_to="nexus/renditions/%Y/%m/", max_length=255)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))

    class Meta:
        abstract = True
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [models.UniqueConstraint(name="nexus_mediarendition_unique", fields=["media", "size"])]

    def __str__(self) -> str:
        return f"{self.size} {self.width} x {self.height}"
