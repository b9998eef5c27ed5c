"""Run the gates that every change must pass: ``python tools/gates.py [GATE ...]``, all of them by default.

They need the environment of ``python tools/bootstrap.py dev``. A gate that fails does not stop the next.
"""

import ast
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from stages import Report

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
HOSTS = ("default", "extended", "late")
INSTALLED_SITE = """
from nexus_commerce import APPS
SECRET_KEY = "only for this check"
USE_TZ = True
ROOT_URLCONF = "installed_urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.sqlite3",
                         "OPTIONS": {"transaction_mode": "IMMEDIATE"}}}
NEXUS_COMMERCE = {"PRODUCTION": False}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions",
                  "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.admin", *APPS]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
              "django.contrib.auth.middleware.AuthenticationMiddleware",
              "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.request",
                           "django.contrib.auth.context_processors.auth",
                           "django.contrib.messages.context_processors.messages"]}}]
STATIC_URL = "/static/"
"""
INSTALLED_URLS = """
from django.contrib import admin
from django.urls import include, path
urlpatterns = [path("admin/", admin.site.urls), path("shop/", include("nexus_commerce.urls"))]
"""
INSTALLED_PROOF = """
import sys, django
django.setup()
import nexus_commerce
from nexus_commerce.catalog.models import Product
assert nexus_commerce.__file__.startswith(sys.argv[1]), nexus_commerce.__file__
assert Product.objects.count() == 0
"""


def call(*command: str | Path, variables: Mapping[str, str], cwd: Path = ROOT) -> str:
    """Run a command with its output on the screen; return what is wrong, or an empty string."""
    environment = {**os.environ, "PYTHONPATH": "", **variables}
    status = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode
    return f"{Path(command[0]).name} ended with {status}" if status else ""


def python(*arguments: str | Path, **variables: str) -> str:
    return call(sys.executable, *arguments, variables=variables)


def tool(name: str, *arguments: str | Path) -> str:
    return call(Path(sys.executable).with_name(name), *arguments, variables={})


def joined(problems: list[str]) -> str:
    """Join what went wrong; every command has run by then."""
    return "; ".join(problem for problem in problems if problem)


def format_() -> str:
    return tool("ruff", "format", "--check", ".")


def style() -> str:
    return tool("ruff", "check", ".")


def imports() -> str:
    return tool("lint-imports")


def types() -> str:
    return tool("mypy")


def sizes() -> str:
    """Hold files and functions to the lengths that a reader can take in."""
    problems = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "migrations":
            continue
        if (length := text.count("\n")) > LONGEST_FILE:
            problems.append(f"{path.relative_to(ROOT)} has {length} lines; {LONGEST_FILE} is the limit")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    problems.append(
                        f"{path.relative_to(ROOT)}: {node.name} has {length} lines; {LONGEST_FUNCTION} is the limit"
                    )
    print("\n".join(problems))
    return f"{len(problems)} too long" if problems else ""


def changelog() -> str:
    """Let towncrier read every fragment, so that a bad one is found before the release."""
    return tool("towncrier", "build", "--draft", "--version", "next")


def migrations() -> str:
    """Fail where a model differs from its migrations, on every host and in the example."""
    check = ("makemigrations", "--check", "--dry-run")
    problems = [
        python("-m", "django", *check, PYTHONPATH=".", DJANGO_SETTINGS_MODULE=f"tests.hosts.{host}.settings")
        for host in HOSTS
    ]
    return joined([*problems, example(*check)])


def deploy() -> str:
    """Run Django's deployment checks on the example, configured as for production."""
    secret = secrets.token_urlsafe(64)
    servers = {"DATABASE_URL": "postgres://shop@localhost/shop", "REDIS_URL": "redis://localhost"}  # none is asked
    production = {"DEBUG": "0", "SECRET_KEY": secret, "ALLOWED_HOSTS": "shop.example.com"}
    return example("check", "--deploy", "--fail-level=WARNING", **production, **servers)


def example(*arguments: str, **variables: str) -> str:
    """Run a command of the example with an empty folder for its files, so that a demo's data are not touched."""
    with tempfile.TemporaryDirectory(prefix="nexus-example-") as folder:
        return python("example_project/manage.py", *arguments, VAR=folder, **variables)


def docs() -> str:
    return python("-m", "sphinx", "-n", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build/html")


def package() -> str:
    """Build the wheel and the source archive; install the wheel alone and run a site on it."""
    with tempfile.TemporaryDirectory(prefix="nexus-package-") as name:
        folder = Path(name)
        site, environment = folder / "site", folder / "venv"
        site.mkdir()
        (site / "installed_settings.py").write_text(INSTALLED_SITE, encoding="utf-8")
        (site / "installed_urls.py").write_text(INSTALLED_URLS, encoding="utf-8")
        if problem := python("-m", "build", "--outdir", folder / "dist") or python("-m", "venv", environment):
            return problem
        variables = {"PYTHONPATH": str(site), "DJANGO_SETTINGS_MODULE": "installed_settings"}
        wheel = next((folder / "dist").glob("*.whl"))
        commands: list[list[str | Path]] = [
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel],
            ["-m", "django", "check"],
            ["-m", "django", "makemigrations", "--check", "--dry-run"],
            ["-m", "django", "migrate", "--verbosity=0"],
            ["-c", INSTALLED_PROOF, environment],
        ]
        for command in commands:
            if problem := call(environment / "bin" / "python", *command, variables=variables, cwd=site):
                return f"{' '.join(map(str, command[:3]))}: {problem}"
    return ""


GATES: dict[str, Callable[[], str]] = {
    "format": format_,
    "style": style,
    "imports": imports,
    "types": types,
    "sizes": sizes,
    "changelog": changelog,
    "migrations": migrations,
    "deploy": deploy,
    "docs": docs,
    "package": package,
}


def main(names: list[str]) -> int:
    if unknown := [name for name in names if name not in GATES]:
        print(f"There is no gate {', '.join(unknown)}. Gates: {', '.join(GATES)}", file=sys.stderr)
        return 2
    report = Report()
    for name in names or GATES:
        report.run(name, GATES[name])
    report.print_table()
    failed = [result.name for result in report.results if result.problem]
    print(f"gates: {', '.join(failed)} failed" if failed else "gates: all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
