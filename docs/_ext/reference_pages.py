"""Sphinx extension: write the reference pages from the code, so that they cannot fall behind it."""

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nexus_commerce
from nexus_commerce.conf.table import API_CLASSES, SETTINGS, Kind, Setting
from nexus_commerce.events.types import EVENT_TYPES, FIELDS

SOURCE = Path(nexus_commerce.__file__).parent
HINT_IN_MESSAGE = re.compile(r"\(nexus_commerce\.([EW]\d{3})\)\s+HINT: (.+)", re.DOTALL)
CHECK_NUMBER = re.compile(r"[EW]\d{3}")
TABLE_ROW = re.compile(r"^([EW]\d{3})\s+(.+)$", re.MULTILINE)
ERRORS = {"Exception", "CommerceError", "InvalidInput", "NotFound", "Conflict"}
"""The classes that an error with a code derives from."""
HOW_TO_WRITE = {
    Kind.MODELS: "a dict: the model to the dotted path of an abstract class, or to a list of them",
    Kind.CLASS: "the dotted path of a class",
    Kind.FUNCTIONS: "a list of dotted paths of functions",
    Kind.CLASSES: "a list of dotted paths of classes",
    Kind.PROVIDERS: "a dict: an alias to a dict with `BACKEND` and `OPTIONS`",
    Kind.API: "a dict: the name of an API class to the dotted path of a subclass",
}


@dataclass
class Check:
    """One system check: its number, what it means and the cures that its messages offer."""

    number: str
    meaning: str
    cures: list[str] = field(default_factory=list)


def read_checks() -> dict[str, Check]:
    """Read the meanings from the docstring of core/checks.py and the cures from where a check is raised."""
    docstring = ast.get_docstring(parse(SOURCE / "core" / "checks.py")) or ""
    checks = {number: Check(number, meaning.strip()) for number, meaning in TABLE_ROW.findall(docstring)}
    for path in sorted(SOURCE.rglob("*.py")):
        for number, hint in raised_checks(parse(path)):
            if number in checks and hint and hint not in checks[number].cures:
                checks[number].cures.append(hint)
    return checks


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def raised_checks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield number and hint of each call like ``Error(message, hint, id="…E101")`` or ``Problem("E101", …)``.

    A hint inside a message is found too: ``"… (nexus_commerce.E106)\\n    HINT: …"``.
    """
    for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = assigned(scope)
        for node in ast.walk(scope):
            if isinstance(node, ast.Call):
                number, hint = number_and_hint(node)
                yield from ((number, text) for text in texts(hint, names) if number and text)
            elif isinstance(node, ast.JoinedStr):
                for message in texts(node, names):
                    if found := HINT_IN_MESSAGE.search(message):
                        yield found[1], found[2]


def assigned(scope: ast.AST) -> dict[str, ast.expr]:
    """Return what a function assigns to each of its names, for a hint that is written before the call."""
    return {
        target.id: node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def number_and_hint(call: ast.Call) -> tuple[str, ast.expr | None]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if "id" in named:
        return check_number(named["id"]), call.args[1] if len(call.args) > 1 else named.get("hint")
    return (check_number(call.args[0]), call.args[2]) if len(call.args) == 3 else ("", None)


def check_number(node: ast.expr) -> str:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    bare = text.removeprefix("nexus_commerce.")
    return bare if CHECK_NUMBER.fullmatch(bare) else ""


def texts(node: ast.expr | None, names: dict[str, ast.expr]) -> list[str]:
    """Return the texts that an expression may be, with a name in angle brackets for each value in them."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(text for part in parts for text in texts(part, {}))]
        case ast.FormattedValue(value=value):
            inner = [part.id for part in ast.walk(value) if isinstance(part, ast.Name)]
            return [f"<{inner[-1] if inner else 'value'}>"]
        case ast.IfExp(body=body, orelse=other):
            return texts(body, names) + texts(other, names)
        case ast.Call(func=ast.Name(id="did_you_mean")):
            return ["Did you mean <the nearest right name>?"]
        case ast.Name(id=name) if name in names:
            return texts(names[name], {})
    return []


def checks_page() -> str:
    parts = []
    for check in read_checks().values():
        level = "Error" if check.number.startswith("E") else "Warning"
        parts.append(f"(check-{check.number.lower()})=\n## nexus_commerce.{check.number}\n")
        parts.append(f"{level}: {markup(check.meaning)}.\n")
        parts += [f"```text\n{wrapped(cure)}\n```\n" for cure in check.cures]
    return "\n".join(parts)


