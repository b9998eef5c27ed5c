"""Promotions are written with forms that are made from the registered classes, and saved by the services."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils.translation import override

from nexus_commerce.admin.promotions.argument_fields import FIELD_MAKERS, make_field
from nexus_commerce.admin.promotions.wording import words_of_rules
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.promotions.registry import condition_classes, effect_classes, rule_json
from nexus_commerce.promotions.rules import Argument, Rule, arguments_of
from nexus_commerce.testing.factories import make_promotion
from tests.admin.forms import errors_of
from tests.admin.host_rules import SETTINGS, LuckySkuCondition, PennyEffect
from tests.admin.promotion_pages import ADD, page_of, promotion_values, row_errors, rows_of, send
from tests.admin.rule_samples import filled

pytestmark = pytest.mark.django_db

LIST = "admin:nexus_promotions_promotion_changelist"
ALL = [
    *(("conditions", cls) for cls in condition_classes().values()),
    *(("effects", c) for c in effect_classes().values()),
]


@pytest.mark.hosts
@pytest.mark.parametrize(("kind", "cls"), ALL, ids=[f"{kind}-{cls.code}" for kind, cls in ALL])
def test_every_class_goes_round(kind: str, cls: type[Rule], pages: Client, rows: None) -> None:
    rule = filled(cls)
    typed = {"name": "All of it", "currency": "EUR", **rows_of(kind, rule)}
    response = send(pages, reverse(ADD), **typed)
    assert response.status_code == 302, (errors_of(response), row_errors(response, kind))
    promotion = Promotion.objects.get(name="All of it")
    assert getattr(promotion, kind) == [rule_json(rule)]

    again = send(pages, page_of(promotion))
    assert again.status_code == 302, (errors_of(again), row_errors(again, kind))
    after = Promotion.objects.get(pk=promotion.pk)
    assert (getattr(after, kind), after.version) == ([rule_json(rule)], promotion.version)


def test_a_class_with_defaults_shows_them_and_keeps_them(pages: Client, rows: None) -> None:
    address = reverse(ADD)
    added = send(pages, address, **{"_rows": "effects:add", "effects-new": "buy_get"})
    (form,) = added.context["rules"]["effects"].forms
    assert (form["args-get_quantity"].value(), form["args-percent"].value()) == (1, "100")
    assert list(form.fields)[-1] == "args-cap"
    values = promotion_values(added) | {"name": "3 for 2", "effects-0-args-buy_quantity": "2"}
    saved = pages.post(address, {name: value for name, value in values.items() if value is not None})
    assert saved.status_code == 302, row_errors(saved, "effects")
    (effect,) = Promotion.objects.get(name="3 for 2").effects
    assert effect["args"] == {"buy_quantity": 2, "get_quantity": 1, "percent": "100", "select": "cheapest"}


@pytest.mark.parametrize(
    ("kind", "typed", "field", "words"),
    [
        ("effects", {"code": "line_percent", "args-percent": "130"}, "args-percent", "100"),
        ("effects", {"code": "line_percent", "args-percent": "1.23456"}, "args-percent", "4"),
        ("effects", {"code": "line_percent"}, "args-percent", "required"),
        ("effects", {"code": "order_amount", "args-amount": "1.234"}, "args-amount", "EUR"),
        ("effects", {"code": "order_amount", "args-amount": "-1"}, "args-amount", "EUR"),
        ("effects", {"code": "bundle", "args-quantity": "1", "args-price": "5"}, "args-quantity", "2"),
        ("effects", {"code": "units", "args-count": "1", "args-select": "dearest"}, "__all__", "percent or amount"),
        ("effects", {"code": "units", "args-count": "1", "args-select": "x"}, "args-select", "x"),
        (
            "effects",
            {"code": "tiered_value", "args-tiers-0-at_least": "10", "args-tiers-1-percent": "x"},
            "args-tiers",
            "Row 2",
        ),
        ("conditions", {"code": "products", "args-products": ["no-such"]}, "args-products", "no-such"),
        ("conditions", {"code": "customer_group", "args-groups": ["nobody"]}, "args-groups", "nobody"),
        ("conditions", {"code": "country", "args-countries": ["XX"]}, "args-countries", "XX"),
        ("conditions", {"code": "schedule", "args-from_time": "25:00"}, "__all__", "hour"),
        ("conditions", {"code": "nonsense"}, "__all__", "nonsense"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    kind: str, typed: Mapping[str, Any], field: str, words: str, pages: Client, rows: None
) -> None:
    row = {f"{kind}-1-{name}": value for name, value in typed.items()}
    fine = {"conditions": condition_classes()["logged_in"], "effects": effect_classes()["order_percent"]}
    first = rows_of(kind, filled(fine[kind]))
    sent = {"name": "Wrong", "currency": "EUR", **first, f"{kind}-TOTAL_FORMS": "2", **row}
    response = send(pages, reverse(ADD), **sent)
    assert response.status_code == 200
    right, wrong = row_errors(response, kind)
    assert not right
    assert words in str(wrong[field])
    assert b"errornote" in response.content
    assert not Promotion.objects.filter(name="Wrong").exists()


def test_amounts_need_a_currency(pages: Client, rows: None) -> None:
    amount = {f"effects-0-{name}": value for name, value in {"code": "order_amount", "args-amount": "5"}.items()}
    sent = {"name": "Five off", "currency": "", "effects-TOTAL_FORMS": "1", **amount}
    response = send(pages, reverse(ADD), **sent)
    assert "currency" in str(row_errors(response, "effects")[0]["args-amount"])
    budget = send(pages, reverse(ADD), name="Five off", currency="", budget="5")
    assert "currency" in errors_of(budget)


@pytest.mark.parametrize(("currency", "typed", "minor"), [("JPY", "500", 500), ("KWD", "1.250", 1250)])
def test_amounts_have_the_digits_of_their_currency(
    currency: str, typed: str, minor: int, pages: Client, channel: Channel
) -> None:
    Channel.objects.update(currency=currency)
    amount = {"effects-0-code": "order_amount", "effects-0-args-amount": typed, "effects-TOTAL_FORMS": "1"}
    response = send(pages, reverse(ADD), name="Off", currency=currency, budget=typed, **amount)
    assert response.status_code == 302, row_errors(response, "effects")
    promotion = Promotion.objects.get()
    assert (promotion.effects[0]["args"]["amount"], promotion.budget) == (minor, minor)
    form = pages.get(page_of(promotion)).context["rules"]["effects"].forms[0]
    assert form["args-amount"].value() == typed


def test_amounts_and_percentages_are_typed_as_the_language_writes_them(pages: Client, channel: Channel) -> None:
    promotion = make_promotion(channel=channel)
    typed = {"effects-TOTAL_FORMS": "1", "effects-0-code": "line_percent", "effects-0-args-percent": "12,5"}
    with override("de"):
        send(pages, page_of(promotion), **typed)
        promotion.refresh_from_db()
        assert promotion.effects == [{"code": "line_percent", "args": {"percent": "12.5"}}]
        page = pages.get(page_of(promotion))
        assert page.context["rules"]["effects"].forms[0]["args-percent"].value() == "12,5"


def test_rows_are_added_moved_and_removed_without_a_script(pages: Client, rows: None) -> None:
    classes = effect_classes()
    two = rows_of("effects", filled(classes["line_percent"]), filled(classes["order_percent"]))
    wrong = {"effects-0-args-percent": "hundred"}
    typed = {"name": "", "currency": "EUR", **two, **wrong, "_rows": "effects:add", "effects-new": "gift_line"}
    added = send(pages, reverse(ADD), **typed)
    codes = [form.asked_code for form in added.context["rules"]["effects"].forms]
    assert (added.status_code, codes) == (200, ["line_percent", "order_percent", "gift_line"])
    assert added.context["rules"]["effects"].forms[0]["args-percent"].value() == "hundred"
    assert added.context["rules"]["effects"].forms[2]["args-quantity"].value() == 1
    assert not errors_of(added)
    assert not any(row_errors(added, "effects"))
    assert b"errornote" not in added.content

    def press(button: str) -> list[str]:
        response = send(pages, reverse(ADD), **{**typed, "_rows": button, "effects-new": ""})
        return [form.asked_code for form in response.context["rules"]["effects"].forms]

    assert press("effects:down:0") == ["order_percent", "line_percent"]
    assert press("effects:up:1") == ["order_percent", "line_percent"]
    assert press("effects:up:0") == ["line_percent", "order_percent"]
    assert press("effects:remove:0") == ["order_percent"]
    assert press("effects:remove:9") == ["line_percent", "order_percent"]
    assert press("table") == ["line_percent", "order_percent"]
    assert not Promotion.objects.filter(name="").exists()


def test_the_script_marks_rows_as_removed_and_moved(pages: Client, rows: None) -> None:
    classes = effect_classes()
    three = [filled(classes[code]) for code in ("line_percent", "order_percent", "shipping_percent")]
    marks = {"effects-0-ORDER": "1", "effects-1-DELETE": "on", "effects-2-ORDER": "0"}
    response = send(pages, reverse(ADD), name="Moved", currency="EUR", **rows_of("effects", *three), **marks)
    assert response.status_code == 302, row_errors(response, "effects")
    codes = [effect["code"] for effect in Promotion.objects.get(name="Moved").effects]
    assert codes == ["shipping_percent", "line_percent"]


def test_names_may_be_typed_where_no_script_runs(pages: Client, rows: None) -> None:
    typed = {"conditions-0-code": "variants", "conditions-0-args-variants-typed": "novel-hard, BOTH"}
    response = send(pages, reverse(ADD), name="Typed", **{"conditions-TOTAL_FORMS": "1"}, **typed)
    assert response.status_code == 302, row_errors(response, "conditions")
    wanted = {str(variant.public_id) for variant in Variant.objects.filter(sku__in=["NOVEL-HARD", "BOTH"])}
    assert set(Promotion.objects.get(name="Typed").conditions[0]["args"]["variants"]) == wanted


def test_it_is_saved_by_the_services(pages: Client, channel: Channel) -> None:
    limits = {"usage_limit": "5", "budget": "100", "channels": [channel.pk], "priority": "3", "basis": "net"}
    send(pages, reverse(ADD), name="Limited", currency=channel.currency, **limits)
    promotion = Promotion.objects.get()
    assert (promotion.usage_limit, promotion.budget, promotion.basis) == (5, 10_000, "net")
    assert list(promotion.channels.all()) == [channel]

    Promotion.objects.update(uses=4)
    response = send(pages, page_of(promotion), usage_limit="3")
    assert "usage_limit" in errors_of(response)
    send(pages, page_of(promotion), name="Still limited", channels=[])
    promotion.refresh_from_db()
    assert (promotion.name, promotion.version, promotion.uses) == ("Still limited", 2, 4)
    assert not promotion.channels.exists()


def test_a_service_that_refuses_an_argument_is_heard_at_its_row(pages: Client, channel: Channel) -> None:
    promotion = make_promotion(filled(effect_classes()["line_percent"]), channel=channel)  # type: ignore[arg-type]
    form = send(pages, page_of(promotion), _preview="1").context["adminform"].form
    form.show_refusal(InvalidInput("No.", field="effects.0.args.percent"))
    form.show_refusal(InvalidInput("Never.", field="effects.7"))
    assert form.rules["effects"].forms[0].errors == {"args-percent": ["No."]}
    assert form.rules["effects"].non_form_errors() == ["Never."]


def test_a_class_that_is_gone_is_said_to_be(pages: Client, channel: Channel) -> None:
    promotion = make_promotion(channel=channel)
    Promotion.objects.update(effects=[{"code": "gone", "args": {"x": 1}}])
    assert b"gone (cannot be read)" in pages.get(reverse(LIST)).content
    response = send(pages, page_of(promotion))
    assert "gone is not registered" in str(row_errors(response, "effects")[0])
    removed = send(pages, page_of(promotion), **{"effects-0-DELETE": "on"})
    assert removed.status_code == 302
    promotion.refresh_from_db()
    assert promotion.effects == []


def test_promotions_are_archived_and_never_deleted(pages: Client, channel: Channel) -> None:
    promotion = make_promotion(channel=channel)
    assert pages.post(page_of(promotion, "delete"), {"post": "yes"}).status_code == 403
    pages.post(page_of(promotion, "archive"))
    promotion.refresh_from_db()
    assert promotion.archived_at is not None


@override_settings(NEXUS_COMMERCE=SETTINGS)
def test_a_host_registers_a_class_with_one_line(pages: Client, variant: Variant) -> None:
    content = pages.get(reverse(ADD)).content.decode()
    assert '<optgroup label="Of this shop"><option value="lucky_sku">Lucky SKU</option>' in content
    lucky = LuckySkuCondition(ending=variant.sku[-1], planets=("Mars", "Venus"))
    rules = {**rows_of("conditions", lucky), **rows_of("effects", PennyEffect())}
    response = send(pages, reverse(ADD), name="Lucky", **rules)
    assert response.status_code == 302, (row_errors(response, "conditions"), row_errors(response, "effects"))
    promotion = Promotion.objects.get()
    assert promotion.conditions == [rule_json(lucky)]
    assert "A penny off" in pages.get(reverse(LIST)).content.decode()
    preview = pages.get(page_of(promotion, "preview")).context["preview"].preview
    assert (preview.tried.reason, preview.tried.amount) == ("", 1)


def test_every_kind_of_argument_has_a_field() -> None:
    kinds = {argument.kind for _kind, cls in ALL for argument in arguments_of(cls).values()}
    assert kinds <= FIELD_MAKERS.keys()


def test_an_amount_may_have_a_least() -> None:
    field = make_field(Argument("amount", "Amount", least=100), "EUR")
    assert field.clean("1") == 100
    with pytest.raises(ValidationError, match=r"at least 1\.00"):
        field.clean("0.99")


def test_words_say_what_matters() -> None:
    classes = {**condition_classes(), **effect_classes()}
    worth = classes["order_value"](at_least=5000)
    percent = classes["line_percent"](percent=Decimal("12.5"), cap=2500)
    tiers = classes["tiered_quantity"](tiers=((3, Decimal(10), 0), (6, Decimal(0), 500)))
    assert words_of_rules("conditions", [rule_json(worth)], "EUR") == "Value of the order: At least €50.00"
    told = words_of_rules("effects", [rule_json(percent), rule_json(tiers)], "EUR")
    assert told == (
        "Percentage off matching lines: 12.5\u00a0%, At most €25.00; "
        "Off matching lines by their quantity: 3 → 10\u00a0%; 6 → €5.00"
    )
