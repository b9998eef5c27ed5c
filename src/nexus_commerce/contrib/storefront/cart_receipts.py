"""The receipt of a cart, and what its page says besides: hints, codes, what changed."""

from collections.abc import Hashable, Iterator, Mapping

from django.utils.translation import gettext as _

from nexus_commerce.cart.services import Change, PricedCart, PricedLine, ShippingOption
from nexus_commerce.contrib.storefront.receipts import Item, Receipt, Row, sums_of, tax_rows, words_by_key
from nexus_commerce.core.formatting import format_money
from nexus_commerce.pricing.totals import Charged, Tried
from nexus_commerce.pricing.wording import words_of_missing
from nexus_commerce.promotions.wording import words_of_refusal

__all__ = ["cart_receipt", "coupons_of", "hints_of", "words_of_change"]

Words = Mapping[tuple[str, Hashable], tuple[str, ...]]


def cart_receipt(priced: PricedCart, *, is_placed: bool = True) -> Receipt:
    """Return what a priced cart costs; while it is not known where it goes, tax that prices lack is left out."""
    totals, currency = priced.totals, priced.cart.currency
    names = {charge.key: charge.name for charge in totals.shipping} | {fee.key: fee.name for fee in totals.fees}
    words = words_by_key(totals.explanation, currency, names=names)
    includes_tax = priced.input.prices_include_tax
    taxes = tax_rows(((tax.rate.name, tax.reason, tax.base, tax.amount) for tax in totals.taxes), currency)
    return Receipt(
        currency=currency,
        items=tuple(item_of(entry, priced, words) for entry in priced.lines),
        sums=sums_of(
            totals,
            discounts=(row for line in totals.lines for row in discounts_of(line)),
            shipping=[
                Row(charge.name, charge.total, words_of_discounts(charge), before_of(charge))
                for charge in totals.shipping
            ],
            fees=[Row(fee.name, fee.total) for fee in totals.fees],
            taxes=taxes if is_placed and not includes_tax else (),
        ),
        total=totals.total,
        included=taxes if includes_tax else (),
        why=words.get(("order", None), ()),
        promotions=tuple(refusals_of(priced)),
        is_taxed_later=bool(taxes) and not includes_tax and not is_placed,
    )


def item_of(entry: PricedLine, priced: PricedCart, words: Words) -> Item:
    """Return a line of the cart."""
    variant, quote, totals = entry.offer.variant, entry.quote, entry.totals
    own = [change for change in priced.changes if change.line == entry.line.public_id]
    return Item(
        name=entry.offer.product.name,
        detail=variant.name or variant.sku,
        quantity=entry.line.quantity,
        unit_price=quote.unit_price if quote else None,
        list_price=quote.list_price if quote else None,
        per=quote.per if quote else 1,
        subtotal=totals.subtotal if totals else None,
        total=totals.total if totals else None,
        discounts=tuple(discounts_of(totals)) if totals else (),
        why=words.get(("line", totals.key), ()) if totals else (),
        is_gift=entry.is_gift,
        id=entry.line.public_id,
        warnings=tuple(words_of_change(change, priced) for change in own),
    )


def discounts_of(charge: Charged) -> Iterator[Row]:
    """Yield what came off a line."""
    for discount in charge.discounts:
        yield Row(discount.name, discount.amount, discount.coupon_code)


def words_of_discounts(charge: Charged) -> str:
    """Return the names of what came off a shipping charge."""
    return ", ".join(discount.name for discount in charge.discounts)


def before_of(charge: Charged) -> int | None:
    """Return what a shipping charge was before discounts; None where it is the same."""
    return charge.subtotal if charge.discount_total else None


def refusals_of(priced: PricedCart) -> Iterator[tuple[str, str]]:
    """Yield the promotions that came to nothing and why: those a shopper was told of, by a code or by a hint."""
    told = {promotion.id for promotion in priced.input.promotions if promotion.upsell_message}
    for tried in priced.totals.tried:
        if tried.reason and (tried.coupon_code or tried.promotion in told):
            yield tried.name, words_of_refusal(tried, currency=priced.cart.currency)


def coupons_of(priced: PricedCart) -> list[tuple[str, str, bool]]:
    """Return each code of the cart, what came of it in words, and whether it applies."""
    currency = priced.cart.currency
    by_code: dict[str, Tried] = {tried.coupon_code: tried for tried in priced.totals.tried if tried.coupon_code}
    found = []
    for code in priced.cart.coupon_codes:
        tried = by_code.get(code)
        if tried is None:
            found.append((code, _("This code cannot be used now."), False))
        elif tried.reason:
            found.append((code, words_of_refusal(tried, currency=currency), False))
        else:
            found.append((code, tried.name, True))
    return found


def hints_of(priced: PricedCart, options: list[ShippingOption]) -> list[str]:
    """Return what little is lacking for: free shipping, and promotions that have a message for it."""
    currency = priced.cart.currency
    messages = {promotion.id: promotion.upsell_message for promotion in priced.input.promotions}
    missing = [option.offer for option in options if option.offer.missing_for_free and option.charge]
    hints = [
        _("%(amount)s more and this is free: %(name)s.")
        % {"amount": format_money(offer.missing_for_free or 0, currency), "name": offer.name}
        for offer in sorted(missing, key=lambda offer: offer.missing_for_free or 0)[:1]
    ]
    # Not str.format: a merchant's braces must never break a cart.
    return hints + [
        message.replace("{missing}", words_of_missing(tried.missing, currency=currency))
        for tried in priced.totals.tried
        if tried.missing and (message := messages.get(tried.promotion, ""))
    ]


def words_of_change(change: Change, priced: PricedCart) -> str:
    """Return what changed since the shopper last looked."""
    if change.code == "price_changed":
        return _("The price has changed since you chose this.")
    if change.code == "insufficient_stock":
        return _("Only %(left)s left.") % {"left": change.data["available"]}
    if change.code == "shipping_outdated":
        return words_of_outdated(change, priced)
    if change.code == "tax_outdated":
        return _("The tax has to be computed anew.")
    return _("This is no longer for sale.")


def words_of_outdated(change: Change, priced: PricedCart) -> str:
    """Return why a shipping method has to be chosen anew."""
    amount = change.data["amount"]
    if amount is None:
        return _("The delivery that you chose is not offered for this any more. Please choose again.")
    values = {"amount": format_money(amount, priced.cart.currency)}
    return _("The delivery that you chose would cost %(amount)s now. Please choose again.") % values
