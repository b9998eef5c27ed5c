"""The table of settings, one row each; the reference page and the checks are made from it.

A new setting is one row here and one annotated attribute on
:class:`nexus_commerce.conf.lazy.NexusSettings`. A new API class is one line in
:mod:`nexus_commerce.conf.api_classes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings

from nexus_commerce.conf.api_classes import API_CLASSES
from nexus_commerce.conf.pipeline import TOTALS_STEPS
from nexus_commerce.conf.subscribers import SUBSCRIBERS

__all__ = ["API_CLASSES", "SETTINGS", "Kind", "Setting"]


class Kind(StrEnum):
    """What a value of a setting looks like, and so how it is read."""

    MODELS = "model map"
    CLASS = "class"
    FUNCTIONS = "list of functions"
    CLASSES = "list of classes"
    PROVIDERS = "provider map"
    API = "API map"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of ``NEXUS_COMMERCE``.

    ``base`` is the dotted path of the class that a class setting must derive from; empty means the default
    itself. ``type`` and ``choices`` bound a plain value. A callable ``default`` is asked on each reload.
    """

    name: str
    kind: Kind
    default: Any
    doc: str
    base: str = ""
    type: type = object
    choices: tuple[Any, ...] = ()

    def default_value(self) -> Any:
        """Return the default, asking for it where it depends on the project."""
        return self.default() if callable(self.default) else self.default

    def base_path(self) -> str:
        """Return the dotted path of the class that a host's class must derive from."""
        return self.base or str(self.default)


def not_debug() -> bool:
    """Return whether the project runs with ``DEBUG`` off."""
    return not settings.DEBUG


