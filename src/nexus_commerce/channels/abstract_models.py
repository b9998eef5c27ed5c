import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Free, Named, Timestamped
from nexus_commerce.core.fields import CurrencyField, country_validator


def validate_time_zone(value: str) -> None:
    """Accept names of the IANA time zone database only."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("Give a name of the IANA time zone database, such as Europe/Berlin."))


class AbstractChannel(Named, Timestamped, Free):
    """A sales channel: the currency, country, language and tax basis that prices, carts and orders of it have.

    A channel is not a tenant: channels share products, customers and staff.
    """

    code = models.CharField(_("code"), max_length=64, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=255)
    currency = CurrencyField(_("currency"))
    country = models.CharField(_("country"), max_length=2, validators=[country_validator])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    default_language = models.CharField(_("default language"), max_length=16, default="en")
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    display_tax = models.BooleanField(
        _("show prices with tax"), null=True, blank=True, help_text=_("Empty: as the prices are.")
    )
    hostname = models.CharField(
        _("host name"),
        max_length=253,
        blank=True,
        help_text=_("Requests to this host belong to the channel."),
    )
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True
        ordering = ["code"]
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(
                name="nexus_channel_one_default", fields=["is_default"], condition=models.Q(is_default=True)
            ),
            models.UniqueConstraint(
                name="nexus_channel_hostname_unique", fields=["hostname"], condition=~models.Q(hostname="")
            ),
        ]

    def __str__(self) -> str:
        return self.name
