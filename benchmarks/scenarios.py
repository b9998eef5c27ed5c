"""What is compared: a list, a product page, adding a line, checking out, and a deep page against the first."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from benchmarks import bare
from benchmarks.measure import Call, Comparison, Cost, Reply, Site, compare, count_statements
from benchmarks.seed import Shop
from nexus_commerce.catalog.models import Product, Variant
from nexus_commerce.listing.cursors import Cursor

__all__ = ["Scenarios"]

SHOP = "/shop/v1"
LINES = 3
ADDRESS = {"first_name": "Ada", "last_name": "Ling", "line1": "Allee 1", "city": "Berlin", "country": "DE"}


class Scenarios:
    """Every scenario over one shop; ``requests`` is how many calls a side makes in a round."""

    def __init__(self, shop: Shop, site: Site, *, rounds: int, requests: int) -> None:
        self.shop, self.site, self.rounds, self.requests = shop, site, rounds, requests
        chosen = random.Random(7)
        keys = list(Product.objects.non_polymorphic().order_by("id").values_list("id", flat=True))
        self.slugs = [f"product-{key}" for key in chosen.sample(keys, min(500, len(keys)))]
        variants = list(Variant.objects.values_list("public_id", flat=True))
        self.variants = cycle([str(key) for key in chosen.sample(variants, min(3000, len(variants)))])

    def run(self) -> Iterator[Comparison]:
        """Run one scenario after another."""
        yield self.product_list()
        yield self.product_page()
        yield from self.buying()
        yield self.deep_page()

    def product_list(self) -> Comparison:
        """Twenty products of a category by name, with prices, availability and pictures."""
        ours = Call(f"{SHOP}/products", f"category={self.shop.category}&ordering=name")
        floor = Call("/bare/products")
        self._same(floor, ours, "results")
        return self._reads("list of 20", 2.5, lambda: floor, lambda: ours)

    def product_page(self) -> Comparison:
        """A product with its variants."""
        for slug in self.slugs[:3]:
            self._same(Call(f"/bare/products/{slug}"), Call(f"{SHOP}/products/{slug}"))
        floor, ours = cycle(self.slugs), cycle(self.slugs)
        return self._reads(
            "product page",
            2.5,
            lambda: Call(f"/bare/products/{next(floor)}"),
            lambda: Call(f"{SHOP}/products/{next(ours)}"),
        )

    def deep_page(self) -> Comparison:
        """The page at nine tenths of the list, against the first page of the same list."""
        names = Product.objects.non_polymorphic().order_by("name", "id").values_list("name", "public_id")
        name, public_id = names[self.shop.products * 9 // 10]
        cursor = Cursor("name", name, public_id).encode()
        first, deep = (
            Call(f"{SHOP}/products", "ordering=name"),
            Call(f"{SHOP}/products", f"ordering=name&cursor={cursor}"),
        )
        return self._reads("page at 90 % / first page", 1.3, lambda: first, lambda: deep)

    def buying(self) -> tuple[Comparison, Comparison]:
        """Three lines added to a cart, which is then ordered; each call is counted apart."""
        counted = [self._buy(side, Cost(), Cost(), counting=True) for side in (self._bare_cart, self._cart)]
        (floor_add, floor_order), (add, order) = counted
        adding = Comparison("add a line", 4.0, add, floor_add)
        ordering = Comparison("checkout of 3 lines", 4.0, order, floor_order)
        journeys = max(self.requests // 10, 5)

        def run(side: Callable[[], Any]) -> Cost:
            added, ordered = Cost(), Cost()
            for _ in range(journeys):
                self._buy(side, added, ordered)
            (ordering.floor if side == self._bare_cart else ordering.library).append(ordered)
            return added

        compare(adding, self.rounds, lambda: run(self._bare_cart), lambda: run(self._cart))
        return adding, ordering

    def _buy(self, cart: Callable[[], Any], added: Cost, ordered: Cost, *, counting: bool = False) -> Any:
        """Make a cart ready, then measure its lines and its order; return the statements of the last of each."""
        address, headers = cart()
        body = {"quantity": 1}
        for _ in range(LINES):
            call = Call(f"{address}/lines", body=body | {"variant": next(self.variants)}, headers=headers)
            with count_statements() as of_line:
                self.site.measure(call, added, 201)
        order = Call(f"{address}/checkout", body={}, headers=headers | {"Idempotency-Key": uuid4().hex})
        with count_statements() as of_order:
            self.site.measure(order, ordered, 201)
        return (len(of_line), len(of_order)) if counting else None

    def _bare_cart(self) -> tuple[str, dict[str, str]]:
        return f"/bare/carts/{bare.new_cart()}", {}

    def _cart(self) -> tuple[str, dict[str, str]]:
        body = {"email": "ada@example.com", "shipping_address": ADDRESS, "billing_address": ADDRESS}
        made = self.site.measure(Call(f"{SHOP}/carts", body=body), Cost(), 201).json
        return f"{SHOP}/carts/{made['cart']['id']}", {"Cart-Token": made["token"]}

    def _reads(self, name: str, target: float, floor: Callable[[], Call], ours: Callable[[], Call]) -> Comparison:
        counts = []
        for make in (floor, ours):
            for _ in range(20):
                self.site.call(make())
            with count_statements() as seen:
                self.site.measure(make(), Cost())
            counts.append(len(seen))

        def run(make: Callable[[], Call]) -> Cost:
            cost = Cost()
            for _ in range(self.requests):
                self.site.measure(make(), cost)
            return cost

        comparison = Comparison(name, target, counts[1], counts[0])
        return compare(comparison, self.rounds, lambda: run(floor), lambda: run(ours))

    def _same(self, floor: Call, ours: Call, part: str = "") -> None:
        """Refuse to compare what is not the same."""
        replies: list[Reply] = [self.site.call(floor), self.site.call(ours)]
        first, second = (reply.json[part] if part else reply.json for reply in replies)
        if first != second:
            raise SystemExit(f"{urlsplit(ours.path).path} and its floor differ:\n{first}\n{second}")
