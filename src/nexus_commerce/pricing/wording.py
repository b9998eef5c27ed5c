"""The notes of the engine as sentences, in the language of whoever asks why something costs what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from nexus_commerce.core.formatting import format_money

__all__ = ["SENTENCES", "sentence", "words_of_missing", "words_of_tax_reason"]

Texts = Mapping[str, str]
Data = Mapping[str, Any]


def sentence(code: str, amounts: Mapping[str, int], data: Data, *, currency: str, language: str | None = None) -> str:
    """Return a note of the explanation in words.

    ``amounts`` are minor units of ``currency``. A note of a host's own step brings its sentence as ``data["text"]``.
    """
    with override(language or get_language() or "en"):
        if text := data.get("text"):
            return str(text)
        texts = {name: format_money(amount, currency) for name, amount in amounts.items()}
        write = SENTENCES.get(code)
        return write(amounts, texts, data) if write else _("This follows from the rule %(code)s.") % {"code": code}


def of_price(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    values = {**texts, "quantity": data["quantity"], "per": data["per"], "from_quantity": data["from_quantity"]}
    parts = [_("%(quantity)s at %(unit_price)s each: %(subtotal)s.")]
    if data["per"] > 1:
        parts = [_("%(quantity)s at %(unit_price)s per %(per)s: %(subtotal)s.")]
    if data["from_quantity"] > 1:
        parts.append(_("This price holds from %(from_quantity)s on."))
    if amounts["list_price"] > amounts["unit_price"]:
        parts.append(_("The price was reduced from %(list_price)s."))
    if data["price_list"]:
        values["price_list"] = data["price_list"]
        parts.append(_("Price list: %(price_list)s."))
    return " ".join(part % values for part in parts)


def of_rebased(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    return _("Where it goes another tax is due: %(before)s with the tax at home becomes %(subtotal)s.") % texts


def of_discount(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    template = _("%(name)s takes %(amount)s off, which leaves %(left)s.")
    if data.get("coupon_code"):
        template = _("%(name)s (code %(coupon_code)s) takes %(amount)s off, which leaves %(left)s.")
    return template % {**texts, "name": data["name"], "coupon_code": data.get("coupon_code", "")}


def of_gift(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    values = {**texts, "name": data["name"], "quantity": data["quantity"]}
    return _("%(name)s gives %(quantity)s for free, worth %(amount)s.") % values


def of_gift_unavailable(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    return _("%(name)s would give %(sku)s for free, but there is none.") % {"name": data["name"], "sku": data["sku"]}


def of_shipping(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    values = {**texts, "name": data["name"]}
    if amounts["amount"] == 0 and amounts["value"] >= amounts.get("free_from", amounts["value"] + 1):
        return _("%(name)s is free from %(free_from)s on.") % values
    return _("%(name)s: %(amount)s for goods worth %(value)s.") % values


def of_shipping_not_offered(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    return _("%(name)s is not offered for these goods.") % {"name": data["name"]}


def of_fee(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    return _("%(name)s: %(amount)s.") % {**texts, "name": data["name"]}


def of_tax(amounts: Mapping[str, int], texts: Texts, data: Data) -> str:
    if data["reason"]:
        parts = [f"{words_of_tax_reason(data['reason'])}."]
    else:
        template = _("%(rates)s on %(net)s is added: %(tax)s.")
        if data["is_included"]:
            template = _("%(rates)s on %(net)s is included: %(tax)s.")
        parts = [template % {**texts, "rates": words_of_rates(data["rates"])}]
        parts.append(words_of_level(data["level"]))
    if amounts["rounding"]:
        parts.append(_("Rounding the tax moved the price by %(rounding)s.") % texts)
    return " ".join(filter(None, parts))


def words_of_rates(rates: list[dict[str, Any]]) -> str:
    found = []
    for rate in rates:
        percent = _("%(percent)s %%") % {"percent": rate["percent"]}
        found.append(rate["name"] if rate["percent"] in rate["name"] else f"{rate['name']} ({percent})")
    return ", ".join(found)


def words_of_level(level: str) -> str:
    if level == "unit":
        return _("It is rounded on each unit.")
    if level == "total":
        return _("It is rounded once on the whole and shared out.")
    return ""


def words_of_tax_reason(reason: str) -> str:
    """Return why no tax is due."""
    if reason == "reverse_charge":
        return _("Reverse charge: the buyer owes the tax")
    if reason == "exempt":
        return _("Exempt from tax")
    if reason == "no_rate":
        return _("No tax is known there")
    return reason


def words_of_missing(missing: Mapping[str, int], *, currency: str) -> str:
    """Return what is lacking for a promotion: an amount, or a number of units; empty where neither is said."""
    if "amount" in missing:
        return format_money(missing["amount"], currency)
    if "quantity" in missing:
        count = missing["quantity"]
        return ngettext("%(count)s unit", "%(count)s units", count) % {"count": count}
    return ""


SENTENCES: Final[Mapping[str, Callable[[Mapping[str, int], Texts, Data], str]]] = {
    "price": of_price,
    "rebased": of_rebased,
    "discount": of_discount,
    "gift": of_gift,
    "gift_unavailable": of_gift_unavailable,
    "shipping": of_shipping,
    "shipping_not_offered": of_shipping_not_offered,
    "fee": of_fee,
    "tax": of_tax,
}
"""What puts each note of the library's steps into words, by its code."""
