"""Two subscribers: one that keeps figures in the shop's database, one that tells another system."""

import json
from datetime import timedelta
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib.auth.models import Group

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.subscribers import Subscriber
from nexus_commerce.orders.models import Order


class Loyalty(Subscriber):
    """Writes to the database: what it does happens exactly once."""

    name = "shop.loyalty"
    types = ("order.completed",)

    def handle(self, event: OutboxEvent) -> None:
        order = Order.objects.select_related("customer__user").get(public_id=event.aggregate_id)
        if order.customer and order.customer.user:
            order.customer.user.groups.add(Group.objects.get_or_create(name="Buyers")[0])


class TellErp(Subscriber):
    """Sends: it runs outside any transaction, and may be called again with the same event."""

    name = "shop.erp"
    types = ("order.placed", "order.canceled", "shipment.*")
    sends = True
    timeout = timedelta(minutes=1)

    def handle(self, event: OutboxEvent) -> None:
        body = json.dumps({"type": event.type, "id": str(event.aggregate_id), **event.payload}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(event.event_id)}
        request = Request(settings.ERP_URL, data=body, headers=headers)
        with urlopen(request, timeout=10) as reply:
            reply.read()
