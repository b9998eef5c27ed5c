"""Which texts a file asks the catalogs for."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

import nexus_commerce

SOURCE = Path(nexus_commerce.__file__).parent
KEYWORDS = {"gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}

__all__ = ["SOURCE", "texts_in"]


def texts_in(paths: Iterable[Path]) -> set[str]:
    """Return the texts of Python files and Django templates that are to be translated."""
    found: set[str] = set()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        code = text if path.suffix == ".py" else templatize(text, origin=str(path))
        for _, message, _, _ in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
            found |= {message} if isinstance(message, str) else set(message)
    return found
