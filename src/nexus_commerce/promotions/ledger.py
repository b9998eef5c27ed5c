"""What is left of lines and shipping charges while promotions take from them. It lives within one step."""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, Literal, TypeVar

from nexus_commerce.core.rounding import allocate, divide
from nexus_commerce.pricing.inputs import CartInput, LineInput, Taxation
from nexus_commerce.pricing.taxing import in_basis, portions_of, rebase_taxed
from nexus_commerce.pricing.totals import Charged, Discount, LineTotals, Note, Totals
from nexus_commerce.promotions.goods import Goods, GoodsLine, ShippingLeft
from nexus_commerce.promotions.rules import Effect, PromotionInput

__all__ = ["Ledger", "Left"]

ChargedT = TypeVar("ChargedT", bound=Charged)


class Left(Generic[ChargedT]):
    """What is left of one line or shipping charge: ``amount`` in the cart's price basis.

    ``pinned`` is what it is in the other basis where a promotion of that basis fixed it there. A shipping charge
    without a tax class is taxed in ``portions``, in proportion to the goods; anything else in one.
    """

    __slots__ = ("_across", "_portions", "amount", "cart", "charged", "discounts", "is_changed", "pinned", "view")

    def __init__(
        self, cart: CartInput, charged: ChargedT, portions: Sequence[tuple[Taxation, int]] | None = None
    ) -> None:
        self.cart = cart
        self.charged = charged
        self.amount = charged.total
        self.pinned = charged.other
        self.discounts: list[Discount] = []
        self.is_changed = False
        self.view: GoodsLine | None = None
        self._portions = portions
        self._across: int | None = None

    @property
    def portions(self) -> Sequence[tuple[Taxation, int]]:
        """The ways in which it is taxed, with the weight of each."""
        if self._portions is None:
            self._portions = [(self.cart.taxation_of(self.charged), 1)]
        return self._portions

    def across(self) -> int:
        """Return what is left in the other basis."""
        if self.pinned is not None:
            return self.pinned
        if self._across is None:
            self._across = self.to_other(self.amount)
        return self._across

    def displayed(self) -> int:
        """Return what is left in the channel's display basis."""
        return self.amount if self.cart.display_tax == self.cart.prices_include_tax else self.across()

    def to_other(self, amount: int) -> int:
        """Return an amount of the price basis in the other one."""
        return self._convert(amount, [share for _, share in self.portions], from_gross=self.cart.prices_include_tax)

    def from_other(self, amount: int) -> int:
        """Return an amount of the other basis in the price basis."""
        weights = [share for _, share in self.portions]
        if len(weights) > 1:
            weights = [
                self._convert_one(share, way, from_gross=self.cart.prices_include_tax) for way, share in self.portions
            ]
        return self._convert(amount, weights, from_gross=not self.cart.prices_include_tax)

    def floor_across(self, floor: int) -> int:
        """Return the least amount of the other basis that is not below ``floor`` in the price basis."""
        least = self.to_other(floor)
        # Rounding may lose a little on each unit.
        some = range(least, least + 4 * (self.charged.quantity + 1))
        return least + bisect_left(some, floor, key=self.from_other)

    def take(self, share: int, promotion: PromotionInput, *, is_across: bool) -> int:
        """Take a share off, which is of the other basis where ``is_across``; return what that is in the price basis."""
        if is_across:
            rest = self.across() - share
            amount = min(self.from_other(rest), self.amount)
            self.pinned = rest if len(self.portions) == 1 and self.portions[0][0].rates else None
        else:
            amount = self.amount - share
            self.pinned = None
        taken, self.amount = self.amount - amount, amount
        self._across, self.is_changed = None, True
        if self.view is not None:
            self.view.left = amount
        if taken:
            self._record(promotion, taken)
        return taken

    def own(self, promotion: PromotionInput) -> int:
        """Return what a promotion has taken off already."""
        discounts = (*self.charged.discounts, *self.discounts)
        return sum(discount.amount for discount in discounts if discount.promotion == promotion.id)

    def written(self) -> ChargedT:
        """Return the line or charge with what was taken off it."""
        charged = self.charged
        if not self.is_changed:
            return charged
        discounts = (*charged.discounts, *self.discounts)
        discount_total = charged.total - self.amount + charged.discount_total
        return charged.with_values(discounts=discounts, discount_total=discount_total, other=self.pinned)

    def _record(self, promotion: PromotionInput, taken: int) -> None:
        if self.discounts and self.discounts[-1].promotion == promotion.id:
            taken += self.discounts.pop().amount
        self.discounts.append(Discount(promotion.id, promotion.name, taken, promotion.coupon_code))

    def _convert(self, amount: int, weights: Sequence[int], *, from_gross: bool) -> int:
        # A charge of nothing may have no portions at all.
        shares = allocate(amount, weights) if len(weights) > 1 else [amount]
        return sum(
            self._convert_one(share, way, from_gross=from_gross)
            for (way, _), share in zip(self.portions, shares, strict=False)
        )

    def _convert_one(self, amount: int, taxation: Taxation, *, from_gross: bool) -> int:
        return in_basis(
            amount,
            taxation,
            from_gross=from_gross,
            to_gross=not from_gross,
            rounding=self.cart.rounding,
            quantity=self.charged.quantity,
        )


