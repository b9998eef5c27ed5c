"""The services of gift cards, store credit and merged carts: how each is run, and the signal it sends."""

from collections.abc import Callable
from typing import Any, Final

from nexus_commerce.cart import services as cart
from nexus_commerce.payments import services as payments
from nexus_commerce.payments.models import CreditAccount, Payment
from tests.payments.credits import make_payment

__all__ = ["CREDIT_SCENARIOS", "CREDIT_SILENT"]


def card() -> CreditAccount:
    return payments.issue_gift_card(amount=5000, currency="EUR")[0]


def paid(shop: Any) -> Payment:
    payment = make_payment(shop.channel)
    payments.hold_credit(payment=payment, account=card(), amount=1000)
    return payment


def own(shop: Any) -> Any:
    return cart.create_cart(channel=shop.channel, customer=shop.customer)[0]


CREDIT_SCENARIOS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "issue_gift_card": ("credit_changed", lambda s: card()),
    "issue_gift_cards": (
        "credit_changed",
        lambda s: payments.issue_gift_cards(count=2, amount=100, currency="EUR"),
    ),
    "give_store_credit": (
        "credit_changed",
        lambda s: payments.give_store_credit(customer=s.customer, currency="EUR", amount=100, key="key"),
    ),
    "take_credit": ("credit_changed", lambda s: payments.take_credit(account=card(), amount=100, key="key")),
    "give_back_credit": ("credit_changed", lambda s: payments.give_back_credit(account=card(), amount=100, key="key")),
    "adjust_credit": (
        "credit_changed",
        lambda s: payments.adjust_credit(account=card(), amount=100, actor="ann", note="goodwill"),
    ),
    "block_account": ("credit_account_changed", lambda s: payments.block_account(account=card())),
    "unblock_account": (
        "credit_account_changed",
        lambda s: payments.unblock_account(account=payments.block_account(account=card())),
    ),
    "hold_credit": ("credit_changed", paid),
    "release_credit": ("credit_changed", lambda s: payments.release_credit(payment=paid(s))),
    "refund_credit": (
        "credit_changed",
        lambda s: payments.refund_credit(payment=paid(s), amount=100, key="refund"),
    ),
    "merge_carts": ("carts_merged", lambda s: cart.merge_carts(cart=own(s), guest=s.guest)),
    "claim_cart": ("carts_merged", lambda s: cart.claim_cart(guest=s.guest, customer=s.customer)),
    "hand_over_cart": ("carts_merged", lambda s: cart.hand_over_cart(guest=s.guest, customer=s.customer)),
}
CREDIT_SILENT: Final = {"find_gift_card", "find_guest_cart", "store_credit_of"}
