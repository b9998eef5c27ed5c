"""Asking Stripe: one client for each set of options, and errors in the library's words."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import stripe

from nexus_commerce.payments.providers.base import ProviderRefused, ProviderUnavailable

__all__ = ["StripeMisused", "asking", "client_of", "decline_code"]

logger: Final = logging.getLogger("nexus_commerce.payments")

API_VERSION: Final = "2026-10-28.endive"
"""The version of Stripe's API that this package is written for, whatever newer one the SDK would choose."""

KEYS: Final = re.compile(r"\b((?:sk|rk|pk)_(?:live|test)|whsec|sk|rk)_[A-Za-z0-9*_]+")
SECRETS: Final = re.compile(r"\b(?:pi|seti)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+")
NOT_FOR_SHOPPERS: Final = frozenset(
    {"fraudulent", "lost_card", "merchant_blacklist", "pickup_card", "restricted_card", "security_violation"}
    | {"stolen_card", "stop_payment_order"}
)
"""Declines that a thief must not be told of (https://docs.stripe.com/declines/codes)."""


class StripeMisused(Exception):
    """Stripe does not accept the key of the options, or was asked for something that it does not have.

    This is for people to mend. Nothing is known about the money.
    """


@lru_cache(maxsize=32)
def client_of(api_key: str, api_base: str, timeout: float) -> stripe.StripeClient:
    """Return the client for a key; its connections are kept open between calls. It repeats no request by itself."""
    return stripe.StripeClient(
        api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": api_base or "https://api.stripe.com"},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


@contextmanager
def asking(*, can_refuse: bool = True) -> Iterator[None]:
    """Turn Stripe's errors into the library's: what is no clear "no" of Stripe's says nothing about the money.

    A request that Stripe finds wrong has changed nothing there, so it is a refusal, and logged as an error; where
    nothing was to be changed (not ``can_refuse``) it is ``StripeMisused``. No text has a key or a client secret in it.
    """
    try:
        yield
    except stripe.CardError as exc:
        raise ProviderRefused(
            decline_code(exc.error.to_dict() if exc.error else None), clean(exc.user_message or "")
        ) from None
    except stripe.InvalidRequestError as exc:
        text = clean(f"{exc.code or 'invalid_request'} ({exc.param or 'no parameter'}): {exc}")
        logger.error("Stripe found a request wrong: %s", text)
        if not can_refuse:
            raise StripeMisused(text) from None
        raise ProviderRefused(exc.code or "invalid_request", text) from None
    except (stripe.AuthenticationError, stripe.PermissionError) as exc:
        text = f"Stripe did not accept the api_key of the options ({type(exc).__name__}, request {exc.request_id})."
        logger.error("%s", text)
        raise StripeMisused(text) from None
    except stripe.StripeError as exc:
        raise ProviderUnavailable(f"{type(exc).__name__} {exc.http_status or ''}".strip()) from None


def decline_code(error: Mapping[str, Any] | None) -> str:
    """Return why a card was declined, in a word that a shopper may see."""
    code = str((error and (error.get("decline_code") or error.get("code"))) or "card_declined")
    return "generic_decline" if code in NOT_FOR_SHOPPERS else code


def clean(text: str) -> str:
    """Return a text without keys and client secrets."""
    return SECRETS.sub("(client secret)", KEYS.sub(r"\1_…", text))
