"""The table of checks in the documentation and the ids in the code are the same."""

import re
from pathlib import Path

import nexus_commerce
from nexus_commerce.core import checks

LIBRARY = Path(nexus_commerce.__file__).parent
TESTS = Path(__file__).parent.parent


def used_ids() -> set[str]:
    """Return the ids that the mechanism gives: written whole, or as the number of a problem or a bad setting."""
    packages = (
        LIBRARY / name for name in ("core", "conf", "events", "management", "payments", "promotions", "shipping")
    )
    code = "".join(path.read_text() for package in packages for path in package.rglob("*.py"))
    return set(re.findall(r'(?:nexus_commerce\.|")([EW]\d{3})', code.replace(str(checks.__doc__), "")))


def test_every_check_is_documented_and_every_documented_check_exists() -> None:
    documented = set(re.findall(r"^([EW]\d{3})  ", str(checks.__doc__), re.MULTILINE))
    assert used_ids() == documented


def test_every_check_has_a_test_that_names_it() -> None:
    folders = ("core", "events", "extension", "payments", "promotions", "shipping")
    named = "".join(path.read_text() for folder in folders for path in (TESTS / folder).glob("test_*.py"))
    assert [number for number in sorted(used_ids()) if number not in named.replace(number.lower(), number)] == []
