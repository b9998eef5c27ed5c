"""What is wrong with a file, or with a row of it, said so that a merchant can mend it."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput

__all__ = ["Problem", "Severity", "UnreadableFile"]


class Severity(StrEnum):
    """How much a problem costs: the product, nothing but a value, or nothing that could be had."""

    ERROR = "error"
    """The product of the row is not imported."""
    WARNING = "warning"
    """The product is imported without this value."""
    SKIPPED = "skipped"
    """The product is of a kind that is not imported."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one row. ``line`` is the line of the file where the row begins, counted from 1; ``code`` is
    stable."""

    line: int
    handle: str
    column: str
    code: str
    reason: str
    cure: str
    severity: Severity = Severity.ERROR


class UnreadableFile(InvalidInput):
    """The file as a whole cannot be read; nothing of it was imported.

    Params: ``reason`` and ``cure``, both English sentences; ``line``, the line of the file or None.
    """

    code = "import_unreadable_file"
    message = _("%(reason)s %(cure)s")
