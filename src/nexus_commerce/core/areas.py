"""Where on earth something applies: a country, one of its regions, some of its postcodes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.fields import country_validator

__all__ = ["AreaFields"]


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
