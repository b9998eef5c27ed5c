"""The pages of the storefront: ``path("", include("nexus_commerce.contrib.storefront.urls"))``."""

from django.urls import path

from nexus_commerce.contrib.storefront.views import browse, buy

app_name = "nexus_storefront"

urlpatterns = [
    path("", browse.home, name="home"),
    path("search/", browse.search, name="search"),
    path("c/<str:slug>/", browse.category, name="category"),
    path("p/<str:slug>/", browse.product, name="product"),
    path("cart/", buy.cart, name="cart"),
    path("cart/add/", buy.add, name="add"),
    path("cart/lines/<uuid:line>/", buy.change, name="change"),
    path("channel/", buy.choose_channel, name="channel"),
    path("checkout/", buy.checkout, name="checkout"),
    path("orders/<uuid:public_id>/", buy.order, name="order"),
]
