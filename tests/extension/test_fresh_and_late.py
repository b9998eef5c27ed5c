"""Extended before the first migration and after rows exist: all models at once, and the two hosts that do so."""

import pytest

from tests.extension.project import WRITE_ROWS, Project

CLEAN = ("makemigrations --check --dry-run", "check --database default")
READ_BACK = """
from django.apps import apps
Product = apps.get_model("nexus_catalog.Product")
for product in Product.objects.order_by("pk"):
    tags = [tag.name for tag in product.tags.all()]
    print(type(product).__name__, product.grade, product.isbn, product.label(), tags)
"""


def use_host(project: Project, host: str) -> None:
    """Let the project run the settings of one of the test hosts on its own database."""
    project.extra += f"""
from tests.hosts.{host}.settings import INSTALLED_APPS, MIGRATION_MODULES, NEXUS_COMMERCE
"""


def test_b_w3_all_models_extended_on_a_fresh_database(project: Project) -> None:
    use_host(project, "extended")
    output = project.does("migrate -v0", *CLEAN, WRITE_ROWS, READ_BACK)
    assert "No changes detected" in output.out
    assert "Physical A None Novel (A) ['new']" in output.out


def test_b_w3_b_w4_all_models_extended_late_keep_rows_classes_links_and_the_tree(late_project: Project) -> None:
    use_host(late_project, "extended")
    assert late_project.lost_rows("migrate -v0", *CLEAN) == []
    types = [line.split()[0] for line in late_project.does(READ_BACK).out.splitlines()]
    assert types == ["Product", "Physical", "Digital", "Bundle"]


LABEL = """
from nexus_commerce.catalog.models import Physical
print(Physical(name="x").label())
"""
BEFORE_THE_EXTENSION = """
NEXUS_COMMERCE = {"PRODUCTION": False}
MIGRATION_MODULES = {}
"""
OWN_ROWS = """
from django.apps import apps
Workshop, Review = apps.get_model("late_shop.Workshop"), apps.get_model("late_shop.Review")
workshop = Workshop.objects.create(name="Sewing", seats=6)
Review.objects.create(product=workshop, stars=5)
"""
AFTER_THE_EXTENSION = """
from django.apps import apps
from django.db import IntegrityError, transaction
Product, Variant = apps.get_model("nexus_catalog.Product"), apps.get_model("nexus_catalog.Variant")
workshop = Product.objects.get(name="Sewing")
assert (type(workshop).__name__, workshop.seats, workshop.grade, workshop.label()) == ("Workshop", 6, "A", "Sewing (A)")
assert [review.stars for review in workshop.reviews.all()] == [5]
assert [p.name for p in Product.objects.all()] == ["Both", "E-book", "Novel", "Plain", "Sewing"], "the host's ordering"
novel = Product.objects.get(name="Novel")
novel.substitutes.add(workshop)
novel.isbn, novel.packing_note = "9780000000001", "fragile"
novel.save()
assert [type(p).__name__ for p in Product.objects.get(isbn="9780000000001").substitutes.all()] == ["Workshop"]
for broken in ({"grade": "Z"}, {"isbn": "9780000000001"}):
    try:
        with transaction.atomic():
            Product.objects.filter(name="Plain").update(**broken)
    except IntegrityError:
        print("refused", *broken)
assert Variant.objects.get(sku="NOVEL-HARD").product == novel
assert apps.get_model("nexus_orders.OrderLine").objects.get().cost is None
assert apps.get_model("nexus_orders.Order").objects.get().delivery_slot == "any"
"""


def test_b_w4_the_late_host_extends_tables_that_hold_rows_of_its_own_types_too(project: Project) -> None:
    use_host(project, "late")
    after, project.extra = project.extra, project.extra + BEFORE_THE_EXTENSION
    project.does("migrate -v0", OWN_ROWS, WRITE_ROWS)
    project.extra = after
    assert project.lost_rows("migrate -v0", *CLEAN) == []
    assert project.does(AFTER_THE_EXTENSION).out.splitlines() == ["refused grade", "refused isbn"]


def test_extended_before_but_written_by_nobody_needs_no_migration(project: Project) -> None:
    project.write(
        "shop/nexus.py",
        "from nexus_commerce.catalog.abstract_models import AbstractProduct\n\n"
        "class ShopProduct(AbstractProduct):\n"
        "    class Meta:\n        abstract = True\n\n"
        "    def label(self):\n        return 'L ' + self.name\n",
    )
    project.models = {"catalog.Product": "shop.nexus.ShopProduct"}
    output = project.does(*CLEAN[:1], LABEL)
    assert output.out.splitlines() == ["No changes detected", "L x"]


@pytest.mark.parametrize("first", [True, False], ids=["host-first", "host-last"])
def test_the_hosts_place_in_installed_apps_makes_no_difference(project: Project, first: bool) -> None:
    project.app("shop")
    project.extend("catalog.Product", "isbn = models.CharField(max_length=13, null=True)")
    project.before, project.apps = (project.apps, []) if first else ([], project.apps)
    output = project.does("makemigrations nexus_catalog -v0", "makemigrations --check")
    assert output.out == "No changes detected\n"
