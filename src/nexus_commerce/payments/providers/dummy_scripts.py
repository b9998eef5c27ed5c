"""What the dummy provider can be told to do."""

from __future__ import annotations

from typing import Final

from nexus_commerce.payments.providers.dummy_books import BankPayment, Books

__all__ = ["OPERATIONS", "WORDS", "Script"]

OPERATIONS: Final = ("start", "authorize", "capture", "void", "refund", "fetch")
WORDS: Final = (
    "approve",
    "decline",
    "needs_action",
    "other_amount",
    "other_currency",
    "partial",
    "refund_fails",
    "refund_pending",
    "surplus",
)
TROUBLES: Final = ("lost_reply", "refuse", "slow", "time_out")
"""What can befall each operation."""


class Script:
    """Words, with commas between them.

    What becomes of the payment: ``approve``; ``decline`` (the report says ``failed``); ``needs_action`` (the shopper
    is sent to a page, and pays or declines there); ``partial`` (half is authorized); ``surplus`` (100 minor units more
    are taken than were asked for); ``other_amount`` and ``other_currency`` (the bank has another payment than the
    shop). What becomes of refunds: ``refund_pending`` (until they are fetched), ``refund_fails``.

    What befalls an operation, ``authorize`` unless another follows after a colon, as in ``lost_reply:capture``:
    ``time_out`` (nothing happens and nobody answers, each time); ``lost_reply`` (it is done, and the answer is lost:
    the same key gets it); ``refuse`` (the bank says no); ``slow``.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = {word.strip() for word in text.split(",") if word.strip()}

    def faults(self) -> list[str]:
        """Return what in the script has no meaning, an English sentence each."""
        known = {*WORDS, *TROUBLES, *(f"{word}:{operation}" for word in TROUBLES for operation in OPERATIONS)}
        return [f"There is no script {word[:40]!r}." for word in sorted(self.words - known)]

    def has(self, word: str, operation: str = "") -> bool:
        """Tell whether the script says a word, or that it befalls an operation."""
        return f"{word}:{operation}" in self.words or (word in self.words and operation in ("", "authorize"))

    def play(self, books: Books, payment: BankPayment, *, key: str) -> None:
        """Do with a payment what the script says of it."""
        if self.has("needs_action"):
            payment.status = "requires_action"
            books.keep(payment, event="payment.requires_action")
        elif self.has("decline"):
            books.fail(payment, "card_declined")
        else:
            if self.has("other_amount"):
                payment.amount += 100
            if self.has("other_currency"):
                payment.currency = "USD" if payment.currency != "USD" else "EUR"
            books.take(payment, self.amount_of(payment), key=key)

    def amount_of(self, payment: BankPayment) -> int:
        """Return how much is taken or held."""
        if self.has("partial"):
            return max(1, payment.amount // 2)
        return payment.amount + (100 if self.has("surplus") else 0)
