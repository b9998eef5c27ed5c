"""A site of its own in a temporary folder, with its own database and, where a test needs it, its own library.

Models are composed once a process, so every combination of settings needs one; steps that share a combination share
a process.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from nexus_commerce.core.registry import MODELS, PACKAGES
from tests.hosts.database import VARIABLE

__all__ = ["ROOT", "WRITE_ROWS", "Output", "Project", "open_project"]

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "nexus_commerce"
BYTECODE = Path(tempfile.gettempdir()) / f"nexus_bytecode_{os.getuid()}"
"""Compiled modules that all processes of all sites share; installed packages often come without."""

SETTINGS = """\
from tests.hosts.default.settings import *

ROOT_URLCONF = "urls"
INSTALLED_APPS = [*{before!r}, *INSTALLED_APPS, *{apps!r}]
NEXUS_COMMERCE = {{"PRODUCTION": False, "MODELS": {models!r}, **{settings!r}}}
MIGRATION_MODULES = {migrations!r}
{extra}
if {without_admin!r}:
    INSTALLED_APPS = [app for app in INSTALLED_APPS if app.rpartition(".")[2] != "admin"]
"""
OVERLAY = """\
from nexus_commerce.core.overlay import overlay

__path__ = overlay("{package}", __path__)
"""
WRITE_ROWS = """
import json
from tests.extension.rows import snapshot, write_rows
write_rows()
open("snapshot.json", "w").write(json.dumps(snapshot()))
"""
COMPARE = """
import json
from tests.extension.rows import differences, snapshot
print(json.dumps(differences(json.load(open("snapshot.json")), snapshot())))
"""
RUNNER = """\
import importlib, json, sys
import django
from django.core.management import ManagementUtility

django.setup()
for step in json.loads(sys.argv[1]):
    importlib.invalidate_caches()
    if isinstance(step, list):
        argv = ["manage.py", *step]
        ManagementUtility(argv).fetch_command(step[0]).run_from_argv(argv)
    else:
        exec(compile(step, "<step>", "exec"), {"__name__": "step"})
"""


@dataclass(frozen=True)
class Output:
    """What a process said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def last_line(self) -> str:
        return self.out.strip().rpartition("\n")[2]


