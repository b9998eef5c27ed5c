"""E220 to E228: what is right on a desk and wrong where customers pay."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from nexus_commerce.core import production_checks
from nexus_commerce.core.production_checks import ALLOWABLE, check_production, check_sqlite_locks
from nexus_commerce.payments.providers.manual import ManualProvider

# Django warns of overriding DATABASES: here the checks only read it.
pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")

POSTGRESQL = {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}
SAFE: dict[str, Any] = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["shop.example.com"],
    "SECRET_KEY": "o8Qz-7wYp2Lk5Vx9Rt1Nm4Bc6Hd3Jf0Gs_Ae-Uu7Ii5Oo2Pp9Ww4Qq1",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://x"}},
    "DATABASES": {"default": POSTGRESQL},
}
LOCAL = "django.core.cache.backends.locmem.LocMemCache"
NOTHING = "django.core.cache.backends.dummy.DummyCache"
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.sqlite3"}


class PlayMoney(ManualProvider):
    """A provider that takes no money."""

    is_test = True


PLAY = {"play": {"BACKEND": f"{PlayMoney.__module__}.PlayMoney"}}


@pytest.fixture(autouse=True)
def outside_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the checks believe that a site starts."""
    monkeypatch.setattr(production_checks, "is_under_test", lambda: False)


def test_a_project_that_runs_its_tests_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test command turns DEBUG off and runs the checks."""
    monkeypatch.undo()
    assert found(SECRET_KEY="x") == {}


def found(nexus: dict[str, Any] | None = None, **changed: Any) -> dict[str, tuple[str, str]]:
    """Return message and hint of each error by its number."""
    settings = SAFE | changed | {"NEXUS_COMMERCE": {"PRODUCTION": True, **(nexus or {})}}
    with override_settings(**settings):
        return {str(one.id).rpartition(".")[2]: (str(one.msg), str(one.hint)) for one in check_production(None)}


def test_a_safe_project_is_told_nothing() -> None:
    assert found() == {}


CASES: list[Any] = [
    pytest.param("E220", "debug", {"DEBUG": True}, id="E220"),
    pytest.param("E221", "any_host", {"ALLOWED_HOSTS": ["a.example", "*"]}, id="E221"),
    pytest.param("E222", "weak_secret_key", {"SECRET_KEY": "x"}, id="E222 short"),
    pytest.param("E222", "weak_secret_key", {"SECRET_KEY": "ab" * 40}, id="E222 few signs"),
    pytest.param("E222", "weak_secret_key", {"SECRET_KEY": ""}, id="E222 none"),
    pytest.param("E222", "weak_secret_key", {"SECRET_KEY": f"django-insecure-{SAFE['SECRET_KEY']}"}, id="E222 made"),
    pytest.param("E222", "weak_secret_key", {"SECRET_KEY": f"CHANGE-ME-{SAFE['SECRET_KEY']}"}, id="E222 change me"),
    pytest.param("E222", "weak_secret_key", {"SECRET_KEY": f"not a secret {SAFE['SECRET_KEY']}"}, id="E222 demo"),
    *(
        pytest.param(
            "E223", "mail_to_nobody", {"EMAIL_BACKEND": f"django.core.mail.backends.{name}.EmailBackend"}, id=name
        )
        for name in ("console", "dummy", "filebased", "locmem")
    ),
    pytest.param(
        "E223",
        "mail_to_nobody",
        {"MAILERS": {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}},
        id="E223 mailers",
    ),
    pytest.param("E225", "sqlite", {"DATABASES": {"default": POSTGRESQL, "other": SQLITE}}, id="E225"),
    pytest.param("E226", "local_cache", {"CACHES": {"default": {"BACKEND": LOCAL}}}, id="E226 local"),
    pytest.param("E226", "local_cache", {"CACHES": {"default": {"BACKEND": NOTHING}}}, id="E226 dummy"),
]


@pytest.mark.parametrize(("number", "name", "changed"), CASES)
def test_what_is_unsafe_is_refused_and_may_be_allowed_by_name(number: str, name: str, changed: dict[str, Any]) -> None:
    problems = found(**changed)
    assert set(problems) == {number}
    message, hint = problems[number]
    assert message.endswith(".")
    assert hint.endswith(".")
    assert found({"ALLOW_IN_PRODUCTION": [name]}, **changed) == {}
    assert set(found({"ALLOW_IN_PRODUCTION": [other for other in ALLOWABLE if other != name]}, **changed)) == {number}
    assert found({"PRODUCTION": False}, **changed) == {}


def test_a_provider_for_tests_is_refused() -> None:
    """E224."""
    problems = found({"PAYMENT_PROVIDERS": PLAY})
    assert set(problems) == {"E224"}
    assert "'play'" in problems["E224"][0]
    assert found({"PAYMENT_PROVIDERS": PLAY, "ALLOW_IN_PRODUCTION": ["test_provider"]}) == {}


def test_mailers_of_django_take_the_place_of_the_older_setting() -> None:
    mailers = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}
    assert found(MAILERS=mailers, EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend") == {}


def test_the_secret_is_not_told() -> None:
    assert "hunter2" not in str(found(SECRET_KEY="hunter2"))


@pytest.mark.parametrize("production", [True, False])
def test_a_misspelt_name_is_refused_and_corrected(production: bool) -> None:
    """E227: a name that allows nothing would look like one that does."""
    problems = found({"ALLOW_IN_PRODUCTION": ["sqlit"], "PRODUCTION": production})
    assert "sqlit" in problems["E227"][0]
    assert problems["E227"][1] == "Did you mean 'sqlite'?"


def test_settings_that_cannot_be_read_are_left_to_the_checks_that_say_so() -> None:
    assert found({"ALLOW_IN_PRODUCTION": "sqlite"}) == {}
    assert found({"PAYMENT_PROVIDERS": {"x": {"BACKEND": "no.where"}}}) == {}


@pytest.mark.parametrize("production", [True, False])
@pytest.mark.parametrize("mode", [None, "DEFERRED"])
def test_sqlite_that_locks_late_is_refused_everywhere(production: bool, mode: str | None) -> None:
    """E228."""
    options = {"OPTIONS": {"transaction_mode": mode}} if mode else {}
    with override_settings(DATABASES={"default": SQLITE | options}, NEXUS_COMMERCE={"PRODUCTION": production}):
        (problem,) = check_sqlite_locks(None)
    assert problem.id == "nexus_commerce.E228"
    assert "transaction_mode" in str(problem.hint)


@pytest.mark.parametrize("mode", ["IMMEDIATE", "immediate", "EXCLUSIVE"])
def test_sqlite_that_locks_early_is_fine(mode: str) -> None:
    with override_settings(DATABASES={"default": SQLITE | {"OPTIONS": {"transaction_mode": mode}}, "pg": POSTGRESQL}):
        assert check_sqlite_locks(None) == []
