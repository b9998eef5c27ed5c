"""The two lines that a host writes: its admin and the shop."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("shop/", include("nexus_commerce.urls")),
    path("store/", include("nexus_commerce.contrib.storefront.urls")),
]
