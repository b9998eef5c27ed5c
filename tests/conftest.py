"""What a test may need from its surroundings, and an honest count of the tests that did not find it."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

pytest_plugins = ["nexus_commerce.testing.plugin"]

ROOT = Path(__file__).resolve().parent.parent
NOT_RUN: pytest.StashKey[dict[str, list[str]]] = pytest.StashKey()


def shared_data_folder() -> Path:
    return Path(os.environ.get("NEXUS_SHARED_DATA") or ROOT.parent / "shared" / "data")


def database_is_postgresql() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


# Name of a marker or fixture -> (what is missing, is it here?). A test names its need by either.
NEEDS: dict[str, tuple[str, Callable[[], bool]]] = {
    "postgresql": ("a PostgreSQL database", database_is_postgresql),
    "redis": ("REDIS_URL", lambda: bool(os.environ.get("REDIS_URL"))),
    "rabbitmq": ("RABBITMQ_URL", lambda: bool(os.environ.get("RABBITMQ_URL"))),
    "extended_host": (
        "the host that extends every model",
        lambda: settings.ROOT_URLCONF == "tests.hosts.extended.urls",
    ),
    "shared_data": ("the shared data folder", lambda: shared_data_folder().is_dir()),
}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real merchants' files that are too large for the repository."""
    return shared_data_folder()


def missing_need(item: pytest.Item) -> str | None:
    for name, (what, is_here) in NEEDS.items():
        named = item.get_closest_marker(name) or name in getattr(item, "fixturenames", ())
        if named and not is_here():
            return what
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect, after ``-m`` and ``-k``, what cannot run here, and remember it by name."""
    missing = {item: what for item in items if (what := missing_need(item))}
    if not missing:
        return
    not_run: dict[str, list[str]] = {}
    for item, what in missing.items():
        not_run.setdefault(what, []).append(item.nodeid.split("[")[0])
    config.stash[NOT_RUN] = not_run
    if hasattr(config, "workeroutput"):
        config.workeroutput["not_run"] = not_run
    items[:] = [item for item in items if item not in missing]
    config.hook.pytest_deselected(items=list(missing))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take the list from a worker of pytest-xdist; every worker collects the same tests."""
    not_run = getattr(node, "workeroutput", {}).get("not_run")
    if not_run:
        node.config.stash[NOT_RUN] = not_run  # type: ignore[attr-defined]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for what, names in config.stash.get(NOT_RUN, {}).items():
        terminalreporter.write_sep("-", f"not run here, for want of {what}: {len(names)}")
        for name, cases in Counter(names).items():
            terminalreporter.write_line(f"{name} ({cases} cases)" if cases > 1 else name)
