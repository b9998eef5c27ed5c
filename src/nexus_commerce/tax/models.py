"""The models of tax, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.tax.abstract_models import AbstractTaxClass as TaxClassBase
    from nexus_commerce.tax.abstract_models import AbstractTaxRate as TaxRateBase
    from nexus_commerce.tax.abstract_models import AbstractTaxZone as TaxZoneBase
    from nexus_commerce.tax.abstract_models import AbstractTaxZoneArea as TaxZoneAreaBase
else:
    from nexus_commerce.tax import abstract_models as a

    TaxClassBase = compose("tax.TaxClass", a.AbstractTaxClass)
    TaxZoneBase = compose("tax.TaxZone", a.AbstractTaxZone)
    TaxZoneAreaBase = compose("tax.TaxZoneArea", a.AbstractTaxZoneArea)
    TaxRateBase = compose("tax.TaxRate", a.AbstractTaxRate)

__all__ = ["TaxClass", "TaxRate", "TaxZone", "TaxZoneArea"]


@seal
class TaxClass(TaxClassBase):
    """See ``AbstractTaxClass``."""


@seal
class TaxZone(TaxZoneBase):
    """See ``AbstractTaxZone``."""


@seal
class TaxZoneArea(TaxZoneAreaBase):
    """See ``AbstractTaxZoneArea``."""


@seal
class TaxRate(TaxRateBase):
    """See ``AbstractTaxRate``."""
