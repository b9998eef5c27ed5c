"""Every note that the library's steps can make has a sentence, and no sentence lacks a value."""

import ast
from collections.abc import Iterator
from inspect import getsource
from types import ModuleType
from typing import Any

import pytest

from nexus_commerce.pricing import steps as pricing_steps
from nexus_commerce.pricing.totals import Tried
from nexus_commerce.pricing.wording import SENTENCES, sentence, words_of_missing, words_of_tax_reason
from nexus_commerce.promotions import applying, ledger, plan
from nexus_commerce.promotions import steps as promotion_steps
from nexus_commerce.promotions.wording import REASONS, words_of_refusal
from nexus_commerce.shipping import steps as shipping_steps
from nexus_commerce.tax import policies, zones
from nexus_commerce.tax import steps as tax_steps

NOTING: tuple[ModuleType, ...] = (pricing_steps, tax_steps, shipping_steps, promotion_steps, applying, ledger, plan)


def called(modules: tuple[ModuleType, ...], *names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions and classes by their names."""
    for module in modules:
        for node in ast.walk(ast.parse(getsource(module))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node


def said(modules: tuple[ModuleType, ...], keyword: str, *names: str) -> set[str]:
    """Return every text that is given as ``keyword`` to calls of these names."""
    return {
        constant.value
        for call in called(modules, *names)
        for given in call.keywords
        if given.arg == keyword
        for constant in ast.walk(given.value)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }


def test_every_code_of_the_librarys_steps_has_a_sentence() -> None:
    first = [call.args[0] for call in called(NOTING, "Note", "note_of")]
    codes = {code.value for code in first if isinstance(code, ast.Constant)}
    assert codes == SENTENCES.keys()
    # What is no text is the one parameter of the function that the other calls go through.
    assert [code.id for code in first if isinstance(code, ast.Name)] == ["code"]


def test_every_reason_of_a_promotion_has_a_sentence() -> None:
    from nexus_commerce.promotions.services import loading

    found = said((applying, plan), "reason", "tried")
    returned = {
        node.value.value
        for node in ast.walk(ast.parse(getsource(loading.refusal_of)))
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant)
    }
    assert (found | returned) - {""} == set(REASONS)
    for reason in REASONS:
        assert words_of_refusal(Tried("1", "Sale", reason=reason), currency="EUR") not in ("", reason)


def test_every_reason_for_no_tax_has_words() -> None:
    reasons = said((policies, zones), "reason", "Taxation")
    assert reasons == {"no_rate", "exempt", "reverse_charge"}
    for reason in reasons:
        assert words_of_tax_reason(reason) != reason


PRICE = {"unit_price": 100, "list_price": 100, "subtotal": 300}
PRICED = {"price_list": "web", "from_quantity": 1, "per": 1, "quantity": 3}
TAXED: dict[str, Any] = {
    "rates": [{"name": "VAT", "percent": "19", "zone": "home"}],
    "reason": "",
    "level": "line",
    "is_included": False,
}
TAX = {"net": 100, "tax": 19, "rounding": 0}
GIVEN = {"name": "Sale", "promotion": "1", "effect": "line_percent"}
SHIPPED = {"name": "Post", "kind": "flat", "weight": 500, "quantity": 1}
EXAMPLES: list[tuple[str, dict[str, int], dict[str, Any], str]] = [
    ("price", PRICE, PRICED, "3 at €1.00 each: €3.00. Price list: web."),
    (
        "price",
        {**PRICE, "list_price": 150},
        {**PRICED, "per": 100, "from_quantity": 3, "price_list": ""},
        "3 at €1.00 per 100: €3.00. This price holds from 3 on. The price was reduced from €1.50.",
    ),
    (
        "rebased",
        {"before": 120, "subtotal": 110},
        {"keeps": "net"},
        "Where it goes another tax is due: €1.20 with the tax at home becomes €1.10.",
    ),
    ("discount", {"amount": 20, "left": 80}, GIVEN, "Sale takes €0.20 off, which leaves €0.80."),
    (
        "discount",
        {"amount": 20, "left": 80},
        {**GIVEN, "name": "50 % off", "coupon_code": "100%d"},
        "50 % off (code 100%d) takes €0.20 off, which leaves €0.80.",
    ),
    ("gift", {"amount": 300, "left": 0}, {**GIVEN, "sku": "PEN", "quantity": 2}, "Sale gives 2 for free, worth €3.00."),
    ("gift_unavailable", {}, {**GIVEN, "sku": "PEN"}, "Sale would give PEN for free, but there is none."),
    ("shipping", {"amount": 490, "value": 1000}, SHIPPED, "Post: €4.90 for goods worth €10.00."),
    ("shipping", {"amount": 0, "value": 5000, "free_from": 5000}, SHIPPED, "Post is free from €50.00 on."),
    ("shipping", {"amount": 0, "value": 4999, "free_from": 5000}, SHIPPED, "Post: €0.00 for goods worth €49.99."),
    ("shipping_not_offered", {"value": 1000}, SHIPPED, "Post is not offered for these goods."),
    ("fee", {"amount": 240}, {"name": "Gift wrap"}, "Gift wrap: €2.40."),
    ("tax", TAX, TAXED, "VAT (19 %) on €1.00 is added: €0.19."),
    (
        "tax",
        {**TAX, "rounding": -1},
        {**TAXED, "is_included": True, "level": "total", "rates": [{"name": "VAT 19 %", "percent": "19", "zone": ""}]},
        "VAT 19 % on €1.00 is included: €0.19. It is rounded once on the whole and shared out. "
        "Rounding the tax moved the price by -€0.01.",
    ),
    ("tax", TAX, {**TAXED, "level": "unit"}, "VAT (19 %) on €1.00 is added: €0.19. It is rounded on each unit."),
    (
        "tax",
        {**TAX, "tax": 0},
        {**TAXED, "rates": [], "reason": "reverse_charge"},
        "Reverse charge: the buyer owes the tax.",
    ),
    ("deposit", {}, {"text": "0.25 for the bottle."}, "0.25 for the bottle."),
    ("deposit", {}, {}, "This follows from the rule deposit."),
]


@pytest.mark.parametrize(("code", "amounts", "data", "words"), EXAMPLES)
def test_sentence(code: str, amounts: dict[str, int], data: dict[str, Any], words: str) -> None:
    assert sentence(code, amounts, data, currency="EUR", language="en") == words


def test_every_code_is_among_the_examples() -> None:
    assert {code for code, *_ in EXAMPLES} >= SENTENCES.keys()


@pytest.mark.parametrize(
    ("missing", "words"),
    [({"amount": 400}, "€4.00"), ({"quantity": 1}, "1 unit"), ({"quantity": 3}, "3 units"), ({}, "")],
)
def test_what_is_missing_in_words(missing: dict[str, int], words: str) -> None:
    assert words_of_missing(missing, currency="EUR") == words


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        (Tried("1", "Sale"), ""),
        (Tried("1", "Sale", reason="excluded", data={"by": "Winter"}), "It does not go together with Winter."),
        (
            Tried("1", "Sale", reason="conditions_not_met", unmet=({"code": "logged_in"}, {"code": "gone"})),
            "These conditions are not met: Logged in, gone.",
        ),
        (
            Tried("1", "Sale", reason="conditions_not_met", unmet=({"code": "quantity"},), missing={"quantity": 2}),
            "These conditions are not met: Quantity. Missing: 2 units.",
        ),
        (Tried("1", "Sale", reason="moonless"), "moonless"),
    ],
)
def test_why_a_promotion_did_not_apply_in_words(tried: Tried, words: str) -> None:
    assert words_of_refusal(tried, currency="EUR") == words
