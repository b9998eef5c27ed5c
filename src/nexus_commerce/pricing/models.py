"""The models of pricing, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.pricing.abstract_models import AbstractPrice as PriceBase
    from nexus_commerce.pricing.abstract_models import AbstractPriceChange as PriceChangeBase
    from nexus_commerce.pricing.abstract_models import AbstractPriceList as PriceListBase
    from nexus_commerce.pricing.abstract_models import AbstractPriceListChange as PriceListChangeBase
else:
    from nexus_commerce.pricing import abstract_models as a

    PriceListBase = compose("pricing.PriceList", a.AbstractPriceList)
    PriceBase = compose("pricing.Price", a.AbstractPrice)
    PriceChangeBase = compose("pricing.PriceChange", a.AbstractPriceChange)
    PriceListChangeBase = compose("pricing.PriceListChange", a.AbstractPriceListChange)

__all__ = ["Price", "PriceChange", "PriceList", "PriceListChange"]


@seal
class PriceList(PriceListBase):
    """See ``AbstractPriceList``."""


@seal
class Price(PriceBase):
    """See ``AbstractPrice``."""


@seal
class PriceChange(PriceChangeBase):
    """See ``AbstractPriceChange``."""


@seal
class PriceListChange(PriceListChangeBase):
    """See ``AbstractPriceListChange``."""
