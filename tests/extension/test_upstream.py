"""The library ships new migrations after the host has its own."""

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


def host_migrations(shop: Project) -> list[str]:
    folder = shop.root / "shop" / "nexus_migrations" / "catalog"
    return sorted(path.stem for path in folder.glob("0*.py"))


def test_b_w9_a_release_costs_one_generated_merge_and_is_clean(shop: Project) -> None:
    shop.release("v2_gtin", GTIN)
    assert "0002_v2_gtin, 0002_shop" in shop.fails("nexus_sync_migrations --check").err
    assert "Conflicting migrations" in shop.fails("migrate -v0").err
    assert "0003_merge_0002_v2_gtin.py" in shop.does("nexus_sync_migrations").out
    assert host_migrations(shop) == ["0002_shop", "0003_merge_0002_v2_gtin"]
    assert shop.lost_rows("nexus_sync_migrations --check", "migrate -v0", CLEAN, *FROM_ZERO) == []

    shop.release("v3_hs_code", TWO_MORE[0])
    shop.release("v3_slogan", TWO_MORE[1])
    shop.does("nexus_sync_migrations")
    assert host_migrations(shop) == ["0002_shop", "0003_merge_0002_v2_gtin", "0005_merge_0004_v3_slogan"]
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
    assert "both 0002_v2_gtin and 0003_gtin touch 'gtin' of product. (nexus_commerce.E114)" in refused.err
    assert "nexus_sync_migrations --rename product.gtin=my_gtin" in refused.err
    assert host_migrations(shop) == ["0002_shop", "0003_gtin"], "nothing was written"
    assert "that both branches touch" in shop.fails("nexus_sync_migrations --rename product.name=x").err
    assert "that both branches touch" in shop.fails("nexus_sync_migrations --rename product.gtin=1x").err

    assert "0004_rename_product_gtin.py" in shop.does("nexus_sync_migrations --rename product.gtin=my_gtin").out
    shop.write("shop/nexus.py", nexus.read_text().replace("gtin =", "my_gtin ="))
    output = shop.does("nexus_sync_migrations --check", "migrate -v0", CLEAN, KEPT, *FROM_ZERO)
    assert output.out.splitlines()[-1] == "[(None, '1234')]"


def test_a_constraint_and_a_model_that_both_touch_are_refused(shop: Project) -> None:
    shop.write(
        "shop/nexus_migrations/catalog/0003_more.py",
        """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("nexus_catalog", "0002_shop")]
    operations = [
        migrations.RemoveIndex("product", "product_name"),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("CollectionProduct")]),
    ]
""",
    )
    (shop.library / "catalog" / "migrations" / "0002_v2_more.py").write_text(
        """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("nexus_catalog", "0001_initial")]
    operations = [
        migrations.RenameIndex("product", new_name="product_title", old_name="product_name"),
        migrations.AddField("collectionproduct", "caption", models.TextField(null=True)),
    ]
"""
    )
    said = shop.fails("nexus_sync_migrations").err
    assert "touch 'product_name' of product" in said
    assert "touch the model collectionproduct" in said


SQUASH = "squashmigrations nexus_catalog 0001 0002 --noinput -v0"


def test_a_squashed_library_serves_old_and_new_databases_with_and_without_the_replaced_files(shop: Project) -> None:
    shop.release("v2_gtin", GTIN)
    shop.does("nexus_sync_migrations", "migrate -v0")
    Project(shop.root / "squash", "sqlite://:memory:", library=shop.library).does(SQUASH)
    squashed = next((shop.library / "catalog" / "migrations").glob("*squashed*.py"))
    assert shop.lost_rows("migrate -v0", CLEAN, *FROM_ZERO) == []
    for old in ("0001_initial.py", "0002_v2_gtin.py"):
        (squashed.parent / old).unlink()
    assert shop.lost_rows("migrate -v0", CLEAN, *FROM_ZERO) == []
    squashed.write_text(squashed.read_text().replace("replaces = [", "unused = ["))
    assert "NodeNotFoundError" in shop.fails("migrate -v0").err, "so a release keeps `replaces` for ever"


def test_migration_commands_work_over_the_overlay_and_back(shop: Project) -> None:
    shop.extend("catalog.Tag", 'color = models.CharField(max_length=8, default="gray")')
    shown = shop.does(
        "makemigrations nexus_catalog -v0 -n tag",
        "migrate -v0",
        "showmigrations nexus_catalog",
        "sqlmigrate nexus_catalog 0002_shop",
        "squashmigrations nexus_catalog 0002_shop 0003_tag --noinput -v0",
    )
    assert " [X] 0001_initial\n [X] 0002_shop\n [X] 0003_tag\n" in shown.out
    assert 'ADD COLUMN "isbn"' in shown.out
    assert host_migrations(shop) == ["0002_shop", "0002_shop_squashed_0003_tag", "0003_tag"]
    back_and_forth = ("migrate nexus_catalog 0001 -v0", "migrate -v0", CLEAN, *FROM_ZERO)
    assert shop.lost_rows(*back_and_forth) == []
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
    assert (
        "'nexus_catalog', '0001_initial'" in written.read_text().replace('"', "'") or "0002_shop" in written.read_text()
    )
    shop.write("reviews/migrations/0001_initial.py", written.read_text().replace("0002_shop", "0001_initial"))
    assert shop.lost_rows("migrate -v0", CLEAN, *FROM_ZERO, "migrate reviews -v0 --database zero") == []


def test_un_extending_removes_and_extending_again_brings_back(shop: Project) -> None:
    models = dict(shop.models)
    shop.models = {}
    reviewed = shop.does("makemigrations nexus_catalog --dry-run")
    assert "- Remove field isbn from product" in reviewed.out
    assert shop.lost_rows("makemigrations nexus_catalog -v0 -n plain", "migrate -v0", CLEAN, *FROM_ZERO) == []
    shop.models = models
    assert shop.lost_rows("makemigrations nexus_catalog -v0 -n again", "migrate -v0", CLEAN, *FROM_ZERO) == []
    assert host_migrations(shop) == ["0002_shop", "0003_plain", "0004_again"]
