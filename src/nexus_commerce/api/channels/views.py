"""The operations of channels."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.openapi import operation
from nexus_commerce.api.parameters import CHANNEL
from nexus_commerce.api.views import CommerceView

__all__ = ["ChannelView"]


class ChannelView(CommerceView):
    """The sales channel that the request is served in."""

    permissions = ("permissions.Public",)
    private = False

    @operation(
        id="get_channel",
        summary="Show the sales channel",
        tag="Channel",
        responses={200: "channels.ChannelSerializer"},
        errors={404: ["no_channel"]},
        parameters=[CHANNEL],
    )
    def get(self, request: Request) -> Response:
        """The channel that the host name or the header `Nexus-Channel` chooses: its currency, country and language."""
        return Response(self.write("channels.ChannelSerializer", self.channel))
