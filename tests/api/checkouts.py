"""Shopping, paying and looking after orders over HTTP, in a shop with a test provider."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission

from nexus_commerce.catalog.models import Variant
from nexus_commerce.payments.providers.dummy import DummyBank
from tests.api.client import BERLIN, ROOT, Api, Reply

__all__ = ["basket", "complete", "fill", "if_match", "notify", "order_of", "pay", "staff_with", "token_of"]


def basket(*wanted: tuple[Variant, int], **more: Any) -> dict[str, Any]:
    """Return a cart as a guest asks for it, ready to be ordered."""
    lines = [{"variant": str(variant.public_id), "quantity": quantity} for variant, quantity in wanted]
    return {"email": "ada@example.com", "lines": lines, "shipping_address": BERLIN} | more


def fill(api: Api, *wanted: tuple[Variant, int], **more: Any) -> str:
    """Make a cart and return its address."""
    reply = api.post("carts", basket(*wanted, **more))
    assert reply.status_code == 201, reply.content
    return f"carts/{reply.json()['cart']['id']}"


def pay(api: Api, cart: str, script: str = "approve", headers: dict[str, str] | None = None, **more: Any) -> Reply:
    """Order a cart, and pay with what the script says."""
    body = {"provider": "dummy", "payment_data": {"token": script}, **more}
    return api.post(f"{cart}/checkout", body, **(headers or {}))


def complete(api: Api, placed: Reply, **headers: str) -> Reply:
    """Come back from the provider."""
    said = placed.json()
    return api.post(f"orders/{said['order']['id']}/complete-payment", **{**token_of(placed), **headers})


def token_of(placed: Reply) -> dict[str, str]:
    """Return the header that opens a guest's order."""
    token = placed.json()["token"]
    return {"Order-Token": token} if token else {}


def order_of(api: Api, placed: Reply) -> dict[str, Any]:
    """Return the order as it is now."""
    shown: dict[str, Any] = api.get(f"orders/{placed.json()['order']['id']}", **token_of(placed)).json()
    return shown


def staff_with(user_model: Any, *codenames: str) -> Api:
    """Return the client of a new member of staff with these permissions."""
    staff = user_model.objects.create_user(f"staff-{user_model.objects.count()}", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Api()
    client.http.force_login(staff)
    return client


def if_match(reply: Reply) -> dict[str, str]:
    """Return the header that means what a reply showed."""
    return {"If-Match": reply.headers["ETag"]}


def notify(api: Api, bank: DummyBank, ref: str, types: Iterable[str] = ("payment.captured",)) -> list[Reply]:
    """Post the bank's messages about a payment."""
    messages = [bank.webhook(ref, kind) for kind in types]
    return [
        api.http.generic("POST", f"{ROOT}payment-webhooks/dummy", data=body, headers=headers)  # type: ignore[misc]
        for body, headers in messages
    ]
