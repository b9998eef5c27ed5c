"""What host classes, plugins and product types may do to the library's models, each on tables with rows."""

import pytest

from tests.extension.project import Project

CLEAN = "makemigrations --check --dry-run"
WRITE = "makemigrations nexus_catalog -v0"
PLUGIN = """
from django.db import models

class Branded(models.Model):
    brand = models.CharField(max_length=8, default="none")
    class Meta:
        abstract = True
        ordering = ["brand"]
        indexes = [models.Index(name="product_brand", fields=["brand"])]
    def label(self):
        return "branded " + self.name

class Clash(models.Model):
    brand = models.TextField(null=True)
    class Meta:
        abstract = True
"""


@pytest.mark.parametrize(
    ("concrete", "models_file"),
    [
        ("nexus_commerce.catalog.models", False),
        ("nexus_commerce.orders.models", False),
        ("nexus_commerce.catalog.models", True),
    ],
    ids=["its-own", "of-another-label", "in-the-apps-models"],
)
@pytest.mark.parametrize("first", [True, False], ids=["host-first", "host-last"])
def test_a_class_whose_module_imports_concrete_models_is_e105(
    project: Project, concrete: str, models_file: bool, first: bool
) -> None:
    module = "shop.models" if models_file else "shop.nexus"
    project.app("shop")
    project.before, project.apps = (["shop"], []) if first else ([], ["shop"])
    project.extend("catalog.Product", "isbn = models.CharField(max_length=13, null=True)", module=module)
    file = project.root / f"{module.replace('.', '/')}.py"
    project.write(f"{module.replace('.', '/')}.py", f"import {concrete}\nfrom {concrete} import *\n{file.read_text()}")
    said = project.manage("check").err
    assert "(nexus_commerce.E105)" in said, said
    assert "HINT: Import from abstract_models" in said.strip().rpartition("\n")[2]


def test_every_wrong_entry_ends_check_and_makemigrations_with_id_and_hint(project: Project) -> None:
    project.models = {"catalog.Prodct": "shop.nexus.X", "catalog.Tag": "shop.nexus.X", "orders.Order": 3}
    for command in ("check", "makemigrations"):
        output = project.manage(command)
        assert output.code == 1
        lines = output.err.strip().splitlines()[-6:]
        assert [part for line in lines for part in ("E103", "E101", "E100") if part in line] == ["E103", "E101", "E100"]
        assert lines[1].strip() == "HINT: Did you mean 'catalog.Product'?"


def test_a_changed_schema_without_an_overlay_stops_check_makemigrations_and_migrate(project: Project) -> None:
    project.extend("catalog.Tag", 'color = models.CharField(max_length=8, default="gray")')
    project.migrations = {}
    for command in ("check", "makemigrations", "migrate"):
        output = project.manage(command)
        assert (output.code, "nexus_commerce.E111" in output.err) == (1, True), output.text


def test_two_plugins_and_a_host_on_one_model_add_up_and_the_first_wins(late_project: Project) -> None:
    late_project.write("branding/nexus.py", PLUGIN)
    late_project.extend("catalog.Product", 'grade = models.CharField(max_length=8, default="A")')
    late_project.write(
        "ratings/nexus.py",
        "from django.db import models\n\nclass Rated(models.Model):\n    stars = models.IntegerField(default=5)\n"
        "    best = models.Manager()\n    class Meta:\n        abstract = True\n        ordering = ['stars']\n",
    )
    late_project.models["catalog.Product"] += ["branding.nexus.Branded", "ratings.nexus.Rated"]
    says = """
from nexus_commerce.catalog.models import Product
novel = Product.objects.get(name="Novel")
print(novel.label(), novel.grade, novel.brand, novel.stars, Product._meta.ordering, Product._default_manager.name)
print(sorted(i.name for i in Product._meta.indexes), type(Product._default_manager).__mro__[1].__name__)
"""
    assert late_project.lost_rows(WRITE, "migrate -v0", CLEAN, "check") == []
    first, second = late_project.does(says).out.splitlines()
    assert first == "branded Novel A none 5 ['brand'] objects"
    assert second.startswith("['nexus_product_name', 'product_brand'] ")

    late_project.models["catalog.Product"].append("branding.nexus.Clash")
    refused = late_project.manage("check")
    assert "branding.nexus.Branded and branding.nexus.Clash both declare 'brand'" in refused.err
    assert "nexus_commerce.E109" in late_project.manage("makemigrations").err
    late_project.write(
        "shop/both.py",
        "from django.db import models\nfrom branding.nexus import Branded, Clash\n\n"
        "class Both(Branded, Clash):\n    brand = models.CharField(max_length=16, default='')\n"
        "    class Meta:\n        abstract = True\n",
    )
    late_project.models["catalog.Product"][1:] = ["shop.both.Both", "ratings.nexus.Rated"]
    assert late_project.lost_rows(WRITE, "migrate -v0", CLEAN, "check") == []


