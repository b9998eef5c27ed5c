"""Errors of coupons and promotions. Each names the code, or the promotion, that it is about."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput, NotFound

__all__ = [
    "CouponConditionsNotMet",
    "CouponExpired",
    "CouponNotForThisCart",
    "CouponNotYetValid",
    "CouponSuperseded",
    "CouponUnknown",
    "CouponUsedByCustomer",
    "CouponUsedUp",
    "CustomerNeeded",
    "PromotionUsedByCustomer",
    "PromotionUsedUp",
]


class CouponUnknown(NotFound):
    """There is no such code, or it was switched off."""

    code = "coupon_unknown"
    message = _("There is no code %(code)s.")


class CouponNotYetValid(Conflict):
    """The code, or its promotion, is valid from a later time on."""

    code = "coupon_not_yet_valid"
    message = _("The code %(code)s is not valid yet.")


class CouponExpired(Conflict):
    """The code, or its promotion, was valid until an earlier time."""

    code = "coupon_expired"
    message = _("The code %(code)s has expired.")


class CouponUsedUp(Conflict):
    """The uses of the code, or the uses or the budget of its promotion, are gone."""

    code = "coupon_used_up"
    message = _("The code %(code)s has been used up.")


class CouponUsedByCustomer(Conflict):
    """The customer has used the promotion of the code as often as each customer may."""

    code = "coupon_used_by_customer"
    message = _("You have used the code %(code)s already.")


class CouponNotForThisCart(Conflict):
    """The promotion of the code is for other channels or another currency."""

    code = "coupon_not_for_this_cart"
    message = _("The code %(code)s is not valid in this shop.")


class CouponConditionsNotMet(Conflict):
    """The cart does not fulfill what the promotion of the code asks for, or has nothing that it could reduce.

    ``params`` say why: ``reason`` is ``conditions_not_met``, ``nothing_to_discount``, ``cart_empty`` or
    ``not_available``; ``unmet`` lists the conditions that failed, ``missing`` is what is lacking for the only one,
    amounts in minor units of ``currency``; ``text`` says it in words.
    """

    code = "coupon_conditions_not_met"
    message = _("The code %(code)s does not apply to this cart. %(text)s")


class CouponSuperseded(Conflict):
    """Another promotion of the cart, ``params["by"]``, does not go together with that of the code."""

    code = "coupon_superseded"
    message = _("The code %(code)s cannot be combined with %(by)s.")


class PromotionUsedUp(Conflict):
    """The uses or the budget of a promotion without a code went to others while the order was placed."""

    code = "promotion_used_up"
    message = _("%(promotion)s has been used up.")


class PromotionUsedByCustomer(Conflict):
    """The customer's uses of a promotion without a code went to another of their orders."""

    code = "promotion_used_by_customer"
    message = _("You have used %(promotion)s already.")


class CustomerNeeded(InvalidInput):
    """A promotion that each customer may use so often is asked for by somebody unknown: an e-mail address is needed."""

    code = "promotion_customer_needed"
    message = _("Give your e-mail address: %(promotion)s is limited for each customer.")
