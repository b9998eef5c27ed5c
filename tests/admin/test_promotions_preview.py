"""The preview says what the engine says, of the promotion as it is on the form, and writes nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from nexus_commerce.cart.services import NewLine
from nexus_commerce.cart.services.previewing import PromotionPreview
from nexus_commerce.cart.services.quoting import quote_lines
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.promotions.registry import condition_classes, effect_classes
from nexus_commerce.testing.factories import (
    make_coupon,
    make_product,
    make_promotion,
    make_shipping_method,
)
from tests.admin.promotion_pages import ADD, page_of, rows_of, send

pytestmark = pytest.mark.django_db

RULES: Any = {**condition_classes(), **effect_classes()}


def sample(*lines: tuple[Variant, int], **terms: Any) -> dict[str, Any]:
    """Return what is typed to describe a sample cart."""
    values: dict[str, Any] = {"sample-lines-TOTAL_FORMS": str(len(lines)), "sample-lines-INITIAL_FORMS": "0"}
    for place, (variant, quantity) in enumerate(lines):
        values[f"sample-lines-{place}-variant"] = str(variant.public_id)
        values[f"sample-lines-{place}-quantity"] = str(quantity)
    return values | {f"sample-{name}": value for name, value in terms.items()}


def preview_of(response: Any) -> PromotionPreview:
    panel = response.context["preview"]
    assert panel.preview is not None, (panel.problem, panel.form.errors, panel.lines.errors)
    found: PromotionPreview = panel.preview
    return found


def amounts(totals: Any) -> Any:
    """Return what two totals are compared by."""
    lines = sorted((line.quantity, line.subtotal, line.discount_total, line.tax_total) for line in totals.lines)
    return totals.total, totals.discount_total, totals.tax_total, totals.shipping_total, lines


@pytest.fixture
def goods(channel: Channel) -> list[Variant]:
    """Return variants of three products, at 10.00, 25.00 and 7.35."""
    return [make_product(channel=channel, amount=amount, stock=9).variants.get() for amount in (1000, 2500, 735)]


def test_it_shows_what_the_engine_will_say_once_it_is_saved(
    pages: Client, channel: Channel, goods: list[Variant]
) -> None:
    make_promotion(RULES["order_amount"](amount=333), channel=channel, name="Always")
    promotion = make_promotion(RULES["line_percent"](percent=Decimal(10)), channel=channel)
    rules = {
        **rows_of("conditions", RULES["order_value"](at_least=4000)),
        **rows_of("effects", RULES["line_percent"](percent=Decimal("33.3333"), cap=1999)),
    }
    cart = sample((goods[0], 3), (goods[1], 1), (goods[2], 2), channel=channel.pk)
    shown = preview_of(send(pages, page_of(promotion), **rules, **cart, _preview="1", priority="5"))

    lines = [NewLine(goods[0].public_id, 3), NewLine(goods[1].public_id), NewLine(goods[2].public_id, 2)]
    send(pages, page_of(promotion), is_active=None)
    before = quote_lines(channel=channel, lines=lines)
    saved = send(pages, page_of(promotion), **rules, priority="5", is_active="on")
    assert saved.status_code == 302
    after = quote_lines(channel=channel, lines=lines)
    assert amounts(shown.priced.totals) == amounts(after.totals)
    assert amounts(shown.before) == amounts(before.totals)
    assert shown.tried.amount == 1999


def test_the_table_says_what_each_line_costs(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    only = RULES["variants"](variants=(str(goods[0].public_id),))
    promotion = make_promotion(RULES["line_percent"](percent=Decimal(50)), conditions=[only], channel=channel)
    make_promotion(RULES["unit_amount"](amount=100), channel=channel, name="Always", priority=9)
    page = pages.get(
        page_of(promotion, "preview"), sample((goods[0], 2), (goods[1], 1), channel=channel.pk, with_others="on")
    )
    panel = page.context["preview"]
    first, second = panel.rows
    assert (first.before, first.own, first.others, first.after) == ("€18.00", "-€9.00", "-€2.00", "€9.00")
    assert (second.before, second.own, second.after) == ("€24.00", "–", "€24.00")
    assert (first.is_changed, second.is_changed) == (True, False)
    assert [(row.name, row.before, row.after) for row in panel.sums if row.name == "Total"] == [
        ("Total", "€42.00", "€33.00")
    ]
    assert panel.verdict == "It applies and takes €9.00 off."
    assert panel.others == [("Always", "−€3.00")]
    alone = pages.get(page_of(promotion, "preview"), sample((goods[0], 2), channel=channel.pk)).context["preview"]
    assert (alone.rows[0].before, alone.others) == ("€20.00", [])


def test_it_says_why_nothing_comes_off(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    conditions = [RULES["order_value"](at_least=5000), RULES["country"](countries=("CH",))]
    promotion = make_promotion(RULES["order_percent"](percent=Decimal(5)), conditions=conditions, channel=channel)
    page = pages.get(page_of(promotion, "preview"), sample((goods[0], 2), channel=channel.pk, country="AT"))
    panel = page.context["preview"]
    assert "not met" in panel.verdict
    assert [(row.name, row.below) for row in panel.refusals] == [
        ("Value of the order: At least €50.00", "Found: €20.00"),
        ("Country: CH", "Found: AT"),
    ]
    met = sample((goods[0], 5), channel=channel.pk, country="CH")
    assert preview_of(pages.get(page_of(promotion, "preview"), met)).tried.amount == 250


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"currency": "USD"}, "other_currency"),
        ({"usage_limit": 1, "uses": 1}, "used_up"),
        ({"budget": 100, "spent": 100}, "budget_exhausted"),
        ({"budget": 100, "spent": 50}, "budget_exhausted"),
    ],
)
def test_limits_count(fields: Any, reason: str, pages: Client, channel: Channel, goods: list[Variant]) -> None:
    promotion = make_promotion(RULES["order_percent"](percent=Decimal(10)), channel=channel, **fields)
    page = pages.get(page_of(promotion, "preview"), sample((goods[0], 1), channel=channel.pk))
    assert preview_of(page).tried.reason == reason
    assert "does not apply" in page.context["preview"].verdict


def test_another_channel_is_said_to_be_one(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    promotion = make_promotion(RULES["order_percent"](percent=Decimal(10)), currency="")
    other = Channel.objects.create(code="other", name="Other", currency="EUR", country="DE")
    promotion.channels.add(other)
    page = pages.get(page_of(promotion, "preview"), sample((goods[0], 1), channel=channel.pk))
    assert preview_of(page).tried.reason == "other_channel"
    nowhere = pages.get(page_of(promotion, "preview"), sample((goods[0], 1), channel=other.pk)).context["preview"]
    assert goods[0].sku in nowhere.notes[0]


def test_codes_windows_and_moments_do_not_hide_it(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    weekend = RULES["schedule"](weekdays=("saturday", "sunday"))
    later = timezone.now() + timedelta(days=30)
    promotion = make_promotion(
        RULES["order_percent"](percent=Decimal(10)), conditions=[weekend], channel=channel, valid_from=later
    )
    make_coupon(promotion=promotion)
    saturday = {"moment_0": "2026-11-28", "moment_1": "12:00:00"}
    monday = {"moment_0": "2026-11-30", "moment_1": "12:00:00"}
    page = pages.get(page_of(promotion, "preview"), sample((goods[0], 1), channel=channel.pk, **saturday))
    assert preview_of(page).tried.amount == 100
    assert len(page.context["preview"].notes) == 2
    page = pages.get(page_of(promotion, "preview"), sample((goods[0], 1), channel=channel.pk, **monday))
    assert preview_of(page).tried.reason == "conditions_not_met"
    assert [row.below for row in page.context["preview"].refusals] == ["Found: Mon 12:00"]


def test_shipping_and_customers_can_be_tried(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    make_shipping_method(channel=channel, amount=490, currency=channel.currency, code="post")
    customer = Customer.objects.create(email="ada@example.com")
    promotion = make_promotion(
        RULES["shipping_percent"](), conditions=[RULES["logged_in"](), RULES["first_order"]()], channel=channel
    )
    cart = sample((goods[0], 1), channel=channel.pk, shipping_method="post")
    assert preview_of(pages.get(page_of(promotion, "preview"), cart)).tried.reason == "conditions_not_met"
    page = pages.get(page_of(promotion, "preview"), cart | {"sample-customer": customer.pk})
    assert preview_of(page).tried.amount == 490
    assert page.context["preview"].rows[-1].own == "-€4.90"


@pytest.mark.parametrize("code", sorted(effect_classes()))
def test_without_lines_it_finds_some_that_fit(code: str, pages: Client, channel: Channel, goods: list[Variant]) -> None:
    make_shipping_method(channel=channel, amount=490, currency=channel.currency, code="post")
    terms: dict[str, Any] = {
        "units": {"percent": Decimal(50)},
        "buy_get": {"buy_quantity": 2},
        "bundle": {"quantity": 3, "price": 1500},
        "tiered_value": {"tiers": ((5000, Decimal(10), 0),)},
        "tiered_quantity": {"tiers": ((6, Decimal(10), 0),)},
        "gift_line": {"sku": goods[2].sku},
        "fixed_price": {"price": 500},
        "shipping_percent": {},
        "shipping_price": {"price": 100},
        "line_percent": {"percent": Decimal(5)},
        "order_percent": {"percent": Decimal(5)},
    }
    effect = RULES[code](**terms.get(code, {"amount": 100}))
    promotion = make_promotion(effect, conditions=[RULES["quantity"](at_least=4)], channel=channel)
    page = pages.get(page_of(promotion, "preview"), sample(channel=channel.pk, shipping_method="post"))
    shown = preview_of(page)
    assert (shown.tried.reason, shown.tried.amount > 0) == ("", True), code
    assert 1 <= len(shown.priced.lines) <= 4
    filled = [form.initial for form in page.context["preview"].lines.forms if form.initial]
    assert len(filled) == len([entry for entry in shown.priced.lines if not entry.is_gift])
    assert shown.before.total > shown.priced.totals.total or code == "gift_line"


def test_what_the_rules_name_is_tried_first(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    for _number in range(14):
        make_product(channel=channel, amount=100, stock=1)
    last = make_product(channel=channel, amount=100, stock=1)
    only = RULES["products"](products=(str(last.public_id),))
    promotion = make_promotion(RULES["line_percent"](percent=Decimal(10)), conditions=[only], channel=channel)
    shown = preview_of(pages.get(page_of(promotion, "preview")))
    assert shown.tried.amount == 10
    assert last.pk in {entry.offer.product.pk for entry in shown.priced.lines}


def rows_everywhere() -> dict[str, int]:
    models = [model for model in apps.get_models() if model._meta.app_label.startswith("nexus_")]
    return {model._meta.label: model._default_manager.count() for model in models}


@pytest.mark.hosts
def test_nothing_is_written(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    promotion = make_promotion(RULES["order_percent"](percent=Decimal(10)), channel=channel)
    stored = Promotion.objects.filter(pk=promotion.pk).values().get()
    before = rows_everywhere()
    new = rows_of("effects", RULES["order_amount"](amount=500))
    cart = sample((goods[0], 2), channel=channel.pk)
    with CaptureQueriesContext(connection) as captured:
        response = send(pages, page_of(promotion), name="Other", **new, **cart, _preview="1")
        added = send(pages, reverse(ADD), name="New", currency=channel.currency, **new, **cart, _preview="1")
        pages.get(page_of(promotion, "preview"), cart)
    assert (response.status_code, added.status_code) == (200, 200)
    assert preview_of(response).tried.amount == preview_of(added).tried.amount == 500
    written = [q["sql"] for q in captured if q["sql"].split(" ")[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert written == []
    assert rows_everywhere() == before
    assert Promotion.objects.filter(pk=promotion.pk).values().get() == stored


def test_a_form_that_is_wrong_shows_its_errors_and_no_preview(
    pages: Client, channel: Channel, goods: list[Variant]
) -> None:
    promotion = make_promotion(channel=channel)
    wrong = {"effects-TOTAL_FORMS": "1", "effects-0-code": "line_percent", "effects-0-args-percent": "999"}
    response = send(pages, page_of(promotion), **wrong, **sample(channel=channel.pk), _preview="1")
    assert response.status_code == 200
    assert b"errornote" in response.content
    assert response.context["preview"].preview is None


def test_a_sample_cart_that_is_wrong_says_so(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    promotion = make_promotion(channel=channel)
    address = page_of(promotion, "preview")
    page = pages.get(address, sample(channel="999"))
    assert "channel" in page.context["preview"].form.errors
    page = pages.get(address, sample((goods[0], 0), channel=channel.pk))
    assert page.context["preview"].lines.errors != [{}]
    unknown = sample(channel=channel.pk) | {"sample-lines-TOTAL_FORMS": "1", "sample-lines-0-variant": "x"}
    assert "x" in str(pages.get(address, unknown).context["preview"].lines.errors)
    Variant.objects.update(archived_at=timezone.now())
    assert "offers nothing" in pages.get(address).context["preview"].problem


def test_it_costs_the_same_for_any_number_of_lines(pages: Client, channel: Channel, goods: list[Variant]) -> None:
    promotion = make_promotion(
        RULES["line_percent"](percent=Decimal(10)), conditions=[RULES["line_quantity"](at_least=1)], channel=channel
    )

    def statements(*lines: tuple[Variant, int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            preview_of(pages.get(page_of(promotion, "preview"), sample(*lines, channel=channel.pk, with_others="on")))
        return len(captured)

    statements((goods[0], 1))
    one = statements((goods[0], 1))
    labels = 2 * 2
    assert statements(*[(variant, 2) for variant in goods]) <= one + labels
    assert one <= 32
