"""The models of shipping, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.shipping.abstract_models import AbstractShippingMethod as ShippingMethodBase
    from nexus_commerce.shipping.abstract_models import AbstractShippingRate as ShippingRateBase
    from nexus_commerce.shipping.abstract_models import AbstractShippingTier as ShippingTierBase
    from nexus_commerce.shipping.abstract_models import AbstractShippingZone as ShippingZoneBase
    from nexus_commerce.shipping.abstract_models import AbstractShippingZoneArea as ShippingZoneAreaBase
else:
    from nexus_commerce.shipping import abstract_models as a

    ShippingZoneBase = compose("shipping.ShippingZone", a.AbstractShippingZone)
    ShippingZoneAreaBase = compose("shipping.ShippingZoneArea", a.AbstractShippingZoneArea)
    ShippingMethodBase = compose("shipping.ShippingMethod", a.AbstractShippingMethod)
    ShippingRateBase = compose("shipping.ShippingRate", a.AbstractShippingRate)
    ShippingTierBase = compose("shipping.ShippingTier", a.AbstractShippingTier)

__all__ = ["ShippingMethod", "ShippingRate", "ShippingTier", "ShippingZone", "ShippingZoneArea"]


@seal
class ShippingZone(ShippingZoneBase):
    """See ``AbstractShippingZone``."""


@seal
class ShippingZoneArea(ShippingZoneAreaBase):
    """See ``AbstractShippingZoneArea``."""


@seal
class ShippingMethod(ShippingMethodBase):
    """See ``AbstractShippingMethod``."""


@seal
class ShippingRate(ShippingRateBase):
    """See ``AbstractShippingRate``."""


@seal
class ShippingTier(ShippingTierBase):
    """See ``AbstractShippingTier``."""
