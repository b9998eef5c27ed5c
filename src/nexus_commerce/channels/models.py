from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.channels.abstract_models import AbstractChannel as ChannelBase
else:
    from nexus_commerce.channels import abstract_models as a

    ChannelBase = compose("channels.Channel", a.AbstractChannel)

__all__ = ["Channel"]


@seal
class Channel(ChannelBase):
    """See ``AbstractChannel``."""
