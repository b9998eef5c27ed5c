"""``nexus_settings``: the settings in force, resolved when first asked for and read again when they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.signals import setting_changed

from nexus_commerce.conf.kinds import Backend, BadSetting, resolve
from nexus_commerce.conf.table import SETTINGS

if TYPE_CHECKING:
    from nexus_commerce.cart.policies import CartPolicy
    from nexus_commerce.catalog.policies import MediaPolicy, PublicationPolicy
    from nexus_commerce.channels.policies import ChannelPolicy
    from nexus_commerce.checkout.policies import CheckoutPolicy
    from nexus_commerce.customers.policies import CustomerPolicy
    from nexus_commerce.events.jobs import JobKind
    from nexus_commerce.events.subscribers import Subscriber
    from nexus_commerce.fulfillment.policies import FulfillmentPolicy
    from nexus_commerce.inventory.backends import StockBackend
    from nexus_commerce.inventory.policies import LocationPolicy
    from nexus_commerce.notifications.policies import EmailPolicy
    from nexus_commerce.orders.policies import CustomerHistoryPolicy, OrderNumberPolicy
    from nexus_commerce.payments.policies import CreditPolicy, RefundPolicy
    from nexus_commerce.pricing.policies import FeePolicy, PricePolicy, RoundingPolicy
    from nexus_commerce.promotions.rules import Condition, Effect
    from nexus_commerce.tax.policies import TaxPolicy, VatNumberPolicy

__all__ = ["NexusSettings", "nexus_settings"]


class NexusSettings:
    """The dict ``NEXUS_COMMERCE`` over the library's defaults, as attributes.

    ``nexus_settings.PRICE_POLICY`` is the class, not its dotted path. A value is resolved when it is first
    read and kept until the project's settings change. Raises :class:`BadSetting` for a value that cannot be
    used; the system checks report the same.
    """

    MODELS: dict[str, Any]
    CHANNEL_POLICY: type[ChannelPolicy]
    CUSTOMER_POLICY: type[CustomerPolicy]
    PRICE_POLICY: type[PricePolicy]
    TOTALS_STEPS: list[Callable[..., Any]]
    ROUNDING_POLICY: type[RoundingPolicy]
    FEE_POLICY: type[FeePolicy]
    TAX_POLICY: type[TaxPolicy]
    VAT_NUMBER_POLICY: type[VatNumberPolicy]
    CUSTOMER_HISTORY_POLICY: type[CustomerHistoryPolicy]
    PROMOTION_CONDITIONS: list[type[Condition]]
    PROMOTION_EFFECTS: list[type[Effect]]
    CARRIERS: dict[str, Backend]
    LOCATION_POLICY: type[LocationPolicy]
    STOCK_BACKEND: type[StockBackend]
    CART_POLICY: type[CartPolicy]
    CHECKOUT_POLICY: type[CheckoutPolicy]
    ORDER_NUMBER_POLICY: type[OrderNumberPolicy]
    PUBLICATION_POLICY: type[PublicationPolicy]
    MEDIA_POLICY: type[MediaPolicy]
    PAYMENT_PROVIDERS: dict[str, Backend]
    REFUND_POLICY: type[RefundPolicy]
    CREDIT_POLICY: type[CreditPolicy]
    FULFILLMENT_POLICY: type[FulfillmentPolicy]
    EMAIL_POLICY: type[EmailPolicy]
    SUBSCRIBERS: list[type[Subscriber]]
    RELAY: str
    JOBS: list[type[JobKind]]
    THROTTLE_RATES: dict[str, Any]
    TRUSTED_PROXIES: int
    STATES: dict[str, Any]
    API: Mapping[str, type[Any]]
    DEFAULTS_VERSION: str
    PRODUCTION: bool
    ALLOW_IN_PRODUCTION: list[str]

    @property
    def given(self) -> dict[str, Any]:
        """Return what the project itself wrote in ``NEXUS_COMMERCE``."""
        written = getattr(settings, "NEXUS_COMMERCE", {})
        if not isinstance(written, dict):
            raise BadSetting("E200", "NEXUS_COMMERCE must be a dict.", "Write NEXUS_COMMERCE = {...}.")
        return written

    def raw(self, name: str) -> Any:
        """Return the value of a setting as written, or the library's default."""
        return self.given[name] if name in self.given else SETTINGS[name].default_value()

    def __getattr__(self, name: str) -> Any:
        if name not in SETTINGS:
            raise AttributeError(f"NEXUS_COMMERCE has no setting {name!r}")
        value = resolve(SETTINGS[name], self.raw(name))
        self.__dict__[name] = value
        return value

    def reload(self) -> None:
        """Forget every resolved value."""
        self.__dict__.clear()


nexus_settings = NexusSettings()
"""The settings in force."""


def reload_settings(*, setting: str, **kwargs: Any) -> None:
    """Forget resolved values when a test or a tool changes what they come from."""
    if setting in {"NEXUS_COMMERCE", "DEBUG"}:
        nexus_settings.reload()


setting_changed.connect(reload_settings, dispatch_uid="nexus_commerce.conf.reload_settings")
