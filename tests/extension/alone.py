"""Extend models of the library alone, in a fork each: models are composed once a process.

Run as ``python -m tests.extension.alone TEMPLATE FOLDER``: loads Django once, then reads the names of models, one a
line, and answers each with a line of JSON, which is what went wrong with it.
"""

import contextlib
import importlib
import json
import os
import shutil
import sys
import traceback
from pathlib import Path

from nexus_commerce.core.registry import MODELS
from tests.extension.project import COMPARE, RUNNER, Project

LOADED_BEFORE = (
    "django.contrib.admin.apps",
    "django.contrib.auth.apps",
    "django.contrib.contenttypes.apps",
    "django.core.management.commands.check",
    "django.core.management.commands.makemigrations",
    "django.core.management.commands.migrate",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.forms",
    "django.template.backends.django",
    "django.views.generic",
    "nexus_commerce.core.state",
)
BODY = """\
alone = models.CharField(max_length=8, default="x", db_index=True)
alone_note = models.TextField(null=True, blank=True)

class Meta:
    abstract = True
    indexes = [models.Index(name="{short}_alone_index", fields=["alone", "alone_note"])]
    constraints = [models.CheckConstraint(name="{short}_alone", condition=~models.Q(alone="no"))]

def alone_label(self):
    return "alone " + self.alone
"""
WORKS = """
from django.apps import apps
model = apps.get_model("{label}.{name}")
row = model._default_manager.order_by("pk").first()
assert row.alone_label() == "alone x", row
assert model._default_manager.filter(alone="x", alone_note=None).count() == model._default_manager.count()
"""


def extend_alone(key: str, template: Path, folder: Path) -> None:
    """Extend one model late, on rows (B-W2), and then migrate an empty database from zero (B-W1)."""
    folder.mkdir(parents=True)
    for name in ("db.sqlite3", "snapshot.json"):
        shutil.copy(template / name, folder)
    project = Project(folder, f"sqlite://{folder}/db.sqlite3")
    label, name = MODELS[key].label, key.split(".")[1]
    project.extend(key, BODY.format(short=name.lower()))
    project.extra = "DATABASES['fresh'] = parse_database_url('sqlite://:memory:')"
    project.write_settings()
    steps = [
        ["makemigrations", label, "-v0"],
        ["makemigrations", "--check", "--dry-run", "-v0"],
        ["migrate", "-v0"],
        ["check", "--database", "default"],
        COMPARE,
        WORKS.format(label=label, name=name),
        ["migrate", label, "-v0", "--database", "fresh"],
    ]
    sys.path.insert(0, str(folder))
    sys.argv = ["alone", json.dumps(steps)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    os.chdir(folder)
    exec(compile(RUNNER, "<runner>", "exec"), {"__name__": "runner"})


def said_in_a_fork(key: str, template: Path, folder: Path) -> str:
    """Extend one model in a child; return what it said if it failed or lost rows, else an empty string."""
    log = folder.with_suffix(".log")
    if child := os.fork():
        status = os.waitpid(child, 0)[1]
        said = log.read_text()
        lost = [line for line in said.splitlines() if line.startswith("[") and line != "[]"]
        return (said or f"exit status {status}") if status or lost else ""
    code = 1
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # a command that asks ends, and takes no model's name for an answer
    with log.open("w") as out, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            extend_alone(key, template, folder)
            code = 0
        except SystemExit as exc:
            code = int(bool(exc.code))
        except BaseException:
            traceback.print_exc()
    os._exit(code)


def main(template: Path, folder: Path) -> None:
    for module in LOADED_BEFORE:
        importlib.import_module(module)
    for line in sys.stdin:
        key = line.strip()
        print(json.dumps(said_in_a_fork(key, template, folder / key.replace(".", "_"))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
