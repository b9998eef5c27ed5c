from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Named, Timestamped


class AbstractAttribute(Named, Timestamped):
    """A property that a merchant defines at run time; its values stand in ``attributes`` of products or variants.

    ``kind`` names a registered kind (text, integer, decimal, boolean, date, choice, choices); ``choices`` is a JSON
    list of ``{"value": ..., "label": ...}`` for the last two. It applies to the named product types and to products
    in the named categories or below them; without either, to all.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255)
    kind = models.CharField(_("kind"), max_length=16, default="text")
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    is_localized = models.BooleanField(_("localized"), default=False)
    is_filterable = models.BooleanField(_("filterable"), default=False)
    is_required = models.BooleanField(_("required"), default=False)
    on_variant = models.BooleanField(
        _("of variants"),
        default=False,
        help_text=_("Yes: each variant has its own value. No: the product has one."),
    )
    product_types = models.JSONField(
        _("product types"),
        default=list,
        blank=True,
        help_text=_('Labels such as "nexus_catalog.physical"; empty: all.'),
    )
    categories = models.ManyToManyField("nexus_catalog.Category", blank=True, related_name="product_attributes")
    position = models.PositiveIntegerField(_("position"), default=0)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "code"]
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")

    def __str__(self) -> str:
        return self.name
