"""What changes a cart, and what it costs."""

from nexus_commerce.cart.services.adding import NewLine, add_line, add_lines
from nexus_commerce.cart.services.carts import change_cart, create_cart, find_cart, set_address, touch_cart
from nexus_commerce.cart.services.coupons import add_coupon, add_coupons, remove_coupon
from nexus_commerce.cart.services.lines import change_line, remove_line
from nexus_commerce.cart.services.merged_lines import MergeWarning
from nexus_commerce.cart.services.merging import (
    MergedCart,
    claim_cart,
    find_guest_cart,
    hand_over_cart,
    merge_carts,
)
from nexus_commerce.cart.services.offers import Offer, find_offer
from nexus_commerce.cart.services.priced import Change, PricedCart, PricedLine, acknowledge_changes, price_cart
from nexus_commerce.cart.services.quoting import quote_lines
from nexus_commerce.cart.services.shipping import (
    ShippingOption,
    ShippingOptions,
    UnavailableMethod,
    choose_shipping,
    clear_shipping,
    list_priced_options,
    list_shipping_options,
    price_cart_at,
)
from nexus_commerce.cart.services.taxing import refresh_tax

__all__ = [
    "Change",
    "MergeWarning",
    "MergedCart",
    "NewLine",
    "Offer",
    "PricedCart",
    "PricedLine",
    "ShippingOption",
    "ShippingOptions",
    "UnavailableMethod",
    "acknowledge_changes",
    "add_coupon",
    "add_coupons",
    "add_line",
    "add_lines",
    "change_cart",
    "change_line",
    "choose_shipping",
    "claim_cart",
    "clear_shipping",
    "create_cart",
    "find_cart",
    "find_guest_cart",
    "find_offer",
    "hand_over_cart",
    "list_priced_options",
    "list_shipping_options",
    "merge_carts",
    "price_cart",
    "price_cart_at",
    "quote_lines",
    "refresh_tax",
    "remove_coupon",
    "remove_line",
    "set_address",
    "touch_cart",
]
