"""A PostgreSQL that lets requests wait for locks without end."""

import pytest
from django.db import connection
from django.test import override_settings

from nexus_commerce.core.database_checks import check_lock_timeout

IN_PRODUCTION = {"PRODUCTION": True}


@pytest.mark.postgresql
@pytest.mark.django_db
@override_settings(NEXUS_COMMERCE=IN_PRODUCTION)
def test_no_lock_timeout_is_w231() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
    (message,) = check_lock_timeout(None, databases=["default"])
    assert message.id == "nexus_commerce.W231"
    assert "The database 'default' has no lock_timeout" in message.msg
    with override_settings(NEXUS_COMMERCE={"PRODUCTION": False}):
        assert check_lock_timeout(None, databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
    assert check_lock_timeout(None, databases=["default"]) == []


@pytest.mark.django_db
@override_settings(NEXUS_COMMERCE=IN_PRODUCTION)
def test_sqlite_has_no_such_limit() -> None:
    if connection.vendor == "postgresql":
        pytest.skip("asks what another database is told")
    assert check_lock_timeout(None, databases=["default"]) == []


@override_settings(NEXUS_COMMERCE=IN_PRODUCTION)
def test_nothing_is_asked_unless_a_database_is_named() -> None:
    assert check_lock_timeout(None) == []
