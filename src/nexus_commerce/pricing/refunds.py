"""What is refunded for some of the units of a line. Closed forms, so that nothing is stored for each unit."""

__all__ = ["paid_for_units", "refund_for_units"]


def paid_for_units(paid: int, quantity: int, units: int) -> int:
    """Return what the first ``units`` of ``quantity`` units cost together, of which ``paid`` minor units were paid.

    The even split of ``paid``, remainders first: the units sum to it exactly. Raises ``ValueError`` unless
    ``0 <= units <= quantity``.
    """
    if not 0 <= units <= quantity or paid < 0:
        raise ValueError("There are not so many units.")
    base, larger = divmod(paid, quantity)
    return base * units + min(units, larger)


def refund_for_units(paid: int, quantity: int, *, refunded: int, units: int) -> int:
    """Return what refunding ``units`` more units gives back after ``refunded`` ones: exactly ``paid`` for all.

    What a line was paid with is its total after discounts, with tax. The discounts of the other lines stay as they
    are: they were shared out when the order was placed.
    """
    return paid_for_units(paid, quantity, refunded + units) - paid_for_units(paid, quantity, refunded)
