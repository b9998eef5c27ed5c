"""The database that a test host takes from its environment."""

import pytest

from tests.hosts.database import parse_database_url

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite://:memory:", {"ENGINE": SQLITE, "NAME": ":memory:"}),
        ("sqlite:", {"ENGINE": SQLITE, "NAME": ":memory:"}),
        ("sqlite:///srv/shop.db", {"ENGINE": SQLITE, "NAME": "/srv/shop.db", "TEST": {"NAME": "/srv/shop.db.test"}}),
        (
            "postgres://root@127.0.0.1:5432/nexus",
            {"ENGINE": POSTGRESQL, "NAME": "nexus", "USER": "root", "HOST": "127.0.0.1", "PORT": "5432"},
        ),
        ("postgresql://u:p%40ss@db/x", {"USER": "u", "PASSWORD": "p@ss", "HOST": "db", "PORT": ""}),
        ("postgres://u@/x?host=/run/pg&sslmode=disable", {"HOST": "/run/pg", "OPTIONS": {"sslmode": "disable"}}),
        ("postgres://db", {"NAME": "nexus", "HOST": "db"}),
    ],
)
def test_a_url_becomes_the_settings_of_a_database(url, expected):
    found = parse_database_url(url)

    assert {key: found.get(key) for key in expected} == expected


def test_sqlite_takes_the_write_lock_when_a_transaction_begins():
    assert parse_database_url("sqlite:")["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_unknown_scheme_is_refused_with_the_ones_that_work():
    with pytest.raises(ValueError, match=r"NEXUS_TEST_DATABASE_URL: 'mysql' .* Use postgres://.*sqlite://"):
        parse_database_url("mysql://root@db/x")
