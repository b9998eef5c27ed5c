"""Customers and their address books."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import NotFound
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.validation import clean_model
from nexus_commerce.customers.models import Address, Customer
from nexus_commerce.customers.signals import address_deleted, address_saved, customer_changed, customer_created

__all__ = ["AddressData", "change_customer", "delete_address", "get_customer", "save_address"]


@dataclass(frozen=True, slots=True)
class AddressData:
    """An address as plain data; ``country`` is ISO 3166-1 alpha-2, ``phone`` E.164 or empty."""

    line1: str
    city: str
    country: str
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    vat_number: str = ""
    line2: str = ""
    line3: str = ""
    postal_code: str = ""
    region: str = ""
    phone: str = ""

    def columns(self) -> dict[str, str]:
        """Return the columns of the address."""
        return asdict(self)


def get_customer(*, user: AbstractBaseUser) -> Customer:
    """Return the customer of a logged-in user, made on demand by the customer policy; then ``customer_created`` is
    sent."""
    customer, is_new = nexus_settings.CUSTOMER_POLICY().find_or_create(user)
    if is_new:
        customer_created.send_after_commit(Customer, customer=customer)
    return customer


@transaction.atomic
def change_customer(*, customer: Customer, fields: Mapping[str, Any]) -> Customer:
    """Set fields of a customer's own profile: e-mail, names, language and what a host exposed for writing.

    The caller decides which names of a host's own it lets through. Raises ``InvalidInput`` naming a field that is not
    valid. Sends ``customer_changed``.
    """
    for name, value in fields.items():
        setattr(customer, name, value)
    clean_model(customer, fields)
    customer.save(update_fields=[*fields, "updated_at"])
    customer_changed.send_after_commit(Customer, customer=customer)
    return customer


@transaction.atomic
def save_address(
    *,
    customer: Customer,
    address: AddressData,
    public_id: UUID | None = None,
    label: str = "",
    is_default_shipping: bool = False,
    is_default_billing: bool = False,
) -> Address:
    """Add an address to a customer's book, or replace the one that ``public_id`` names.

    A new default takes the place of the old one; the customer is locked. Raises ``NotFound`` for an id that is not
    in this book and ``InvalidInput`` for a field that is not valid. Sends ``address_saved``.
    """
    lock_rows(Customer.objects.filter(pk=customer.pk))
    if public_id is None:
        row = Address(customer=customer)
    else:
        found = Address.objects.filter(customer=customer, public_id=public_id).first()
        if found is None:
            raise NotFound
        row = found
    for name, value in address.columns().items():
        setattr(row, name, value)
    row.label = label
    others = Address.objects.filter(customer=customer).exclude(pk=row.pk)
    if is_default_shipping:
        others.filter(is_default_shipping=True).update(is_default_shipping=False)
    if is_default_billing:
        others.filter(is_default_billing=True).update(is_default_billing=False)
    row.is_default_shipping, row.is_default_billing = is_default_shipping, is_default_billing
    clean_model(row, [*address.columns(), "label"])
    row.save()
    address_saved.send_after_commit(Address, address=row)
    return row


@transaction.atomic
def delete_address(*, customer: Customer, public_id: UUID) -> None:
    """Take an address out of a customer's book; orders keep their copies. Raises ``NotFound``; sends
    ``address_deleted``."""
    deleted, _ = Address.objects.filter(customer=customer, public_id=public_id).delete()
    if not deleted:
        raise NotFound
    address_deleted.send_after_commit(Address, customer=customer, public_id=public_id)
