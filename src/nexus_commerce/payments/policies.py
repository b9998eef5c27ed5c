"""Which payments a refund goes back to, and what gift cards and store credit are like."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

from nexus_commerce.core.tokens import ALPHABET, random_code
from nexus_commerce.orders.policies import check_character
from nexus_commerce.payments.models import CreditAccount, Payment

__all__ = ["CreditPolicy", "RefundPolicy"]


class RefundPolicy:
    """Decide how a refund is spread over the payments of an order. Called with order and payments locked.

    Replace it to give store credit first, or to refuse refunds after some time.
    """

    def spread(self, *, payments: Sequence[Payment], amount: int) -> list[tuple[Payment, int]]:
        """Return how much of ``amount`` minor units goes back to which payment.

        The payments come in the order in which they were made, each with something left to refund. By default the one
        made last is paid back first: gift cards and store credit are taken first when an order is paid, so they are
        the last to be given back. What is left over, because too little was captured, is not in the list.
        """
        shares = []
        for payment in reversed(payments):
            part = min(amount, payment.refundable)
            if part > 0:
                shares.append((payment, part))
                amount -= part
        return shares


LOOK_ALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
"""What people type for the digits of a code, and the signs that group it."""


class CreditPolicy:
    """Say what the codes of gift cards look like, and how long credit lasts.

    Replace it for gift cards that expire, or to accept codes that another shop system printed.
    """

    after_return: ClassVar[timedelta] = timedelta(days=90)
    """For how long, at least, what was refunded can be spent."""

    def make_code(self) -> str:
        """Return a new code: 15 random characters and a check character, in groups of four.

        It is drawn again when a card has it already. Whoever has the code has the money: never draw from fewer than
        2^64 codes.
        """
        text = random_code(15)
        text += check_character(text)
        return "-".join(text[start : start + 4] for start in range(0, 16, 4))

    def read_code(self, text: str) -> str:
        """Return a typed code in the one form of which the hash is kept; empty where it can be no code.

        Case, spaces, dashes and letters that look like a digit do not matter; the check character must be right.
        """
        code = text.upper().translate(LOOK_ALIKES)
        is_one = len(code) == 16 and set(code) <= set(ALPHABET) and check_character(code[:-1]) == code[-1]
        return code if is_one else ""

    def expires_at(self, *, now: datetime) -> datetime | None:
        """Return when a gift card expires that is issued now without saying so; None, the default, is never."""
        return None

    def expires_after_return(self, *, account: CreditAccount, reason: str, now: datetime) -> datetime | None:
        """Return when an account that expires does so, now that money came back to it.

        ``reason`` is that of the entry. What was refunded can be spent for 90 days at least; what was only held by an
        order that came to nothing, for 90 days where the card has expired meanwhile. Called with the account locked.
        """
        until = account.expires_at
        if until is None or (reason == "released" and until > now):
            return until
        return max(until, now + self.after_return)
