from dataclasses import replace
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from nexus_commerce.core.errors import InvalidInput, NotFound
from nexus_commerce.customers.models import Address, Customer
from nexus_commerce.customers.policies import CustomerPolicy
from nexus_commerce.customers.services import change_customer, delete_address, get_customer, save_address
from nexus_commerce.testing.factories import make_customer
from tests.cart.shopping import BERLIN

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def test_a_user_becomes_a_customer_on_demand_and_once() -> None:
    user = get_user_model().objects.create_user("ada", "ada@example.com", "secret")
    assert CustomerPolicy().find(user) is None
    customer = get_customer(user=user)
    assert (customer.email, get_customer(user=user)) == ("ada@example.com", customer)
    user.delete()
    customer.refresh_from_db()
    assert customer.user is None


def test_a_profile_is_changed_field_by_field(customer: Customer) -> None:
    change_customer(customer=customer, fields={"first_name": "Ada", "language": "de"})
    with pytest.raises(InvalidInput) as caught:
        change_customer(customer=customer, fields={"email": "nobody"})
    customer.refresh_from_db()
    assert (caught.value.field, customer.first_name, customer.language) == ("email", "Ada", "de")
    assert customer.email.endswith("@example.com")


def test_a_new_default_address_takes_the_place_of_the_old(customer: Customer) -> None:
    first = save_address(customer=customer, address=BERLIN, is_default_shipping=True, is_default_billing=True)
    second = save_address(customer=customer, address=BERLIN, label="work", is_default_shipping=True)
    first.refresh_from_db()
    assert (first.is_default_shipping, first.is_default_billing) == (False, True)
    assert second.is_default_shipping
    moved = save_address(customer=customer, address=replace(BERLIN, city="Bonn"), public_id=second.public_id)
    assert (moved.pk, moved.city, moved.is_default_shipping) == (second.pk, "Bonn", False)


def test_the_book_of_another_customer_stays_closed(customer: Customer) -> None:
    address = save_address(customer=make_customer(), address=BERLIN)
    for public_id in (address.public_id, uuid4()):
        with pytest.raises(NotFound):
            save_address(customer=customer, address=BERLIN, public_id=public_id)
        with pytest.raises(NotFound):
            delete_address(customer=customer, public_id=public_id)
    assert Address.objects.get() == address


def test_an_address_is_deleted(customer: Customer) -> None:
    delete_address(customer=customer, public_id=save_address(customer=customer, address=BERLIN).public_id)
    assert not Address.objects.exists()


def test_an_address_that_is_not_valid_is_not_saved(customer: Customer) -> None:
    with pytest.raises(InvalidInput):
        save_address(customer=customer, address=replace(BERLIN, country="Germany"))
    assert not Address.objects.exists()
