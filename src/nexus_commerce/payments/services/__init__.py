"""Opening payments, asking providers, and booking money."""

from nexus_commerce.payments.services.asking import ask_payment, fetch_payment
from nexus_commerce.payments.services.capturing import (
    capture_payment,
    carry_out_capture,
    carry_out_void,
    request_void,
    void_payment,
)
from nexus_commerce.payments.services.credit import (
    give_back_credit,
    hold_credit,
    refund_credit,
    release_credit,
    take_credit,
)
from nexus_commerce.payments.services.credit_accounts import (
    adjust_credit,
    block_account,
    give_store_credit,
    store_credit_of,
    unblock_account,
)
from nexus_commerce.payments.services.facts import add_facts, lock_payments, sum_payments
from nexus_commerce.payments.services.gift_cards import find_gift_card, issue_gift_card, issue_gift_cards
from nexus_commerce.payments.services.manual import capture_manually, confirm_refund
from nexus_commerce.payments.services.notices import receive_notices
from nexus_commerce.payments.services.opening import open_payment
from nexus_commerce.payments.services.operations import (
    begin_operation,
    end_operation,
    leave_operation,
    take_up_operation,
)
from nexus_commerce.payments.services.providers import get_provider, is_tender, provider_aliases
from nexus_commerce.payments.services.refund_rows import write_refund
from nexus_commerce.payments.services.refunding import (
    RefundRequest,
    carry_out_refund,
    open_refunds,
    paid_for_line,
    price_refund,
)
from nexus_commerce.payments.services.reporting import apply_report, mark_unknown, mismatch_of

__all__ = [
    "RefundRequest",
    "add_facts",
    "adjust_credit",
    "apply_report",
    "ask_payment",
    "begin_operation",
    "block_account",
    "capture_manually",
    "capture_payment",
    "carry_out_capture",
    "carry_out_refund",
    "carry_out_void",
    "confirm_refund",
    "end_operation",
    "fetch_payment",
    "find_gift_card",
    "get_provider",
    "give_back_credit",
    "give_store_credit",
    "hold_credit",
    "is_tender",
    "issue_gift_card",
    "issue_gift_cards",
    "leave_operation",
    "lock_payments",
    "mark_unknown",
    "mismatch_of",
    "open_payment",
    "open_refunds",
    "paid_for_line",
    "price_refund",
    "provider_aliases",
    "receive_notices",
    "refund_credit",
    "release_credit",
    "request_void",
    "store_credit_of",
    "sum_payments",
    "take_credit",
    "take_up_operation",
    "unblock_account",
    "void_payment",
    "write_refund",
]
