"""The addresses of the example site. The library's API is under ``/shop-api/``."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

# The page where the test card is approved or declined; the settings offer that card to the demo alone.
pay_pages = [path("dummypay/", include("nexus_commerce.contrib.dummypay.urls"))] if settings.DEBUG else []

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("nexus_commerce.contrib.storefront.urls")),
    *pay_pages,
    path("shop-api/", include("nexus_commerce.urls")),
    # In production the web server gives out the media files.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
