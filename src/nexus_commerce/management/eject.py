"""Write what a host needs to extend one model: the class, the overlay package and the lines for its settings."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings

from nexus_commerce.conf.kinds import did_you_mean
from nexus_commerce.core.extensions import paths
from nexus_commerce.core.registry import MODELS, PACKAGES

__all__ = ["EjectError", "Ejection", "plan_ejection"]

CLASS = '''class {name}({abstract}):
    """What {app} adds to the library's {model}: its fields, constraints and methods."""

    class Meta:
        abstract = True
'''
OVERLAY = '''"""The migrations of {label}: the library's, and those that this project adds."""

from nexus_commerce.core.overlay import overlay

__path__ = overlay("{package}", __path__)
'''


class EjectError(Exception):
    """The class cannot be written; nothing has been."""


@dataclass(slots=True)
class Ejection:
    """What will be written: file contents by path, and the lines for the project's settings."""

    class_path: str
    files: dict[Path, str] = field(default_factory=dict)
    models_value: str | list[str] = ""
    key: str = ""
    migrations: tuple[str, str] | None = None

    def settings_lines(self) -> list[str]:
        """Return the lines to add to the project's settings."""
        lines = [f'NEXUS_COMMERCE = {{"MODELS": {{"{self.key}": {json.dumps(self.models_value)}}}}}']
        if self.migrations:
            label, module = self.migrations
            lines.append(f'MIGRATION_MODULES = {{"{label}": "{module}"}}')
        return lines

    def write(self) -> None:
        """Write the files, each one whole or not at all."""
        for path, content in self.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f"{path.name}.part")
            partial.write_text(content, encoding="utf-8")
            partial.replace(path)


def plan_ejection(key: str, app: str) -> Ejection:
    """Return what extending the model ``key`` from the package or app ``app`` takes; write nothing.

    Raises :class:`EjectError` for an unknown model or package, for a class that is there already and for files
    that hold something else.
    """
    if key not in MODELS:
        raise EjectError(f"{key!r} is no model of the library. {did_you_mean(key, MODELS)}")
    package, directory = _package(app)
    model = key.split(".")[1]
    name = "".join(part.capitalize() for part in package.rpartition(".")[2].split("_")) + model
    plan = Ejection(class_path=f"{package}.nexus.{name}", key=key)
    plan.files[directory / "nexus.py"] = _module_with_class(directory / "nexus.py", key, name, package)
    others = [path for path in paths(key) if path != plan.class_path]
    plan.models_value = [plan.class_path, *others] if others else plan.class_path
    _plan_overlay(plan, MODELS[key].label, package, directory)
    return plan


def _package(app: str) -> tuple[str, Path]:
    """Return the name and the folder of an installed app or of a package, unless it is the library's."""
    for config in apps.get_app_configs():
        if app in (config.label, config.name):
            name, folder = config.name, Path(config.path)
            break
    else:
        name, folder = app, _package_folder(app)
    if name.partition(".")[0] == "nexus_commerce":
        raise EjectError("The class belongs into a package of yours, not into the library.")
    return name, folder


def _package_folder(name: str) -> Path:
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        labels = [config.label for config in apps.get_app_configs()]
        raise EjectError(f"{name!r} is neither an installed app nor a package. {did_you_mean(name, labels)}")
    return Path(next(iter(spec.submodule_search_locations)))


def _module_with_class(path: Path, key: str, name: str, package: str) -> str:
    """Return the text of the module with the class added, or raise where it is there already."""
    module, _, abstract = MODELS[key].abstract.rpartition(".")
    wanted = f"from {module} import {abstract}"
    app, model = package.rpartition(".")[2], key.split(".")[1]
    block = CLASS.format(name=name, abstract=abstract, app=app, model=model)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if not text.strip():
        return f'"""What {app} adds to the models of the library."""\n\n{wanted}\n\n\n{block}'
    try:
        tree = ast.parse(text)
    except SyntaxError as exc:
        raise EjectError(f"{path} cannot be read (line {exc.lineno}: {exc.msg}); nothing was written.") from exc
    if any(isinstance(node, ast.ClassDef) and node.name == name for node in tree.body):
        raise EjectError(f"{path} has a class {name} already; nothing was written.")
    lines = text.rstrip("\n").split("\n")
    if not _imports(tree, module, abstract):
        lines[_import_line(tree) : _import_line(tree)] = _spaced(tree, wanted)
    return "\n".join(lines) + f"\n\n\n{block}"


def _imports(tree: ast.Module, module: str, name: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == module
        and any(alias.name == name and alias.asname in (None, name) for alias in node.names)
        for node in tree.body
    )


def _import_line(tree: ast.Module) -> int:
    """Return the number of lines that stand before a new import: the imports there are, or the docstring."""
    ends = [node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    if not ends and ast.get_docstring(tree) is not None:
        ends = [tree.body[0].end_lineno or 0]
    return max(ends, default=0)


def _spaced(tree: ast.Module, wanted: str) -> list[str]:
    has_imports = any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
    return [wanted] if has_imports else ["", wanted] if ast.get_docstring(tree) is not None else [wanted, ""]


def _plan_overlay(plan: Ejection, label: str, package: str, directory: Path) -> None:
    """Plan the migrations package, unless the project has one for this label."""
    if label in settings.MIGRATION_MODULES:
        return
    domain = PACKAGES[label]
    short = domain.rpartition(".")[2]
    plan.migrations = (label, f"{package}.nexus_migrations.{short}")
    root = directory / "nexus_migrations"
    if not (root / "__init__.py").exists():
        plan.files[root / "__init__.py"] = ""
    init = root / short / "__init__.py"
    if not init.exists():
        plan.files[init] = OVERLAY.format(label=label, package=domain)
    elif f'overlay("{domain}"' not in init.read_text(encoding="utf-8"):
        raise EjectError(
            f"{init} holds something else; nothing was written. It should read:\n{OVERLAY}".format(
                label=label, package=domain
            )
        )
