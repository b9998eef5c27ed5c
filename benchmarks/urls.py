"""The shop and, beside it, the bare views that it is compared with."""

from django.urls import include, path

from benchmarks import bare

urlpatterns = [
    path("shop/", include("nexus_commerce.urls")),
    path("bare/products", bare.product_list),
    path("bare/products/<str:slug>", bare.product_page),
    path("bare/carts/<int:cart_id>/lines", bare.add_line),
    path("bare/carts/<int:cart_id>/checkout", bare.check_out),
]
