"""Extend each model of the library alone, in a fork each: models are composed once a process.

Run as ``python -m tests.extension.alone TEMPLATE FOLDER``: prints a JSON object, model to what went wrong with it.
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

AT_ONCE = 2
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


def fork(key: str, template: Path, folder: Path) -> int:
    """Start a child that extends one model and writes what it said beside its folder."""
    if child := os.fork():
        return child
    code = 1
    with folder.with_suffix(".log").open("w") as log, contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
        try:
            extend_alone(key, template, folder)
            code = 0
        except SystemExit as exc:
            code = int(bool(exc.code))
        except BaseException:
            traceback.print_exc()
    os._exit(code)


def main(template: Path, folder: Path) -> dict[str, str]:
    for module in LOADED_BEFORE:
        importlib.import_module(module)
    running: dict[int, str] = {}
    wrong: dict[str, str] = {}
    waiting = list(MODELS)
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            key = waiting.pop()
            running[fork(key, template, folder / key.replace(".", "_"))] = key
        child, status = os.wait()
        key = running.pop(child)
        said = (folder / f"{key.replace('.', '_')}.log").read_text()
        lost = [line for line in said.splitlines() if line.startswith("[") and line != "[]"]
        if status or lost:
            wrong[key] = said or f"exit status {status}"
    return wrong


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
