from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Free, Named, Timestamped
from nexus_commerce.core.fields import country_validator

phone_validator = RegexValidator(
    r"^\+[1-9][0-9]{1,14}\Z", _("Give the number in E.164 form, such as +4930123456."), code="phone"
)


class AddressFields(models.Model):
    """The one shape of an address: in a customer's book, on a cart and as an order's snapshot."""

    first_name = models.CharField(_("first name"), max_length=255, blank=True)
    last_name = models.CharField(_("last name"), max_length=255, blank=True)
    company = models.CharField(_("company"), max_length=255, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=32, blank=True)
    line1 = models.CharField(_("street and number"), max_length=255)
    line2 = models.CharField(_("address line 2"), max_length=255, blank=True)
    line3 = models.CharField(_("address line 3"), max_length=255, blank=True)
    city = models.CharField(_("city"), max_length=255)
    postal_code = models.CharField(_("postal code"), max_length=32, blank=True)
    region = models.CharField(_("region"), max_length=64, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[country_validator])
    phone = models.CharField(_("phone"), max_length=16, blank=True, validators=[phone_validator])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        parts = [self.first_name, self.last_name, self.line1, self.postal_code, self.city, self.country]
        return " ".join(part for part in parts if part)


class AbstractCustomerGroup(Named, Timestamped):
    """Customers who are treated alike: "wholesale"."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255)

    class Meta:
        abstract = True
        ordering = ["name", "id"]
        verbose_name = _("customer group")
        verbose_name_plural = _("customer groups")

    def __str__(self) -> str:
        return self.name


class AbstractCustomer(Named, Timestamped, Free):
    """Somebody who buys. A customer with a login has the host's user; a user becomes a customer on demand."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="nexus_customer",
        verbose_name=_("user"),
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    first_name = models.CharField(_("first name"), max_length=255, blank=True)
    last_name = models.CharField(_("last name"), max_length=255, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    groups = models.ManyToManyField("nexus_customers.CustomerGroup", blank=True, related_name="customers")
    is_tax_exempt = models.BooleanField(_("exempt from tax"), default=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [models.Index(Lower("email"), name="nexus_customer_email")]

    def __str__(self) -> str:
        return self.email or str(self.public_id)


class AbstractAddress(AddressFields, Named, Timestamped):
    """An address in a customer's book. Orders copy it and never point at it."""

    customer = models.ForeignKey("nexus_customers.Customer", models.CASCADE, related_name="addresses")
    label = models.CharField(_("label"), max_length=64, blank=True)
    is_default_shipping = models.BooleanField(_("default for shipping"), default=False)
    is_default_billing = models.BooleanField(_("default for billing"), default=False)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                name="nexus_address_one_default_shipping",
                fields=["customer"],
                condition=models.Q(is_default_shipping=True),
            ),
            models.UniqueConstraint(
                name="nexus_address_one_default_billing",
                fields=["customer"],
                condition=models.Q(is_default_billing=True),
            ),
        ]
