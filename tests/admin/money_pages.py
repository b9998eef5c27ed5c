"""Orders with money, and what staff do with them in the admin."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_product
from tests.admin.forms import form_values
from tests.cart.shopping import put, ready_cart
from tests.checkout.paying import buy

__all__ = ["act", "fresh", "goods", "messages_of", "order_of", "page", "staff_with"]


def page(row: Any, action: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{action}", args=[row.pk])


def goods(channel: Channel, amount: int = 1000, stock: int = 10, **fields: Any) -> Variant:
    return make_product(channel=channel, amount=amount, stock=stock, **fields).variants.get()


def order_of(channel: Channel, *quantities: int, script: str = "approve", **said: Any) -> Order:
    """Order so many units of products at 10.00 each, paid as the script says."""
    cart = ready_cart(channel)
    for quantity in quantities or (1,):
        put(cart, goods(channel), quantity)
    return buy(cart, script, **said).order


def act(client: Client, row: Any, action: str, **typed: Any) -> HttpResponse:
    """Open the page of an action and send its form as a browser does, with what is typed; follow where it leads."""
    form = client.get(page(row, action)).context["form"]
    return client.post(page(row, action), form_values(form) | typed, follow=True)


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def staff_with(*codenames: str) -> Client:
    """Return a client of somebody with these permissions alone."""
    user = get_user_model().objects.create_user(username="eve", password="secret", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=codenames, content_type__app_label__startswith="nexus")
    )
    client = Client()
    client.force_login(user)
    return client


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)