def test_a_plugin_dropped_in_favor_of_an_own_class_needs_no_migration(late_project: Project) -> None:
    late_project.write("branding/nexus.py", PLUGIN)
    late_project.overlay("nexus_catalog")
    late_project.models = {"catalog.Product": ["branding.nexus.Branded"]}
    late_project.does(WRITE, "migrate -v0")
    late_project.write("shop/nexus.py", PLUGIN)
    late_project.models = {"catalog.Product": "shop.nexus.Branded"}
    assert late_project.lost_rows(CLEAN, "check") == []


def test_a_library_field_may_grow_or_go_but_not_become_another_kind(late_project: Project) -> None:
    late_project.extend("catalog.Product", "subtitle = models.CharField(max_length=500, blank=True)\nseo_title = None")
    written = late_project.does(WRITE.replace("-v0", "-v1")).out
    assert "~ Alter field subtitle on product" in written
    assert "- Remove field seo_title from product" in written
    late_project.does("migrate -v0", CLEAN, "check --database default")
    for body in ("name = None", "name = models.IntegerField(default=0)"):
        (late_project.root / "shop" / "nexus.py").unlink()
        late_project.models = {}
        late_project.extend("catalog.Product", body)
        said = late_project.manage("check").err
        assert "the library needs the field 'name' to be a CharField. " not in said
        assert "the library needs the field 'name' to be a CharField.\n" in said
        assert "nexus_commerce.E110" in said


NAMES = ("nexus_variant_combination", "variant_width", "nexus_variant_barcode")


def test_meta_adds_up_replaces_by_name_and_drops_only_what_nexus_without_names(late_project: Project) -> None:
    late_project.extend(
        "catalog.Variant",
        """nexus_without = ["nexus_variant_barcode"]
class Meta:
    abstract = True
    constraints = [
        models.UniqueConstraint(name="nexus_variant_combination", fields=["product", "signature", "archived_at"]),
        models.CheckConstraint(name="variant_width", condition=models.Q(width__isnull=True) | models.Q(width__lt=9000)),
    ]""",
    )
    written = late_project.does(WRITE.replace("-v0", "-v1")).out
    done = [(line.split()[0], name) for line in written.splitlines()[2:] for name in NAMES if name in line]
    assert sorted(done) == [
        ("+", "nexus_variant_combination"),
        ("+", "variant_width"),
        ("-", "nexus_variant_barcode"),
        ("-", "nexus_variant_combination"),
    ]
    assert late_project.lost_rows("migrate -v0", CLEAN) == []


BOTH_TYPES = """
from nexus_commerce.catalog.models import Physical, Product
novel = Product.objects.get(name="Novel")
print(type(novel).__name__, novel.isbn, repr(novel.packing_note))
"""


@pytest.mark.parametrize("with_parent", [False, True], ids=["child", "child-and-parent"])
def test_a_shipped_product_type_is_extended_alone_or_with_its_parent(late_project: Project, with_parent: bool) -> None:
    late_project.extend("catalog.Physical", 'packing_note = models.CharField(max_length=80, default="")')
    isbn = "isbn = models.CharField(max_length=13, null=True)" if with_parent else "isbn = 'no field'"
    late_project.extend("catalog.Product", isbn)
    assert late_project.lost_rows(WRITE, "migrate -v0", CLEAN, "check --database default") == []
    expected = "Physical None ''" if with_parent else "Physical no field ''"
    assert late_project.does(BOTH_TYPES).last_line == expected


def test_one_mixin_on_a_type_and_its_parent_is_djangos_own_error(project: Project) -> None:
    project.write("branding/nexus.py", PLUGIN)
    project.overlay("nexus_catalog")
    project.models = {"catalog.Product": "branding.nexus.Branded", "catalog.Physical": "branding.nexus.Branded"}
    assert "models.E006" in project.manage("check").err


COURSE = """
from django.db import models
from nexus_commerce.catalog.models import Product

class Course(Product):
    lessons = models.IntegerField(default=1)
"""


