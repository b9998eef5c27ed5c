"""Settings of the shop that the orders are replayed in."""

from tests.hosts.default.settings import *  # noqa: F403

NEXUS_COMMERCE = {
    "PRICE_POLICY": "benchmarks.replaying.policies.FilePricePolicy",
    "CART_POLICY": "benchmarks.replaying.policies.WholesaleCartPolicy",
}
