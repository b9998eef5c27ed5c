"""The operations of promotions, for those who run the shop."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.openapi import SESSION, operation
from nexus_commerce.api.views import CommerceView
from nexus_commerce.promotions.registry import condition_classes, effect_classes

__all__ = ["PromotionRuleListView"]


class PromotionRuleListView(CommerceView):
    """What promotions are made of."""

    permissions = ("permissions.PromotionStaff",)

    @operation(
        id="list_promotion_rules",
        summary="List the kinds of conditions and effects",
        tag="Staff",
        responses={200: "promotions.PromotionRulesSerializer"},
        errors={401: ["not_authenticated"], 403: ["permission_denied"]},
        auth=SESSION,
    )
    def get(self, request: Request) -> Response:
        """Every condition and effect that is registered, the shop's own among them, with the schema of its arguments.

        For staff who may see promotions.
        """
        rules = condition_classes().values(), effect_classes().values()
        return Response(self.write("promotions.PromotionRulesSerializer", rules))
