"""A database that lives as long as one benchmark."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from tests.hosts.database import VARIABLE

__all__ = ["throwaway_database"]


@contextmanager
def throwaway_database(settings: str, url: str | None) -> Iterator[None]:
    """Set Django up with a settings module, and make an empty, migrated database that is dropped in the end.

    ``url`` names the server and the name to derive it from; without one it is the test suite's variable, else a SQLite
    file. Import models inside only.
    """
    with tempfile.TemporaryDirectory(prefix="nexus-benchmark-") as folder:
        own_file = f"sqlite:///{Path(folder).resolve()}/shop.sqlite3"
        named = url or os.environ.get(VARIABLE) or own_file
        # In memory, the rows would count as this process's.
        os.environ[VARIABLE] = own_file if named.endswith(":memory:") else named
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
        django.setup()
        # Django must be set up before this is imported.
        from django.db import connection

        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
