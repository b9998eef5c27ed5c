"""Settings of the shop that the orders are replayed in."""

from tests.hosts.default.settings import *  # noqa: F403
from tests.hosts.default.settings import DATABASES

NEXUS_COMMERCE = {
    "PRICE_POLICY": "benchmarks.replaying.policies.FilePricePolicy",
    "CART_POLICY": "benchmarks.replaying.policies.WholesaleCartPolicy",
}
# A database of the replay's own: neither the named one nor the test suite's.
DATABASES["default"].setdefault("TEST", {})["NAME"] = f"{DATABASES['default']['NAME']}_replay"
