"""Where on earth something applies: a country, one of its regions, some of its postcodes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.area_matching import check_area
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.fields import country_validator
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.validation import clean_model

__all__ = ["AreaData", "AreaFields", "replace_areas"]


@dataclass(frozen=True, slots=True)
class AreaData:
    """An area of a zone: see ``AreaFields``."""

    country: str = ""
    region: str = ""
    postcodes: str = ""


class AreaFields(models.Model):
    """A part of a zone. An empty country is everywhere; an empty region or list of postcodes is all of the country.

    ``postcodes`` are patterns separated by commas or line ends: one postcode (``10115``), a beginning (``10*``), or a
    range of numbers (``80000-81929``). Case and spaces do not count. Of the areas that fit an address, the most
    precise one decides: postcodes before a region before a country before everywhere.
    """

    country = models.CharField(_("country"), max_length=2, blank=True, validators=[country_validator])
    region = models.CharField(_("region"), max_length=64, blank=True)
    postcodes = models.TextField(_("postcodes"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return " ".join(part for part in (self.country, self.region, self.postcodes) if part) or "*"


def replace_areas(zone: Any, areas: Sequence[AreaData]) -> None:
    """Let a zone, which is locked, be made of these areas and no others; ``zone.areas`` are rows of ``AreaFields``.

    Call it in a transaction. Raises ``InvalidInput``, among them ``BadPostcodePattern`` and ``AreaWithoutCountry``,
    naming the field as ``areas.0.postcodes``.
    """
    model = zone.areas.model
    rows = [model(zone=zone, **asdict(area) | {"region": area.region.strip()}) for area in areas]
    for number, row in enumerate(rows):
        try:
            clean_model(row, ["country", "region"])
            check_area(row)
        except InvalidInput as refused:
            refused.field = f"areas.{number}.{refused.field}"
            raise
    lock_rows(type(zone).objects.filter(pk=zone.pk))
    zone.areas.all().delete()
    model.objects.bulk_create(rows, batch_size=500)
