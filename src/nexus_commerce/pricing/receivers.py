"""What keeps the history of price lists where channels are added to or taken from one."""

from typing import Any

from django.db.models.signals import m2m_changed

from nexus_commerce.pricing.models import PriceList
from nexus_commerce.pricing.querysets import list_history

__all__ = ["connect_receivers", "record_channels"]


def record_channels(
    sender: Any, *, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, using: str, **kwargs: Any
) -> None:
    """Write the history of the lists whose channels changed, from whichever side, in the transaction of the change."""
    if action == "pre_clear" and reverse:
        # Once they are gone, nobody knows which they were.
        instance.cleared_price_lists = set(instance.price_lists.using(using).values_list("pk", flat=True))
    if action not in {"post_add", "post_remove", "post_clear"} or getattr(instance, "is_being_changed", False):
        return
    keys = {instance.pk}
    if reverse:
        keys = instance.cleared_price_lists if pk_set is None else pk_set
    list_history(using).record(sorted(keys))


def connect_receivers() -> None:
    """Listen to changes of the channels of price lists."""
    m2m_changed.connect(record_channels, sender=PriceList.channels.through, dispatch_uid="nexus_pricing.channels")
