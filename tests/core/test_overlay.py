"""The host's migrations laid over the library's, and what is said when they are not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

import nexus_commerce.catalog
from nexus_commerce.core.overlay import library_migrations, overlay
from nexus_commerce.core.overlay_checks import check_overlays

LIBRARY = str(Path(nexus_commerce.catalog.__file__).parent / "migrations")
COLORED = {"MODELS": {"catalog.Tag": "tests.core.host_classes.ColoredTag"}}
OVERLAY = 'from nexus_commerce.core.overlay import overlay\n__path__ = overlay("nexus_commerce.catalog", __path__)\n'

Package = Callable[..., str]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Make a package of migrations whose name no other test uses, and return that name."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name: str, text: str, *migrations: str) -> str:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(text)
        for migration in migrations:
            (tmp_path / name / f"{migration}.py").write_text("")
        return name

    return make


def problems(models: dict[str, Any], module: Any = "") -> list[tuple[str, str]]:
    modules = {} if module == "" else {"nexus_catalog": module}
    with override_settings(NEXUS_COMMERCE=models, MIGRATION_MODULES=modules):
        return [(str(m.id).rpartition(".")[2], f"{m.msg} {m.hint}") for m in check_overlays(None)]


def test_the_library_comes_first_and_once() -> None:
    assert overlay("nexus_commerce.catalog", ["/shop"]) == [LIBRARY, "/shop"]
    assert overlay("nexus_commerce.catalog", [LIBRARY, "/shop"]) == [LIBRARY, "/shop"]
    assert type(overlay("nexus_commerce.catalog", ("/shop",))) is list


def test_a_package_that_is_not_the_librarys_is_refused() -> None:
    with pytest.raises(ImportError):
        library_migrations("nexus_commerce.catalogue")


def test_a_changed_schema_without_an_overlay_is_e111_with_the_line_to_write() -> None:
    ((number, said),) = problems(COLORED)
    assert number == "E111"
    assert "catalog.Tag changes the schema of nexus_catalog" in said
    assert '"nexus_catalog": "shop.nexus_migrations.catalog"' in said


@pytest.mark.parametrize("name", ["GoodTag", "PlainWithMethod"])
def test_methods_alone_need_no_overlay(name: str) -> None:
    assert problems({"MODELS": {"catalog.Tag": f"tests.core.host_classes.{name}"}}) == []


def test_an_overlay_that_shows_the_library_is_right(package: Package) -> None:
    assert problems(COLORED, package("right_overlay", OVERLAY, "0002_shop")) == []


def test_an_overlay_that_hides_the_library_is_e112_with_the_lines_to_write(package: Package) -> None:
    ((number, said),) = problems(COLORED, package("empty_overlay", ""))
    assert number == "E112"
    assert "Write in empty_overlay/__init__.py:\n    from nexus_commerce.core.overlay import overlay" in said


@pytest.mark.parametrize("module", ["no.such.package", "tests.core.host_classes"])
def test_an_overlay_that_is_missing_or_no_package_is_e112(module: str) -> None:
    assert [number for number, _ in problems({}, module)] == ["E112"]


def test_a_migration_named_like_the_librarys_is_e113(package: Package) -> None:
    ((number, said),) = problems({}, package("twin_overlay", OVERLAY, "0001_initial", "0002_shop"))
    assert number == "E113"
    assert "both have a migration '0001_initial'" in said


def test_a_label_that_runs_without_migrations_needs_no_overlay() -> None:
    assert problems(COLORED, None) == []
