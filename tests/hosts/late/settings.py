"""Settings of the site that extended its models late."""

from tests.hosts.default.settings import *  # noqa: F403
from tests.hosts.default.settings import INSTALLED_APPS as DEFAULT_APPS

ROOT_URLCONF = "tests.hosts.late.urls"
INSTALLED_APPS = ["tests.hosts.late.shop", *DEFAULT_APPS]
NEXUS_COMMERCE = {
    "PRODUCTION": False,
    "MODELS": {
        "catalog.Product": "tests.hosts.late.shop.nexus.LateProduct",
        "catalog.Physical": "tests.hosts.late.shop.nexus.LatePhysical",
        "catalog.Digital": "tests.hosts.late.shop.nexus.LateDigital",
        "catalog.Category": "tests.hosts.late.shop.nexus.LateCategory",
        "catalog.Tag": "tests.hosts.late.shop.nexus.LateTag",
        "catalog.Variant": "tests.hosts.late.shop.nexus.LateVariant",
        "customers.Customer": "tests.hosts.late.shop.nexus.LateCustomer",
        "orders.Order": "tests.hosts.late.shop.nexus.LateOrder",
        "orders.OrderLine": "tests.hosts.late.shop.nexus.LateOrderLine",
    },
}
MIGRATION_MODULES = {
    "nexus_catalog": "tests.hosts.late.shop.nexus_migrations.catalog",
    "nexus_customers": "tests.hosts.late.shop.nexus_migrations.customers",
    "nexus_orders": "tests.hosts.late.shop.nexus_migrations.orders",
}