@dataclass
class Project:
    """Settings and files of a temporary site; ``write_settings`` puts down what the attributes say."""

    root: Path
    database: str
    models: dict[str, Any] = field(default_factory=dict)
    migrations: dict[str, Any] = field(default_factory=dict)
    apps: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    extra: str = ""
    without_admin: bool = True
    library: Path = SOURCE
    writes: int = 0

    def write(self, path: str, text: str) -> Path:
        """Write a file of the site; the packages that it is in get an ``__init__.py``."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        for parent in file.relative_to(self.root).parents:
            if str(parent) != "." and not (self.root / parent / "__init__.py").exists():
                (self.root / parent / "__init__.py").write_text("")
        file.write_text(text)
        self.writes += 1  # bytecode is told apart by whole seconds and size
        os.utime(file, (time.time(), 1_000_000_000 + self.writes))
        return file

    def overlay(self, label: str, package: str = "shop.nexus_migrations") -> None:
        """Lay a package of the site over the migrations of a label."""
        short = PACKAGES[label].rpartition(".")[2]
        self.write(f"{package.replace('.', '/')}/{short}/__init__.py", OVERLAY.format(package=PACKAGES[label]))
        self.migrations[label] = f"{package}.{short}"

    def extend(self, key: str, body: str, *, name: str = "", module: str = "shop.nexus") -> str:
        """Write an abstract class for a model beside those there are, with an overlay; return its dotted path."""
        abstract = MODELS[key].abstract
        imported, _, base = abstract.rpartition(".")
        name = name or f"Shop{key.split('.')[1]}"
        file = self.root / f"{module.replace('.', '/')}.py"
        head = file.read_text() if file.exists() else "from django.db import models\n"
        indented = "\n".join(f"    {line}" for line in body.splitlines())
        meta = "" if "class Meta" in body else "\n    class Meta:\n        abstract = True"
        self.write(
            f"{module.replace('.', '/')}.py",
            f"{head}\nfrom {imported} import {base}\n\nclass {name}({base}):\n{indented}\n{meta}\n",
        )
        self.overlay(MODELS[key].label)
        path = f"{module}.{name}"
        written = self.models.get(key, [])
        self.models[key] = [*([written] if isinstance(written, str) else written), path]
        return path

    def app(self, name: str, models: str = "", *, migrated: bool = True) -> None:
        """Write an app of the site and install it."""
        self.write(f"{name}/models.py", models)
        if migrated:
            self.write(f"{name}/migrations/__init__.py", "")
        if name not in self.apps and name not in self.before:
            self.apps.append(name)

    def write_settings(self) -> None:
        """Write the settings module."""
        parts = ("before", "apps", "models", "settings", "migrations", "without_admin")
        values = {part: getattr(self, part) for part in parts}
        database = f"DATABASES = {{'default': parse_database_url({self.database!r})}}\n"
        head = "from tests.hosts.database import parse_database_url\n"
        self.write("settings.py", head + SETTINGS.format(**values, extra=database + self.extra))
        if not (self.root / "urls.py").exists():
            self.write("urls.py", "urlpatterns = []\n")

    def run(self, *steps: str) -> Output:
        """Run commands (``"migrate nexus_catalog"``) and code (anything with a line break) in one process."""
        self.write_settings()
        parsed = [step if "\n" in step else step.split() for step in steps]
        return self._process([sys.executable, "-c", RUNNER, json.dumps(parsed)])

    def manage(self, *argv: str) -> Output:
        """Run one command the way a host's manage.py does."""
        self.write_settings()
        return self._process([sys.executable, "-m", "django", *argv])

    def does(self, *steps: str) -> Output:
        """Run steps that must succeed."""
        output = self.run(*steps)
        assert output.code == 0, output.text
        return output

    def fails(self, *steps: str) -> Output:
        """Run steps that must fail."""
        output = self.run(*steps)
        assert output.code != 0, output.text
        return output

    def lost_rows(self, *steps: str) -> list[str]:
        """Run steps that must succeed, then return what the rows that were there before lost."""
        lost: list[str] = json.loads(self.does(*steps, COMPARE).last_line)
        return lost

    def _process(self, command: list[str]) -> Output:
        path = [str(self.root), str(self.library.parent), str(ROOT)]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(path),
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
            "NO_COLOR": "1",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=180)
        return Output(done.returncode, done.stdout, done.stderr)

    def copy_library(self) -> None:
        """Give the site a library of its own, for tests in which the library makes a release."""
        self.library = self.root / "lib" / "nexus_commerce"
        shutil.copytree(SOURCE, self.library, ignore=shutil.ignore_patterns("__pycache__"))

    def release(self, name: str, changes: str) -> None:
        """Let the library change ``nexus_catalog`` and ship a migration of it, named ``name``.

        ``changes`` is code that is added to the library's abstract classes of the catalog.
        """
        file = self.library / "catalog" / "abstract_models" / "__init__.py"
        self.writes += 1
        file.write_text(f"{file.read_text()}\n{changes}\n")
        os.utime(file, (time.time(), 1_000_000_000 + self.writes))
        upstream = Project(
            self.root / f"upstream_{name}", f"sqlite://{self.root}/upstream.sqlite3", library=self.library
        )
        upstream.does(f"makemigrations nexus_catalog -v0 -n {name}")


def migration_files() -> set[str]:
    """Return the migrations that the library ships."""
    return {str(path) for path in SOURCE.glob("*/migrations/*.py")}


@contextmanager
def open_project(root: Path, *, template: Project | None = None) -> Iterator[Project]:
    """Make a project, with a copy of the template's rows, and see at the end that nothing wrote to the library."""
    if template:
        shutil.copy(template.root / "snapshot.json", root)
    files = migration_files()
    url = os.environ.get(VARIABLE, "")
    if not url.startswith("postgres"):
        if template:
            shutil.copy(template.root / "db.sqlite3", root)
        yield Project(root, f"sqlite://{root}/db.sqlite3")
    else:
        name = f"nexus_site_{uuid4().hex[:12]}"
        source = f" TEMPLATE {urlsplit(template.database).path[1:]}" if template else ""
        run_sql(url, f"CREATE DATABASE {name}{source}")
        try:
            yield Project(root, database_named(url, name))
        finally:
            run_sql(url, f"DROP DATABASE {name} WITH (FORCE)")
    assert migration_files() == files, "something wrote to the library"


def database_named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def run_sql(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(database_named(url, "postgres"), autocommit=True) as connection:
        connection.execute(statement)
