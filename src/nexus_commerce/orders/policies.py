"""How orders are numbered, and what they tell of a shopper."""

from typing import ClassVar

from nexus_commerce.core.tokens import ALPHABET, random_code
from nexus_commerce.customers.models import Customer
from nexus_commerce.orders.models import Order

__all__ = ["CustomerHistoryPolicy", "OrderNumberPolicy", "check_character"]


def check_character(text: str) -> str:
    """Return the check character of ``text`` by the Luhn algorithm modulo 32, over digits and unmistakable letters."""
    total = 0
    for place, character in enumerate(reversed(text)):
        addend = ALPHABET.index(character) * (1 if place % 2 else 2)
        total += addend // len(ALPHABET) + addend % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]


class OrderNumberPolicy:
    """Make the number of a new order. Called in the checkout's transaction, again when the number was taken.

    Replace it for numbers with a prefix or a year. Do not count: consecutive numbers tell strangers how much you sell.
    Invoice numbers without gaps are another thing.
    """

    length: ClassVar[int] = 9

    def make(self) -> str:
        """Return a random number in two groups with a check character at its end, such as ``7KQ0F-3XMDP``."""
        text = random_code(self.length)
        text += check_character(text)
        half = len(text) // 2
        return f"{text[:half]}-{text[half:]}"


class CustomerHistoryPolicy:
    """Say what a shopper has bought before. Called inside transactions, only when a promotion in force asks.

    Replace it to count orders of a shop before this one, or only those that were paid.
    """

    uncounted: ClassVar[tuple[str, ...]] = ("pending", "expired", "canceled")

    def order_count(self, *, customer: Customer | None, email: str) -> int:
        """Return how many orders a customer, or a guest by the e-mail, has placed. One statement."""
        if customer is None and not email:
            return 0
        own = Order.objects.filter(customer=customer) if customer is not None else Order.objects.filter(email=email)
        return own.exclude(state__in=self.uncounted).count()
