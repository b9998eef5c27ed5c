"""nexus_eject and nexus_doctor, from a site's command line."""

import json
from pathlib import Path

import pytest

from tests.extension.project import Project

CLEAN = "makemigrations --check --dry-run"


def settings_of(said: str) -> dict[str, dict[str, object]]:
    """Run the settings lines that the command printed."""
    lines = [line for line in said.splitlines() if line.startswith(("NEXUS_COMMERCE =", "MIGRATION_MODULES ="))]
    values: dict[str, dict[str, object]] = {}
    exec("\n".join(lines), values)
    return values


def take_over(project: Project, said: str) -> None:
    values = settings_of(said)
    project.models |= values["NEXUS_COMMERCE"]["MODELS"]  # type: ignore[operator]
    project.migrations |= values.get("MIGRATION_MODULES", {})


def files(root: Path) -> dict[str, str]:
    return {str(p.relative_to(root)): p.read_text() for p in root.rglob("*.py") if "__pycache__" not in p.parts}


def test_eject_prepares_an_extension_that_changes_nothing_yet_and_then_what_the_host_writes(
    late_project: Project,
) -> None:
    late_project.app("shop")
    said = late_project.does("nexus_eject catalog.Product --to shop").out
    take_over(late_project, said)
    assert late_project.models == {"catalog.Product": "shop.nexus.ShopProduct"}
    assert late_project.migrations == {"nexus_catalog": "shop.nexus_migrations.catalog"}
    assert late_project.lost_rows("check", CLEAN, "migrate -v0") == []

    nexus = late_project.root / "shop" / "nexus.py"
    text = "from django.db import models\n" + nexus.read_text().replace(
        "    class Meta", "    isbn = models.CharField(max_length=13, null=True)\n\n    class Meta"
    )
    late_project.write("shop/nexus.py", text)
    assert late_project.lost_rows("makemigrations nexus_catalog -v0", "migrate -v0", CLEAN) == []

    second = late_project.does("nexus_eject catalog.Tag --to shop").out
    assert "MIGRATION_MODULES" not in second, "the label has its package"
    take_over(late_project, second)
    third = late_project.does("nexus_eject orders.Order --to shop").out
    take_over(late_project, third)
    assert nexus.read_text().startswith(text.split("\n\n\n")[0]), "what was there stays"
    assert late_project.lost_rows("check", CLEAN, "migrate -v0") == []


def test_eject_dry_run_prints_everything_and_writes_nothing(project: Project) -> None:
    project.app("shop")
    project.write_settings()
    before = files(project.root)
    said = project.does("nexus_eject catalog.Product --to shop --dry-run").out
    assert files(project.root) == before
    for part in ("class ShopProduct(AbstractProduct):", "nexus_migrations/catalog/__init__.py", "overlay("):
        assert part in said
    assert set(settings_of(said)) >= {"NEXUS_COMMERCE", "MIGRATION_MODULES"}


def test_eject_puts_the_class_before_plugins_that_extend_the_model_already(project: Project) -> None:
    project.app("shop")
    project.extend("catalog.Tag", 'color = models.CharField(max_length=8, default="x")', module="plugin.nexus")
    said = project.does("nexus_eject catalog.Tag --to shop").out
    written = settings_of(said)["NEXUS_COMMERCE"]["MODELS"]
    assert written == {"catalog.Tag": ["shop.nexus.ShopTag", "plugin.nexus.ShopTag"]}


REFUSED = {
    "unknown-model": ("catalog.Prodct", "shop", {}, "Did you mean 'catalog.Product'?"),
    "unknown-app": ("catalog.Tag", "shopp", {}, "Did you mean 'shop'?"),
    "a-module": ("catalog.Tag", "json.decoder", {}, "is neither an installed app nor a package"),
    "the-library": ("catalog.Tag", "nexus_commerce.catalog", {}, "not into the library"),
    "the-librarys-label": ("catalog.Tag", "nexus_catalog", {}, "not into the library"),
    "class-is-there": (
        "catalog.Tag",
        "shop",
        {"shop/nexus.py": "class ShopTag: pass\n"},
        "has a class ShopTag already",
    ),
    "broken-module": ("catalog.Tag", "shop", {"shop/nexus.py": "class (\n"}, "cannot be read (line 1"),
    "other-package": (
        "catalog.Tag",
        "shop",
        {"shop/nexus_migrations/catalog/__init__.py": "X = 1\n"},
        "holds something else; nothing was written",
    ),
}


@pytest.mark.parametrize(("model", "app", "given", "said"), REFUSED.values(), ids=REFUSED)
def test_eject_refuses_and_writes_nothing(
    project: Project, model: str, app: str, given: dict[str, str], said: str
) -> None:
    project.app("shop")
    for path, text in given.items():
        project.write(path, text)
    project.write_settings()
    before = files(project.root)
    assert said in project.fails(f"nexus_eject {model} --to {app}").err
    assert files(project.root) == before