class Ledger:
    """All that promotions can take from, as the totals have it, and what they took since."""

    def __init__(self, cart: CartInput, totals: Totals) -> None:
        self.cart = cart
        self.totals = totals
        self.lines: dict[Hashable, Left[LineTotals]] = {}
        self.shipping = {charged.key: Left(cart, charged, self.portions(charged)) for charged in totals.shipping}
        self.gifts: list[LineTotals] = []
        self.notes: list[Note] = []
        self.views: list[GoodsLine] = []
        inputs = {line.key: line for line in cart.lines}
        for charged in totals.lines:
            line = inputs.get(charged.key)
            if line is not None and line.is_discountable:
                self.lines[charged.key] = left = Left(cart, charged)
                floor = floor_of(cart, line, charged) if line.quote.floor else 0
                left.view = GoodsLine(line, left=left.amount, floor=floor, weigh=left.displayed)
                self.views.append(left.view)

    def portions(self, charged: Charged) -> list[tuple[Taxation, int]]:
        """Return how a shipping charge is taxed: by its class, or in proportion to the goods."""
        if charged.taxation or charged.tax_class:
            return [(self.cart.taxation_of(charged), 1)]
        goods = [(self.cart.taxation_of(line), line) for line in self.totals.lines]
        return portions_of(charged.total, goods)

    def is_across(self, promotion: PromotionInput) -> bool:
        """Tell whether a promotion's amounts are in the basis that the cart's prices are not in."""
        return bool(promotion.basis) and (promotion.basis == "gross") is not self.cart.prices_include_tax

    def goods(self, promotion: PromotionInput, *, with_own: bool = False) -> Goods:
        """Return the goods as a promotion sees them; ``with_own``: as if it had not taken anything itself yet."""
        is_across = self.is_across(promotion)
        lines = self.fresh_views(promotion, is_across, with_own) if is_across or with_own else self.views
        shipping = [
            ShippingLeft(key, left.across() if is_across else left.amount) for key, left in self.shipping.items()
        ]
        return Goods(self.cart, lines, lines, shipping, self.cart.prices_include_tax is not is_across)

    def fresh_views(self, promotion: PromotionInput, is_across: bool, with_own: bool) -> list[GoodsLine]:
        """Return the lines as they are in the other basis, or as they were before the promotion."""
        views = []
        for view in self.views:
            left, floor = self.lines[view.key], view.floor
            own = left.own(promotion) if with_own else 0
            amount = left.amount + own
            if is_across:
                amount = left.to_other(amount) if own else left.across()
                floor = left.floor_across(floor) if floor else 0
            views.append(GoodsLine(view.input, left=amount, floor=floor, weigh=left.displayed))
        return views

    def take(self, promotion: PromotionInput, effect: Effect, shares: Mapping[Hashable, int]) -> int:
        """Take shares off what the effect is about; return the sum of what was really taken."""
        about: Literal["line", "shipping"] = "shipping" if effect.stage == "shipping" else "line"
        charges: Mapping[Hashable, Left[Any]] = self.shipping if about == "shipping" else self.lines
        data, is_across = data_of(promotion, effect), self.is_across(promotion)
        total = 0
        for key, share in shares.items():
            left = charges[key]
            taken = left.take(share, promotion, is_across=is_across)
            self.notes.append(Note("discount", about, key, {"amount": taken, "left": left.amount}, data))
            total += taken
        return total

    def give(self, promotion: PromotionInput, effect: Effect, sku: str, quantity: int) -> int | None:
        """Add a gift as a line that is fully discounted; return what it is worth, None where there is none to give."""
        key = ("gift", promotion.id, sku)
        if any(line.key == key for line in (*self.totals.lines, *self.gifts)):
            return None
        data = {**data_of(promotion, effect), "sku": sku}
        gift = self.cart.gifts.get(sku)
        quantity = (gift and self.affordable(promotion, effect, gift, quantity)) or 0
        if gift is None or not quantity:
            self.notes.append(Note("gift_unavailable", "order", None, data=data))
            return None
        worth = divide(gift.quote.unit_price * quantity, gift.quote.per, self.cart.rounding.mode)
        worth = rebase_taxed(worth, self.cart, gift, quantity=quantity)
        discount = Discount(promotion.id, promotion.name, worth, promotion.coupon_code)
        line = LineTotals(
            key,
            worth,
            discounts=(discount,) if worth else (),
            discount_total=worth,
            includes_tax=self.cart.prices_include_tax,
            tax_class=gift.tax_class,
            taxation=gift.taxation,
            quantity=quantity,
        )
        self.gifts.append(line)
        self.notes.append(Note("gift", "line", key, {"amount": worth, "left": 0}, {**data, "quantity": quantity}))
        return worth

    def affordable(self, promotion: PromotionInput, effect: Effect, gift: LineInput, quantity: int) -> int:
        """Return how many units of a gift the effect's cap allows."""
        if effect.cap is None or not gift.quote.unit_price:
            return quantity
        is_gross = self.cart.prices_include_tax
        cap = in_basis(
            effect.cap,
            self.cart.taxation_of(gift),
            from_gross=is_gross is not self.is_across(promotion),
            to_gross=is_gross,
            rounding=self.cart.rounding,
        )
        return min(quantity, cap * gift.quote.per // gift.quote.unit_price)

    def written(self) -> Totals:
        """Return the totals with all that was taken."""
        if not self.notes:
            return self.totals
        lines = [self.lines[line.key].written() if line.key in self.lines else line for line in self.totals.lines]
        return replace(
            self.totals,
            lines=(*lines, *self.gifts),
            shipping=tuple(self.shipping[charge.key].written() for charge in self.totals.shipping),
            explanation=(*self.totals.explanation, *self.notes),
        )


def data_of(promotion: PromotionInput, effect: Effect) -> dict[str, Any]:
    """Return what the notes say of a promotion."""
    data = {"promotion": promotion.id, "name": promotion.name, "effect": effect.code}
    return data | ({"coupon_code": promotion.coupon_code} if promotion.coupon_code else {})


def floor_of(cart: CartInput, line: LineInput, charged: Charged) -> int:
    """Return the least that discounts may leave of a line, in the price basis, where the goods go."""
    quote = line.quote
    floor = -(-(quote.floor or 0) * line.quantity // quote.per)
    if charged.subtotal == divide(quote.unit_price * line.quantity, quote.per, cart.rounding.mode):
        return floor
    return rebase_taxed(floor, cart, line, quantity=line.quantity)
