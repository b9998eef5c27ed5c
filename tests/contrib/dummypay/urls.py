from django.urls import include, path

urlpatterns = [path("bank/", include("nexus_commerce.contrib.dummypay.urls"))]