KEEPS = {
    "docstring": '"""Ours."""\n',
    "code": "VALUE = 1",
    "imports": '"""Ours."""\n\nimport json\nfrom django.db import (\n    models,\n)\n\nX = (json, models)\n',
    "same-import": "from nexus_commerce.catalog.abstract_models import AbstractTag\n\nX = AbstractTag\n",
    "future": '"""Ours."""\n\nfrom __future__ import annotations\n\nVALUE: int = 1\n',
    "comment": "# Ours.\n",
}


@pytest.mark.parametrize("text", KEEPS.values(), ids=KEEPS)
def test_eject_appends_to_a_module_that_is_there(project: Project, text: str) -> None:
    project.app("shop")
    project.write("shop/nexus.py", text)
    take_over(project, project.does("nexus_eject catalog.Tag --to shop").out)
    now = (project.root / "shop" / "nexus.py").read_text()
    assert [line for line in text.splitlines() if line not in now.splitlines()] == []
    assert now.count("import AbstractTag") == 1
    assert project.does("check").code == 0


def test_doctor_names_what_is_in_force_who_set_it_and_from_where(project: Project) -> None:
    project.write("shop/policies.py", POLICY)
    project.extend("catalog.Product", 'grade = models.CharField(max_length=8, default="A")')
    project.extend("catalog.Product", "isbn = models.CharField(max_length=13, null=True)", name="Isbn")
    project.settings = {"PRICE_POLICY": "shop.policies.ShopPrices"}
    project.does("makemigrations nexus_catalog -v0")
    report = json.loads(project.does("nexus_doctor --json").out)
    rows = {row["name"]: row for row in report["rows"]}
    assert rows["catalog.Product"]["in_force"] == [
        "shop.nexus.ShopProduct",
        "shop.nexus.Isbn",
        "nexus_commerce.catalog.abstract_models.AbstractProduct",
    ]
    settings = project.root / "settings.py"
    line = 1 + settings.read_text().splitlines().index(
        next(line for line in settings.read_text().splitlines() if line.startswith("NEXUS_COMMERCE ="))
    )
    assert rows["catalog.Product"]["set_by"] == f"{settings}:{line}"
    assert rows["PRICE_POLICY"]["in_force"] == ["shop.policies.ShopPrices"]
    assert rows["PRICE_POLICY"]["set_by"] == f"{settings}:{line}"
    assert rows["catalog.Tag"]["set_by"] == rows["CART_POLICY"]["set_by"] == "library default"
    assert (report["is_healthy"], report["problems"]) == (True, [])

    table = project.does("nexus_doctor").out.splitlines()
    product = next(line for line in table if line.startswith("  catalog.Product "))
    column = product.index("shop.nexus.ShopProduct")
    following = table[table.index(product) + 1]
    assert following.index("shop.nexus.Isbn") == column
    assert product.endswith(f"{settings}:{line}")
    assert table[-1] == "0 errors, 0 warnings"


POLICY = """
from nexus_commerce.pricing.policies import PricePolicy

class ShopPrices(PricePolicy):
    pass
"""


def test_doctor_tells_problems_and_fails_on_errors_only(project: Project) -> None:
    project.settings = {"PRICE_POLICY": "shop.policies.Typo", "STATES": {}}
    output = project.fails("nexus_doctor")
    assert "cannot be used (nexus_commerce.E202)" in output.out
    assert "error: NEXUS_COMMERCE['PRICE_POLICY'] = 'shop.policies.Typo' cannot be imported" in output.out
    assert output.out.strip().endswith("1 errors, 0 warnings")
    problems = json.loads(project.fails("nexus_doctor --json").out)["problems"]
    assert [(p["id"], p["level"]) for p in problems] == [("nexus_commerce.E202", "error")]

    project.settings = {}
    project.extend("catalog.Tag", "shelf = models.IntegerField()")
    assert project.does("nexus_doctor").out.strip().endswith("0 errors, 1 warnings")


def test_doctor_sees_branches_of_migrations_that_nobody_joined(late_project: Project) -> None:
    late_project.extend("catalog.Tag", 'color = models.CharField(max_length=8, default="x")')
    late_project.does("makemigrations nexus_catalog -v0 -n one")
    (first,) = (late_project.root / "shop" / "nexus_migrations" / "catalog").glob("0*.py")
    second = first.stem.replace("one", "two")
    text = first.read_text().replace("color", "colour")
    late_project.write(f"shop/nexus_migrations/catalog/{second}.py", text)
    said = late_project.fails("nexus_doctor").out
    assert f"nexus_catalog has the last migrations {first.stem}, {second}." in said


def test_doctor_never_prints_a_providers_options(project: Project) -> None:
    project.settings = {
        "PAYMENT_PROVIDERS": {
            "manual": {
                "BACKEND": "nexus_commerce.payments.providers.manual.ManualProvider",
                "OPTIONS": {"secret": "hunter2"},
            }
        }
    }
    said = project.run("nexus_doctor", "nexus_doctor --json").text
    assert "with secret" in said
    assert "hunter2" not in said
