"""The reference pages know every check and every setting that the code knows."""

import re
import sys
from pathlib import Path

import pytest

import nexus_commerce
from nexus_commerce.conf import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(nexus_commerce.__file__).parent


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_ext"))
    import reference_pages

    yield reference_pages
    sys.modules.pop("reference_pages")


def numbers_in_code() -> set[str]:
    """Return the number of every check that any module but the table of checks names."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if path != SOURCE / "core" / "checks.py":
            found |= set(re.findall(r"\b[EW]\d{3}\b", path.read_text(encoding="utf-8")))
    return found


def test_each_check_is_explained_and_each_explained_check_exists(pages):
    assert set(pages.read_checks()) == numbers_in_code()


def test_the_page_of_checks_gives_the_cure_that_the_message_gives(pages):
    cures = pages.read_checks()["E112"].cures

    assert any('__path__ = overlay("<package>", __path__)' in cure for cure in cures)


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_each_setting_is_explained(pages, name):
    assert len(SETTINGS[name].doc.split()) > 5
    assert f"\n## {name}\n" in pages.settings_page()


def test_a_list_of_classes_says_what_they_derive_from_and_that_none_are_needed(pages):
    written = pages.setting_entry(SETTINGS["PROMOTION_EFFECTS"])

    assert "Written as\n: a list of dotted paths of classes\n" in written
    assert "Derives from\n: `nexus_commerce.promotions.rules.Effect`\n" in written
    assert written.endswith("Default\n: none\n")


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_each_setting_says_how_it_is_written(pages, name):
    assert "type `object`" not in pages.setting_entry(SETTINGS[name])


def test_each_signal_is_on_its_page(pages):
    written = set(re.findall(r"^### (\w+)$", pages.signals_page(), re.MULTILINE))
    declared = {
        name
        for path in SOURCE.glob("*/signals.py")
        for name in re.findall(r"^(\w+) = CommerceSignal\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert written == declared
    assert len(declared) > 20


def test_each_error_with_a_code_is_on_its_page(pages):
    written = set(re.findall(r"^\| `(\w+)` \|", pages.errors_page(), re.MULTILINE))
    declared = {
        code
        for path in SOURCE.rglob("errors.py")
        for code in re.findall(r'^    code = "(\w+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert declared <= written
    assert "boolean" not in written
    assert {"insufficient_stock", "total_changed", "no_price", "commerce_error"} <= written