SETTINGS: dict[str, Setting] = {
    row.name: row
    for row in (
        Setting(
            "MODELS",
            Kind.MODELS,
            {},
            "Abstract classes that extend the library's models. A key is `<app>.<Model>`, a value the dotted path "
            "of an abstract class or a list of them; the first one wins where several say something.",
        ),
        Setting(
            "CHANNEL_POLICY",
            Kind.CLASS,
            "nexus_commerce.channels.policies.ChannelPolicy",
            "Finds the sales channel that a visitor is served in: by host name, header, path or default.",
        ),
        Setting(
            "CUSTOMER_POLICY",
            Kind.CLASS,
            "nexus_commerce.customers.policies.CustomerPolicy",
            "Decides which customer belongs to a user of the site, and when one is created.",
        ),
        Setting(
            "PRICE_POLICY",
            Kind.CLASS,
            "nexus_commerce.pricing.policies.PricePolicy",
            "Decides which price of which price list a variant costs for this channel, customer and quantity.",
        ),
        Setting(
            "TOTALS_STEPS",
            Kind.FUNCTIONS,
            TOTALS_STEPS,
            "The steps that compute the totals of a cart or order, in order. Each is a pure function; a host adds, "
            "replaces or drops one with a method of `nexus_commerce.conf.pipeline.TOTALS_STEPS`.",
        ),
        Setting(
            "ROUNDING_POLICY",
            Kind.CLASS,
            "nexus_commerce.pricing.policies.RoundingPolicy",
            "Says how discounts and taxes are rounded: the mode, the level (unit, line, total) and the target.",
        ),
        Setting(
            "FEE_POLICY",
            Kind.CLASS,
            "nexus_commerce.pricing.policies.FeePolicy",
            "Says which fees a cart pays, such as gift wrap or a surcharge. The default knows none.",
        ),
        Setting(
            "TAX_POLICY",
            Kind.CLASS,
            "nexus_commerce.tax.policies.TaxPolicy",
            "Says how each tax class is taxed where the goods go, and what stays fixed when that is not at home.",
        ),
        Setting(
            "VAT_NUMBER_POLICY",
            Kind.CLASS,
            "nexus_commerce.tax.policies.VatNumberPolicy",
            "Says whether a VAT number is valid. The default checks its form and check digits, and asks no network.",
        ),
        Setting(
            "CUSTOMER_HISTORY_POLICY",
            Kind.CLASS,
            "nexus_commerce.orders.policies.CustomerHistoryPolicy",
            "Says how many orders a shopper has placed, for promotions that ask for the first or the tenth.",
        ),
        Setting(
            "PROMOTION_CONDITIONS",
            Kind.CLASSES,
            [],
            "Conditions of promotions that a host adds to the library's: dotted paths of subclasses.",
            base="nexus_commerce.promotions.rules.Condition",
        ),
        Setting(
            "PROMOTION_EFFECTS",
            Kind.CLASSES,
            [],
            "Effects of promotions that a host adds to the library's: dotted paths of subclasses.",
            base="nexus_commerce.promotions.rules.Effect",
        ),
        Setting(
            "CARRIERS",
            Kind.PROVIDERS,
            {},
            "The carriers that are asked for live rates: an alias to its `BACKEND`, a dotted path, and `OPTIONS`.",
            base="nexus_commerce.shipping.carriers.base.Carrier",
        ),
        Setting(
            "LOCATION_POLICY",
            Kind.CLASS,
            "nexus_commerce.inventory.policies.LocationPolicy",
            "Chooses the stock locations that an order's units are taken from.",
        ),
        Setting(
            "STOCK_BACKEND",
            Kind.CLASS,
            "nexus_commerce.inventory.backends.CounterBackend",
            "How stock is held, promised and taken. The default counts units in one row per variant and location.",
            base="nexus_commerce.inventory.backends.StockBackend",
        ),
        Setting(
            "CART_POLICY",
            Kind.CLASS,
            "nexus_commerce.cart.policies.CartPolicy",
            "Says what a cart accepts: how many lines and units, and which lines may be merged.",
        ),
        Setting(
            "CHECKOUT_POLICY",
            Kind.CLASS,
            "nexus_commerce.checkout.policies.CheckoutPolicy",
            "Says what an order needs before it is placed, such as addresses or an account.",
        ),
        Setting(
            "ORDER_NUMBER_POLICY",
            Kind.CLASS,
            "nexus_commerce.orders.policies.OrderNumberPolicy",
            "Makes the number of a new order. The default is short and random and ends in a check character.",
        ),
        Setting(
            "PUBLICATION_POLICY",
            Kind.CLASS,
            "nexus_commerce.catalog.policies.PublicationPolicy",
            "Decides which products a visitor of a channel may see at a moment.",
        ),
        Setting(
            "MEDIA_POLICY",
            Kind.CLASS,
            "nexus_commerce.catalog.policies.MediaPolicy",
            "Says which pictures are accepted and which sizes are made of them.",
        ),
        Setting(
            "PAYMENT_PROVIDERS",
            Kind.PROVIDERS,
            {
                "manual": {
                    "BACKEND": "nexus_commerce.payments.providers.manual.ManualProvider",
                    "OPTIONS": {},
                }
            },
            "The payment providers on offer: an alias to its `BACKEND`, a dotted path, and `OPTIONS`, a dict "
            "handed to the class. Setting it replaces the whole map, as Django's `CACHES` does.",
            base="nexus_commerce.payments.providers.base.PaymentProvider",
        ),
        Setting(
            "REFUND_POLICY",
            Kind.CLASS,
            "nexus_commerce.payments.policies.RefundPolicy",
            "Decides how a refund is spread over the payments of an order.",
        ),
        Setting(
            "CREDIT_POLICY",
            Kind.CLASS,
            "nexus_commerce.payments.policies.CreditPolicy",
            "Says what the codes of gift cards look like, and how long gift cards and store credit last.",
        ),
        Setting(
            "FULFILLMENT_POLICY",
            Kind.CLASS,
            "nexus_commerce.fulfillment.policies.FulfillmentPolicy",
            "Decides when goods of an order may leave.",
        ),
        Setting(
            "EMAIL_POLICY",
            Kind.CLASS,
            "nexus_commerce.notifications.policies.EmailPolicy",
            "Decides which mails are sent to customers, from whom, and with which links.",
        ),
        Setting(
            "SUBSCRIBERS",
            Kind.CLASSES,
            SUBSCRIBERS,
            "What hears of every event, in a worker. A host adds its own to those of "
            "`nexus_commerce.conf.subscribers.SUBSCRIBERS`.",
            base="nexus_commerce.events.subscribers.Subscriber",
        ),
        Setting(
            "RELAY",
            Kind.VALUE,
            "background",
            "Who hands events on: `background` is `nexus_relay` or Celery; `inline` is the process that wrote them, "
            "after its commit, for demos and tests.",
            type=str,
            choices=("background", "inline"),
        ),
        Setting(
            "JOBS",
            Kind.CLASSES,
            [],
            "Kinds of long work that may be started over the API and in the admin: dotted paths of subclasses.",
            base="nexus_commerce.events.jobs.JobKind",
        ),
        Setting(
            "THROTTLE_RATES",
            Kind.VALUE,
            {},
            'How often something may be tried, by scope, such as `{"coupon": "10/min"}`. Scopes that are not named '
            "keep the library's rates; None switches one off.",
            type=dict,
        ),
        Setting(
            "TRUSTED_PROXIES",
            Kind.VALUE,
            0,
            "How many proxies of your own stand before the site, each of which adds the address of its caller to "
            "`X-Forwarded-For`. With 0 the header, which anybody can write, is not read.",
            type=int,
        ),
        Setting(
            "STATES",
            Kind.VALUE,
            {},
            "States and transitions that a host adds to the flows of orders, payments and shipments.",
            type=dict,
        ),
        Setting(
            "API",
            Kind.API,
            {},
            "Classes of the REST API that a host replaces: the key names the class of the library, the value is "
            "the dotted path of a subclass. Keys not named keep the library's class.",
        ),
        Setting(
            "DEFAULTS_VERSION",
            Kind.VALUE,
            "1",
            "The version of the library's defaults that this project was built on. A default that changes in a "
            "later release changes only for projects that raise this number.",
            type=str,
            choices=("1",),
        ),
        Setting(
            "PRODUCTION",
            Kind.VALUE,
            not_debug,
            "Whether the checks that refuse unsafe settings apply. The default is the opposite of `DEBUG`.",
            type=bool,
        ),
        Setting(
            "ALLOW_IN_PRODUCTION",
            Kind.VALUE,
            [],
            "What production mode would refuse and this project means, by name: `debug`, `any_host`, "
            "`weak_secret_key`, `mail_to_nobody`, `test_provider`, `sqlite`, `local_cache`.",
            type=list,
        ),
    )
}
"""Every setting by its name."""
