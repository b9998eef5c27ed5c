"""Promotions are made, changed and archived by services that read their rules first."""

from datetime import UTC, datetime
from typing import Any

import pytest

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.promotions.services import (
    archive_promotion,
    change_promotion,
    create_promotion,
    load_promotions,
    release_redemptions,
)
from nexus_commerce.testing.factories import make_promotion
from tests.promotions.host_rules import Nothing
from tests.promotions.redeeming import applied, redeem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts, pytest.mark.usefixtures("host_rules")]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CAPPED = {"code": "nothing", "args": {"cap": 500}}
TIERED = {"code": "wizardry", "args": {"percent": "5", "tiers": [[5, "1"]]}}


def events() -> list[tuple[str, int]]:
    return list(OutboxEvent.objects.order_by("pk").values_list("type", "version"))


def test_a_promotion_is_made_of_its_columns(channel: Channel) -> None:
    promotion = create_promotion(
        fields={
            "name": "May",
            "currency": "EUR",
            "conditions": [{"code": "moon", "args": {"phases": ["new ", "new"], "waxing": None}}],
            "effects": [CAPPED],
            "priority": 5,
        },
        channels=[channel],
    )
    promotion.refresh_from_db()
    assert promotion.conditions == [{"code": "moon", "args": {"phases": ["new"], "waxing": False}}]
    assert promotion.effects == [CAPPED]
    assert (promotion.priority, promotion.version, list(promotion.channels.all())) == (5, 1, [channel])
    (found,) = load_promotions(channel=channel, currency="EUR", codes=(), customer_key="", now=NOW)
    assert found.effects == (Nothing(cap=500),)
    assert events() == [("promotion.created", 1)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": "\x00"}, "name"),
        ({"metadata": {"a": "\ud800"}}, "metadata"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "", "effects": [CAPPED]}, "currency"),
        ({"currency": "", "budget": 5}, "currency"),
        (
            {"currency": "", "effects": [{"code": "wizardry", "args": {"percent": "5", "tiers": [[5, "1"]]}}]},
            "currency",
        ),
        ({"effects": [{"code": "wizardry", "args": {"percent": "500"}}]}, "effects.0.args.percent"),
        ({"effects": [CAPPED, {"code": "gone"}]}, "effects.1.code"),
        ({"conditions": [{"code": "nothing"}]}, "conditions.0.code"),
        ({"conditions": None}, "conditions"),
        ({"basis": "both"}, "basis"),
        ({"valid_from": NOW, "valid_until": NOW}, "valid_until"),
        ({"valid_from": "tomorrow"}, "valid_from"),
        ({"budget": -1}, "budget"),
        ({"budget": 10**15 + 1}, "budget"),
        ({"usage_limit": -1}, "usage_limit"),
        ({"usage_limit_per_customer": "x"}, "usage_limit_per_customer"),
        ({"uses": 5}, "uses"),
        ({"version": 5}, "version"),
        ({"nmae": "x"}, "nmae"),
    ],
)
def test_what_cannot_be_stored_is_named(fields: dict[str, Any], field: str) -> None:
    good = {"name": "May", "currency": "EUR"}
    with pytest.raises(InvalidInput) as caught:
        create_promotion(fields=good | fields)
    assert caught.value.field == field
    promotion = create_promotion(fields=good)
    with pytest.raises(InvalidInput) as caught:
        change_promotion(promotion=promotion, fields=fields)
    assert caught.value.field == field
    stored = Promotion.objects.get()
    assert (stored.name, stored.currency, stored.effects, stored.version) == ("May", "EUR", [], 1)
    assert events() == [("promotion.created", 1)]


def test_without_amounts_no_currency_is_needed() -> None:
    percent = {"code": "wizardry", "args": {"percent": "5"}}
    assert create_promotion(fields={"name": "May", "effects": [percent]}).currency == ""


def test_a_change_counts_the_version_and_is_told(channel: Channel) -> None:
    promotion = make_promotion(Nothing(), channel=channel)
    stale = Promotion.objects.get(pk=promotion.pk)
    change_promotion(promotion=promotion, fields={"name": "New"})
    change_promotion(promotion=stale, fields={"effects": [CAPPED]}, channels=[])
    stale.refresh_from_db()
    assert (stale.name, stale.effects, stale.version) == ("New", [CAPPED], 3)
    assert not stale.channels.exists()
    assert events() == [("promotion.changed", 2), ("promotion.changed", 3)]


def test_a_new_limit_starts_with_what_was_used() -> None:
    promotion = make_promotion(Nothing())
    for _ in range(3):
        (row,) = redeem(applied(promotion, 500))
    release_redemptions(order=row.order)
    for fields, field in (({"usage_limit": 1}, "usage_limit"), ({"budget": 999}, "budget")):
        with pytest.raises(InvalidInput) as caught:
            change_promotion(promotion=promotion, fields=fields)
        assert caught.value.field == field
    change_promotion(promotion=promotion, fields={"usage_limit": 2, "budget": 1000})
    promotion.refresh_from_db()
    assert (promotion.uses, promotion.spent) == (2, 1000)
    change_promotion(promotion=promotion, fields={"usage_limit": 3})
    redeem(applied(promotion, 0))
    promotion.refresh_from_db()
    assert (promotion.uses, promotion.spent) == (3, 1000)


def test_archiving_is_done_once(channel: Channel) -> None:
    promotion = make_promotion(Nothing(), channel=channel)
    archived = archive_promotion(promotion=promotion)
    again = archive_promotion(promotion=Promotion.objects.get())
    assert archived.archived_at == again.archived_at is not None
    assert events() == [("promotion.archived", 2)]
    assert load_promotions(channel=channel, currency="EUR", codes=(), customer_key="", now=NOW) == []
