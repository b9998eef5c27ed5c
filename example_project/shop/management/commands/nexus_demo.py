"""The library's demo with the shop's own evenings, bottles and promotion in it."""

from pathlib import Path
from typing import ClassVar

from nexus_commerce.catalog.models import Product
from nexus_commerce.contrib.demo.catalogue import Catalogue
from nexus_commerce.management.commands import nexus_demo

SHOP = Path(__file__).resolve().parents[2]
YEARS = 25


class Command(nexus_demo.Command):
    more_files: ClassVar[list[Path]] = [SHOP / "catalogue.toml"]
    more_terms: ClassVar[list[Path]] = [SHOP / "terms.toml"]

    def finish_loading(self, catalogue: Catalogue) -> None:
        """Promise repairs for everything that the catalogue calls repairable."""
        Product.plain.filter(attributes__repairable=True, repair_years=None).update(repair_years=YEARS)
