"""How the rules of promotions are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from nexus_commerce.api.serializers import OutputSerializer
from nexus_commerce.promotions.rules import Effect, Rule
from nexus_commerce.promotions.schemas import schema_of

__all__ = ["PromotionRulesSerializer"]


class ConditionSerializer(serializers.Serializer[Any]):
    """A kind of condition."""

    code = serializers.CharField(help_text="What a promotion's `conditions` name.")
    label = serializers.CharField()  # type: ignore[assignment]
    description = serializers.CharField()
    needs = serializers.ListField(
        child=serializers.CharField(), help_text="What is loaded for it beside the cart, such as `categories`."
    )
    schema = serializers.DictField(help_text="The JSON Schema (2020-12) of its `args`.")


class EffectSerializer(ConditionSerializer):
    """A kind of effect."""

    stage = serializers.CharField(help_text="What it is about: `lines`, `order` or `shipping`.")


class PromotionRulesSerializer(OutputSerializer):
    """The kinds of conditions and effects that promotions of this shop are made of."""

    conditions = ConditionSerializer(many=True)
    effects = EffectSerializer(many=True)

    def represent(self, instance: tuple[Iterable[type[Rule]], Iterable[type[Effect]]]) -> dict[str, Any]:
        """Return the classes, the host's own among them."""
        conditions, effects = instance
        return {
            "conditions": [rule_json(cls) for cls in conditions],
            "effects": [{**rule_json(cls), "stage": cls.stage} for cls in effects],
        }


def rule_json(cls: type[Rule]) -> dict[str, Any]:
    """Return what there is to know of a condition or effect."""
    schema = schema_of(cls)
    return {
        "code": cls.code,
        "label": schema["title"],
        "description": schema["description"],
        "needs": sorted(cls.needs),
        "schema": schema,
    }
