"""The library ships new migrations after the host has its own."""

import re

import pytest

from tests.extension.project import Project

GTIN = """
from django.db import models as m
AbstractProduct.add_to_class("gtin", m.CharField(max_length=14, null=True, blank=True))
"""
TWO_MORE = (
    'AbstractProduct.add_to_class("hs_code", m.CharField(max_length=10, null=True))',
    'AbstractTag.add_to_class("slogan", m.CharField(max_length=80, default=""))',
)
FROM_ZERO = ("migrate nexus_catalog -v0 --database zero", "migrate shop -v0 --database zero")
CLEAN = "makemigrations --check --dry-run"


@pytest.fixture
def shop(late_project: Project) -> Project:
    """Return a host that has extended Product, on rows, with a library of its own."""
    late_project.copy_library()
    late_project.extra = "DATABASES['zero'] = parse_database_url('sqlite://:memory:')\n"
    late_project.app("shop")
    late_project.extend("catalog.Product", "isbn = models.CharField(max_length=13, null=True)")
    late_project.does("makemigrations nexus_catalog -v0 -n shop", "migrate -v0")
    return late_project


def host_files(shop: Project) -> list[str]:
    """Return the names of the host's migrations of the catalog, in order."""
    return sorted(path.stem for path in (shop.root / "shop" / "nexus_migrations" / "catalog").glob("0*.py"))


def library_files(shop: Project) -> list[str]:
    """Return the names of the library's migrations of the catalog, in order."""
    return sorted(path.stem for path in (shop.library / "catalog" / "migrations").glob("0*.py"))


def unnumbered(names: list[str]) -> list[str]:
    """Return names of migrations without their numbers, which grow with the library."""
    return [re.sub(r"\d{4}_", "", name) for name in names]


def test_b_w9_a_release_costs_one_generated_merge_and_is_clean(shop: Project) -> None:
    shop.release("v2_gtin", GTIN)
    assert f"{library_files(shop)[-1]}, {host_files(shop)[0]}." in shop.fails("nexus_sync_migrations --check").err
    assert "Conflicting migrations" in shop.fails("migrate -v0").err
    assert f"_merge_{library_files(shop)[-1]}.py" in shop.does("nexus_sync_migrations").out
    assert unnumbered(host_files(shop)) == ["shop", "merge_v2_gtin"]
    assert shop.lost_rows("nexus_sync_migrations --check", "migrate -v0", CLEAN, *FROM_ZERO) == []

    shop.release("v3_hs_code", TWO_MORE[0])
    shop.release("v3_slogan", TWO_MORE[1])
    shop.does("nexus_sync_migrations")
    assert unnumbered(host_files(shop)) == ["shop", "merge_v2_gtin", "merge_v3_slogan"]
    assert shop.lost_rows("migrate -v0", CLEAN, *FROM_ZERO) == []
    assert shop.does("nexus_sync_migrations").out == "Nothing to do: each label has one last migration.\n"


def test_djangos_own_merge_ends_clean_too(shop: Project) -> None:
    shop.release("v2_gtin", GTIN)
    assert shop.lost_rows("makemigrations --merge --noinput -v0", "migrate -v0", CLEAN, *FROM_ZERO) == []


SAME_FIELD = """
from nexus_commerce.catalog.models import Product
Product.objects.filter(name="Novel").update(gtin="1234")
"""
KEPT = """
from nexus_commerce.catalog.models import Product
print([(p.gtin, p.my_gtin) for p in Product.objects.filter(name="Novel")])
"""


def test_a_field_that_both_have_is_refused_and_renamed_before_the_librarys_file(shop: Project) -> None:
    nexus = shop.root / "shop" / "nexus.py"
    shop.write("shop/nexus.py", nexus.read_text().replace("isbn =", "gtin ="))
    shop.does("makemigrations nexus_catalog -v0 -n gtin --noinput", "migrate -v0", SAME_FIELD)
    shop.release("v2_gtin", GTIN)

    refused = shop.fails("nexus_sync_migrations")
    both = f"both {library_files(shop)[-1]} and {host_files(shop)[-1]} touch 'gtin' of product. (nexus_commerce.E114)"
    assert both in refused.err
    assert "nexus_sync_migrations --rename product.gtin=my_gtin" in refused.err
    assert unnumbered(host_files(shop)) == ["shop", "gtin"], "nothing was written"
    assert "that both branches touch" in shop.fails("nexus_sync_migrations --rename product.name=x").err
    assert "that both branches touch" in shop.fails("nexus_sync_migrations --rename product.gtin=1x").err

    assert "_rename_product_gtin.py" in shop.does("nexus_sync_migrations --rename product.gtin=my_gtin").out
    shop.write("shop/nexus.py", nexus.read_text().replace("gtin =", "my_gtin ="))
    output = shop.does("nexus_sync_migrations --check", "migrate -v0", CLEAN, KEPT, *FROM_ZERO)
    assert output.out.splitlines()[-1] == "[(None, '1234')]"


MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("nexus_catalog", "{after}")]
    operations = [{operations}]
"""
HOSTS = """
    migrations.RemoveIndex("product", "nexus_product_name"),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("CollectionProduct")]),
"""
LIBRARYS = """
    migrations.RenameIndex("product", new_name="product_title", old_name="nexus_product_name"),
    migrations.AddField("collectionproduct", "caption", models.TextField(null=True)),
"""


def test_an_index_and_a_model_that_both_touch_are_refused(shop: Project) -> None:
    hosts = MIGRATION.format(after=host_files(shop)[-1], operations=HOSTS)
    shop.write("shop/nexus_migrations/catalog/0090_more.py", hosts)
    librarys = MIGRATION.format(after=library_files(shop)[-1], operations=LIBRARYS)
    (shop.library / "catalog" / "migrations" / "0090_v2_more.py").write_text(librarys)
    said = shop.fails("nexus_sync_migrations").err
    assert "both 0090_v2_more and 0090_more touch 'nexus_product_name' of product" in said
    assert "both 0090_v2_more and 0090_more touch the model collectionproduct" in said


def test_a_squashed_library_serves_old_and_new_databases_with_and_without_the_replaced_files(shop: Project) -> None:
    shop.release("v2_gtin", GTIN)
    shop.does("nexus_sync_migrations", "migrate -v0")
    replaced = library_files(shop)
    upstream = Project(shop.root / "squash", "sqlite://:memory:", library=shop.library)
    upstream.does(f"squashmigrations nexus_catalog {replaced[0]} {replaced[-1]} --noinput -v0")
    (name,) = set(library_files(shop)) - set(replaced)
    squashed = shop.library / "catalog" / "migrations" / f"{name}.py"
    assert shop.lost_rows("migrate -v0", CLEAN, *FROM_ZERO) == []
    for old in replaced:
        (squashed.parent / f"{old}.py").unlink()
    assert shop.lost_rows("migrate -v0", CLEAN, *FROM_ZERO) == []
    squashed.write_text(squashed.read_text().replace("replaces = [", "unused = ["))
    assert "NodeNotFoundError" in shop.fails("migrate -v0").err, "so a release keeps `replaces` for ever"


def test_migration_commands_work_over_the_overlay_and_back(shop: Project) -> None:
    (first,) = host_files(shop)
    shop.extend("catalog.Tag", 'color = models.CharField(max_length=8, default="gray")')
    shop.does("makemigrations nexus_catalog -v0 -n tag", "migrate -v0")
    second = host_files(shop)[-1]
    shown = shop.does(
        "showmigrations nexus_catalog",
        f"sqlmigrate nexus_catalog {first}",
        f"squashmigrations nexus_catalog {first} {second} --noinput -v0",
    )
    assert f" [X] 0001_initial\n [X] {library_files(shop)[-1]}\n" in shown.out
    assert f" [X] {first}\n [X] {second}\n" in shown.out
    assert 'ADD COLUMN "isbn"' in shown.out
    assert unnumbered(host_files(shop)) == ["shop", "shop_squashed_tag", "tag"]
    assert shop.lost_rows("migrate nexus_catalog 0001 -v0", "migrate -v0", CLEAN, *FROM_ZERO) == []
    shop.release("v2_gtin", GTIN)
    assert shop.lost_rows("nexus_sync_migrations", "migrate -v0", CLEAN, *FROM_ZERO) == []


def test_a_third_partys_app_may_depend_on_the_librarys_first_migration(shop: Project) -> None:
    shop.app(
        "reviews",
        "from django.db import models\n\nclass Review(models.Model):\n"
        '    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE)\n',
    )
    shop.does("makemigrations reviews -v0")
    (written,) = (shop.root / "reviews" / "migrations").glob("0001*.py")
    early, replaced = re.subn(r"nexus_catalog(.), .\w+", r"nexus_catalog\1, \g<1>0001_initial", written.read_text())
    assert replaced == 1
    shop.write("reviews/migrations/0001_initial.py", early)
    assert shop.lost_rows("migrate -v0", CLEAN, *FROM_ZERO, "migrate reviews -v0 --database zero") == []


def test_un_extending_removes_and_extending_again_brings_back(shop: Project) -> None:
    models = dict(shop.models)
    shop.models = {}
    reviewed = shop.does("makemigrations nexus_catalog --dry-run")
    assert "- Remove field isbn from product" in reviewed.out
    assert shop.lost_rows("makemigrations nexus_catalog -v0 -n plain", "migrate -v0", CLEAN, *FROM_ZERO) == []
    shop.models = models
    assert shop.lost_rows("makemigrations nexus_catalog -v0 -n again", "migrate -v0", CLEAN, *FROM_ZERO) == []
    assert unnumbered(host_files(shop)) == ["shop", "plain", "again"]
