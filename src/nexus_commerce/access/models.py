"""The models of access, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.access.abstract_models import AbstractRateCount as RateCountBase
else:
    from nexus_commerce.access import abstract_models as a

    RateCountBase = compose("access.RateCount", a.AbstractRateCount)

__all__ = ["RateCount"]


@seal
class RateCount(RateCountBase):
    """See ``AbstractRateCount``."""