def wrapped(text: str) -> str:
    return "\n".join(line if line.startswith(" ") else textwrap.fill(line, 88) for line in text.splitlines())


def markup(text: str) -> str:
    return text.replace("``", "`")


def settings_page() -> str:
    parts = [setting_entry(setting) for setting in SETTINGS.values()]
    if API_CLASSES:
        rows = "\n".join(f"| `{key}` | `{path}` |" for key, path in sorted(API_CLASSES.items()))
        parts.append(f"## The classes of `API`\n\n| key | class of the library |\n| --- | --- |\n{rows}\n")
    return "\n".join(parts)


def setting_entry(setting: Setting) -> str:
    written = HOW_TO_WRITE.get(setting.kind, f"a value of type `{setting.type.__name__}`")
    if setting.choices:
        written += f": one of {', '.join(f'`{choice!r}`' for choice in setting.choices)}"
    lines = [f"(setting-{setting.name.lower()})=", f"## {setting.name}", "", setting.doc, ""]
    lines += [f"Written as\n: {written}", ""]
    if setting.kind in {Kind.CLASS, Kind.CLASSES}:
        lines += [f"Derives from\n: `{setting.base_path()}`", ""]
    if not callable(setting.default):
        lines += [f"Default\n: {default_value(setting.default)}", ""]
    return "\n".join(lines)


def signals_page() -> str:
    """Write what each ``signals.py`` declares: when a signal is sent, and what comes with it."""
    parts = []
    for path in sorted(SOURCE.glob("*/signals.py")):
        tree = parse(path)
        found = [
            node for node in tree.body if isinstance(node, ast.Assign) and is_call_of("CommerceSignal", node.value)
        ]
        if found:
            parts.append(f"## {path.parent.name}\n\n`from nexus_commerce.{path.parent.name}.signals import ...`\n")
        names = assigned(tree)
        for node in sorted(found, key=lambda node: ast.unparse(node.targets[0])):
            name, call = ast.unparse(node.targets[0]), node.value
            (doc,) = texts(call.args[0], names)
            parts.append(f"(signal-{name.replace('_', '-')})=\n### {name}\n\n{markup(doc)}\n")
            parts += [f"`{keyword.arg}`\n: {texts(keyword.value, names)[0]}\n" for keyword in call.keywords]
    return "\n".join(parts)


def events_page() -> str:
    """Write every type of event with the thing that it is about and the fields of its payload."""
    rows = []
    for name, known in EVENT_TYPES.items():
        payload = ", ".join(f"`{field}`" for field in known.payload) or "–"
        rows.append(f"| `{name}` | `{known.aggregate}` | {known.doc} | {payload} |")
    fields = [f"| `{name}` | {meaning} |" for name, meaning in sorted(FIELDS.items())]
    head = ["| type | aggregate | what happened | payload |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows, "", "| field | what it says |", "| --- | --- |", *fields, ""])


def errors_page() -> str:
    """Write every error with a stable code: what it means, by the docstring of its class."""
    rows = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(parse(path)):
            code = class_code(node)
            if isinstance(node, ast.ClassDef) and code and {ast.unparse(base) for base in node.bases} & ERRORS:
                meaning = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
                rows.append(f"| `{code}` | `{node.name}` | {markup(meaning)} |")
    return "| code | error | meaning |\n| --- | --- | --- |\n" + "\n".join(sorted(rows)) + "\n"


def class_code(node: ast.AST) -> str:
    """Return the code that a class of an error sets, or an empty string."""
    for line in node.body if isinstance(node, ast.ClassDef) else ():
        target = (
            line.target
            if isinstance(line, ast.AnnAssign)
            else line.targets[0]
            if isinstance(line, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and target.id == "code" and isinstance(line.value, ast.Constant):
            return str(line.value.value)
    return ""


def is_call_of(name: str, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def default_value(default: Any) -> str:
    if isinstance(default, list):
        return ", then ".join(f"`{entry}`" for entry in default) or "none"
    return f"`{default}`" if isinstance(default, str) else f"`{default!r}`"


def write_pages(app: Any) -> None:
    folder = Path(app.srcdir) / "reference" / "generated"
    folder.mkdir(exist_ok=True)
    pages = {
        "settings": settings_page,
        "checks": checks_page,
        "signals": signals_page,
        "events": events_page,
        "errors": errors_page,
    }
    for name, page in pages.items():
        text = page()
        target = folder / f"{name}.md"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, Any]:
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
