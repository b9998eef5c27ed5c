"""Temporary sites: an empty one, and one whose database holds rows of the library as it is shipped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extension.project import WRITE_ROWS, Project, open_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Return a site with an empty database."""
    with open_project(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Return a site that extends nothing and has rows in every table; tests copy its database."""
    with open_project(tmp_path_factory.mktemp("written")) as made:
        made.does("migrate -v0", WRITE_ROWS)
        yield made


@pytest.fixture
def late_project(tmp_path: Path, written: Project) -> Iterator[Project]:
    """Return a site that extends nothing yet and has rows in every table; ``lost_rows`` compares them."""
    with open_project(tmp_path, template=written) as made:
        yield made
