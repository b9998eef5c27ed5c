"""The page of the dummy provider: ``path("dummypay/", include("nexus_commerce.contrib.dummypay.urls"))``.

Include it elsewhere, and give the provider the option ``page``.
"""

from django.urls import path

from nexus_commerce.contrib.dummypay.views import pay

app_name = "nexus_dummypay"

urlpatterns = [
    path("<str:alias>/<str:ref>/", pay, name="pay"),
]
