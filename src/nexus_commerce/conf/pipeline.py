"""The steps of the totals, and how a host changes them in one line of its settings."""

from __future__ import annotations

from difflib import get_close_matches

__all__ = ["TOTALS_STEPS", "Pipeline"]


class Pipeline(list[str]):
    """Dotted paths of steps, in order. Each method returns a new pipeline; a step is named by its function's name.

    For example ``"TOTALS_STEPS": TOTALS_STEPS.after("add_fees", "shop.totals.charge_deposit")``.
    """

    def before(self, name: str, *paths: str) -> Pipeline:
        """Put steps before the one called ``name``."""
        place = self.place_of(name)
        return Pipeline([*self[:place], *paths, *self[place:]])

    def after(self, name: str, *paths: str) -> Pipeline:
        """Put steps after the one called ``name``."""
        place = self.place_of(name) + 1
        return Pipeline([*self[:place], *paths, *self[place:]])

    def replace(self, name: str, path: str) -> Pipeline:
        """Put another step in the place of the one called ``name``."""
        place = self.place_of(name)
        return Pipeline([*self[:place], path, *self[place + 1 :]])

    def without(self, *names: str) -> Pipeline:
        """Leave out the steps called ``names``."""
        places = {self.place_of(name) for name in names}
        return Pipeline(path for place, path in enumerate(self) if place not in places)

    def place_of(self, name: str) -> int:
        """Return the place of the step called ``name``; raises ValueError with the nearest name."""
        known = [path.rpartition(".")[2] for path in self]
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}."
            raise ValueError(f"The pipeline has no step {name!r}: {hint}")
        return known.index(name)


TOTALS_STEPS = Pipeline(
    [
        "nexus_commerce.pricing.steps.price_lines",
        "nexus_commerce.tax.steps.rebase_prices",
        "nexus_commerce.promotions.steps.choose_promotions",
        "nexus_commerce.promotions.steps.discount_lines",
        "nexus_commerce.promotions.steps.discount_order",
        "nexus_commerce.shipping.steps.charge_shipping",
        "nexus_commerce.promotions.steps.discount_shipping",
        "nexus_commerce.pricing.steps.add_fees",
        "nexus_commerce.tax.steps.add_tax",
        "nexus_commerce.pricing.steps.sum_totals",
    ]
)
"""The library's pipeline, the default of the setting of the same name."""