def test_host_product_types_before_and_after_the_extension_stay_clean(late_project: Project) -> None:
    late_project.app("shop", COURSE)
    create = 'Course.objects.create(name="Knots", lessons=3)'
    late_project.does("makemigrations shop -v0", "migrate -v0", f"\nfrom shop.models import Course\n{create}\n")
    late_project.extend(
        "catalog.Product",
        """isbn = models.CharField(max_length=13, null=True, unique=True)
class Meta:
    abstract = True
    ordering = ["name"]
    constraints = [models.CheckConstraint(name="product_isbn", condition=~models.Q(isbn="x"))]
    permissions = [("price_product", "Can price")]""",
    )
    late_project.write(
        "shop/models.py", COURSE + "\n\nclass Workshop(Course):\n    seats = models.IntegerField(default=8)\n"
    )
    output = late_project.does("makemigrations -v1 -n after", "migrate -v0", CLEAN, "check --database default")
    assert "+ Create model Workshop" in output.out
    says = """
from nexus_commerce.catalog.models import Product
from shop.models import Workshop
Workshop.objects.create(name="Ropes", seats=2)
for p in Product.objects.filter(name__in=["Knots", "Ropes"]):
    print(type(p).__name__, p.lessons, p.isbn)
"""
    assert late_project.does(says).out.splitlines() == ["Course 3 None", "Workshop 1 None"]
    written = next((late_project.root / "shop" / "migrations").glob("0001*.py")).read_text()
    assert 'bases=("nexus_catalog.product",)' in written.replace("'", '"')


BRAND = """
from django.db import models

class Brand(models.Model):
    name = models.CharField(max_length=20)
    star = models.ForeignKey("nexus_catalog.Product", models.SET_NULL, null=True, related_name="+")
    tags = models.ManyToManyField("nexus_catalog.Tag", related_name="brands")
    channel = models.ForeignKey("nexus_channels.Channel", models.CASCADE, null=True)
"""


@pytest.mark.parametrize("key", ["django.db.models.AutoField", "django.db.models.BigAutoField"])
def test_b_w5_b_w6_keys_both_ways_in_one_makemigrations_whatever_the_hosts_auto_field(
    late_project: Project, key: str
) -> None:
    late_project.extra = f"DEFAULT_AUTO_FIELD = {key!r}\nDATABASES['zero'] = parse_database_url('sqlite://:memory:')\n"
    late_project.app("shop", BRAND)
    late_project.extend(
        "catalog.Product",
        'brand = models.ForeignKey("shop.Brand", models.SET_NULL, null=True, related_name="products")\n'
        'makers = models.ManyToManyField("shop.Brand", related_name="made")',
    )
    late_project.does("makemigrations -v0")
    written = {p.relative_to(late_project.root).parts[0] for p in late_project.root.rglob("0*.py")}
    assert written == {"shop"}, "no migration outside the host"
    assert late_project.lost_rows("migrate -v0", CLEAN, "migrate -v0 --database zero") == []
    says = """
from nexus_commerce.catalog.models import Product, Tag
from shop.models import Brand
novel = Product.objects.get(name="Novel")
brand = Brand.objects.create(name="Ink", star=novel)
brand.tags.add(Tag.objects.get())
novel.makers.add(brand)
Product.objects.filter(pk=novel.pk).update(brand=brand)
print([type(p).__name__ for p in brand.products.all()], [p.name for p in brand.made.all()], brand.star.name)
print(type(Product._meta.pk).__name__, type(Product.makers.through._meta.pk).__name__, type(Brand._meta.pk).__name__)
"""
    first, second = late_project.does(says).out.splitlines()
    assert first == "['Physical'] ['Novel'] Novel"
    assert second == f"BigAutoField BigAutoField {key.rpartition('.')[2]}"


BEFORE = """
import pickle
from django.contrib.auth.models import Permission
from nexus_commerce.catalog.models import Product
open("novel.pickle", "wb").write(pickle.dumps(Product.objects.get(name="Novel")))
open("permissions", "w").write("\\n".join(sorted(Permission.objects.values_list("codename", flat=True))))
"""
AFTER = """
import pickle
from django.contrib.auth.models import Permission
from nexus_commerce.catalog.models import Product
from rest_framework.serializers import ModelSerializer
old = pickle.loads(open("novel.pickle", "rb").read())
old.refresh_from_db()
print(type(old).__name__, old.isbn, pickle.loads(pickle.dumps(old)) == old, Product._meta.label)
before = set(open("permissions").read().split())
print(before - set(Permission.objects.values_list("codename", flat=True)))
class Serializer(ModelSerializer):
    class Meta:
        model = Product
        fields = ["name", "isbn"]
print(Serializer(Product.objects.get(name="Novel")).data)
"""


def test_pickles_dumps_permissions_and_serializers_survive_the_extension(late_project: Project) -> None:
    dump = "dumpdata nexus_catalog --natural-foreign --natural-primary -o old.json -v0"
    late_project.does(BEFORE, dump)
    late_project.extend(
        "catalog.Product",
        "isbn = models.CharField(max_length=13, null=True)\n"
        'class Meta:\n    abstract = True\n    permissions = [("price_product", "Can price")]',
    )
    assert late_project.lost_rows(WRITE, "migrate -v0", CLEAN, "loaddata old.json -v0") == []
    lines = late_project.does(AFTER).out.splitlines()
    assert lines == ["Physical None True nexus_catalog.Product", "set()", "{'name': 'Novel', 'isbn': None}"]
    assert late_project.lost_rows(dump.replace("old", "new"), "loaddata new.json -v0") == []
