"""What happens in this shop when something happened: whoever comes back becomes a friend of the loft."""

from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.subscribers import Subscriber
from nexus_commerce.orders.models import Order

__all__ = ["WelcomeFriends"]


class WelcomeFriends(Subscriber):
    """Puts customers into the group of friends, which has promotions of its own, with their second completed order."""

    name = "shop.friends"
    types = ("order.completed",)

    def handle(self, event: OutboxEvent) -> None:
        order = Order.objects.select_related("customer").get(public_id=event.aggregate_id)
        if order.customer is None:
            return
        if Order.objects.filter(customer=order.customer, state="completed").count() > 1:
            friends, _ = CustomerGroup.objects.get_or_create(code="friends", defaults={"name": "Friends of the loft"})
            order.customer.groups.add(friends)
