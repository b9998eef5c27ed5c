"""The pages of the storefront: ``path("", include("nexus_commerce.contrib.storefront.urls"))``."""

from django.urls import path

from nexus_commerce.contrib.storefront.views import browse, cart, checkout, looking_up, orders, paying

app_name = "nexus_storefront"

urlpatterns = [
    path("", browse.home, name="home"),
    path("search/", browse.search, name="search"),
    path("c/<str:slug>/", browse.category, name="category"),
    path("p/<str:slug>/", browse.product, name="product"),
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="add"),
    path("cart/codes/", cart.add_code, name="add_code"),
    path("cart/codes/remove/", cart.remove_code, name="remove_code"),
    path("cart/delivery/", cart.choose_delivery, name="delivery"),
    path("cart/lines/<uuid:line>/", cart.change, name="change"),
    path("channel/", cart.choose_channel, name="channel"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/<uuid:cart>/", paying.payment, name="payment"),
    path("checkout/<uuid:cart>/give-up/", paying.abandon, name="abandon"),
    path("orders/", looking_up.look_up, name="look_up"),
    path("orders/<uuid:public_id>/", orders.order, name="order"),
    path("orders/<uuid:public_id>/open/", looking_up.open_order, name="open_order"),
]
